"""Drawing from a posterior, and the KL divergence to a prior.

The rate of one example is KL(q || p) = E_q[log q(z) - log p(z)]. Where the integral has a closed
form it is used, because it has no Monte Carlo error; elsewhere the drawn z gives the unbiased
estimate log q(z) - log p(z). torch's own registry of closed forms breaks a compiled graph when
its dispatch is cold, hence the small table here.
"""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.distributions import Distribution, Independent, Normal

ClosedForm = Callable[[Any, Any], Tensor]
_CLOSED_FORMS: dict[tuple[type[Distribution], type[Distribution]], ClosedForm] = {}


def closed_form(q: type[Distribution], p: type[Distribution]) -> Callable[[ClosedForm], ClosedForm]:
    """Register a function as the KL divergence, in nats, from distributions of type q to type p.

    The types are those of the parts when both are `Independent`; the parts' divergences are summed.
    """

    def register(function: ClosedForm) -> ClosedForm:
        _CLOSED_FORMS[q, p] = function
        return function

    return register


@closed_form(Normal, Normal)
def _normal_normal(q: Normal, p: Normal) -> Tensor:
    ratio = q.scale / p.scale
    shift = (q.loc - p.loc) / p.scale
    return 0.5 * (ratio.square() + shift.square() - 1) - ratio.log()


def draw(q: Distribution, sample_shape: tuple[int, ...] = ()) -> tuple[Tensor, Tensor | None]:
    """Draw reparametrised z from q, with log q(z) where drawing computes it anyway.

    Returns:
        z of shape `sample_shape + batch_shape + event_shape`, and log q(z) of shape
        `sample_shape + batch_shape`, or None for 'ask q.log_prob(z)'.
    """
    joint = getattr(q, "rsample_and_log_prob", None)
    return joint(sample_shape) if joint else (q.rsample(torch.Size(sample_shape)), None)


def kl_per_unit(q: Distribution, p: Distribution) -> Tensor | None:
    """Return KL(q || p) of each independent unit, in nats, or None without a closed form.

    Returns:
        Tensor of shape `batch_shape + event_shape`: its sum over the event is the rate.
    """
    if not (isinstance(q, Independent) and isinstance(p, Independent)):
        return None
    if q.reinterpreted_batch_ndims != p.reinterpreted_batch_ndims:
        return None
    function = _CLOSED_FORMS.get((type(q.base_dist), type(p.base_dist)))
    return function(q.base_dist, p.base_dist) if function else None


def kl(q: Distribution, p: Distribution) -> Tensor | None:
    """Return KL(q || p) in nats, of shape `batch_shape`, or None without a closed form.

    Example:
        >>> q = Independent(Normal(torch.ones(2), torch.ones(2)), 1)
        >>> p = Independent(Normal(torch.zeros(2), torch.ones(2)), 1)
        >>> kl(q, p)
        tensor(1.)
    """
    units = kl_per_unit(q, p)
    if units is not None:
        return units.sum(tuple(range(-len(q.event_shape), 0)))
    function = _CLOSED_FORMS.get((type(q), type(p)))
    return function(q, p) if function else None
