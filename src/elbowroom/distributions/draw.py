"""Drawing from a posterior, and the KL divergence to a prior.

The rate of one example is KL(q || p) = E_q[log q(z) - log p(z)]. Where the integral has a closed
form it is used, because it has no Monte Carlo error; elsewhere the drawn z gives the unbiased
estimate log q(z) - log p(z). torch's own registry of closed forms breaks a compiled graph when
its dispatch is cold, hence the small table here.
"""

from collections.abc import Callable
from math import log, pi
from typing import Any

import torch
from torch import Tensor
from torch.distributions import Distribution, Independent, Laplace, Normal

from elbowroom.distributions.correlated_normal import CorrelatedNormal, LowRankNormal
from elbowroom.distributions.mises_fisher import MisesFisher
from elbowroom.distributions.sphere import UniformOnSphere

ClosedForm = Callable[[Any, Any], Tensor]
_CLOSED_FORMS: dict[tuple[type[Distribution], type[Distribution]], ClosedForm] = {}


def closed_form(q: type[Distribution], p: type[Distribution]) -> Callable[[ClosedForm], ClosedForm]:
    """Register a function as the KL divergence, in nats, from distributions of type q to type p.

    An `Independent` counts as the distribution of its parts, and the function gets that one. Where
    both are independent it returns the divergence of each part, which are summed; else the whole.
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


@closed_form(Laplace, Normal)
def _laplace_normal(q: Laplace, p: Normal) -> Tensor:
    # Entropy 1 + log 2b, and E[(z - m)^2] = 2 b^2 + (mu - m)^2.
    ratio = q.scale / p.scale
    shift = (q.loc - p.loc) / p.scale
    return ratio.square() + 0.5 * shift.square() - ratio.log() + 0.5 * log(pi / 2) - 1


@closed_form(CorrelatedNormal, Normal)
@closed_form(LowRankNormal, Normal)
def _correlated_normal(q: CorrelatedNormal | LowRankNormal, p: Normal) -> Tensor:
    # To independent units, only the variances of q's units and its determinant matter.
    squares = (q.variance + (q.loc - p.loc).square()) / p.scale.square()
    return (0.5 * (squares - 1) + p.scale.log()).sum(-1) - q.log_determinant


@closed_form(MisesFisher, UniformOnSphere)
def _mises_fisher_uniform(q: MisesFisher, p: UniformOnSphere) -> Tensor:
    return q.rate_to_uniform()


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
    return _from_table(q, p)


def kl(q: Distribution, p: Distribution) -> Tensor | None:
    """Return KL(q || p) in nats, of shape `batch_shape`, or None without a closed form.

    Example:
        >>> q = Independent(Normal(torch.ones(2), torch.ones(2)), 1)
        >>> p = Independent(Normal(torch.zeros(2), torch.ones(2)), 1)
        >>> kl(q, p)
        tensor(1.)
    """
    if isinstance(q, Independent) and isinstance(p, Independent):
        units = kl_per_unit(q, p)
        return None if units is None else units.sum(tuple(range(-len(q.event_shape), 0)))
    return _from_table(q, p) if q.event_shape == p.event_shape else None


def _from_table(q: Distribution, p: Distribution) -> Tensor | None:
    q, p = _parts(q), _parts(p)
    function = _CLOSED_FORMS.get((type(q), type(p)))
    return function(q, p) if function else None


def _parts(distribution: Distribution) -> Distribution:
    """Return what an `Independent` is made of, and any other distribution as it is."""
    return distribution.base_dist if isinstance(distribution, Independent) else distribution
