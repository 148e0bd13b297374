"""Gradients of bounds with the same mean and less noise.

A bound L of log-weights l_k(z_k) = log p(x, z_k) - log q(z_k|x), z_k = z(noise_k; x), has

    dL = sum_k share_k dl_k,    dl_k = [d log p(x, z_k)]          direct, decoder and prior
                                     + [dl_k / dz_k] dz_k         through the code
                                     - [d log q(z_k|x)]           the score, encoder alone

**Sticking the landing** (Roeder et al. 2017) leaves the score out. Its mean is zero where the
shares do not depend on the codes, as in the ELBO; and at the exact posterior, where l_k is the
same for every code, so is all that is left of the encoder's gradient, for every single draw.

**Doubly reparametrised** (Tucker et al. 2019): where the shares depend on the codes, the score
does not vanish. Reparametrised a second time, with f_k = share_k as a function of z_k alone,

    E[f_k d log q(z_k|x)] = E[(df_k / dz_k) dz_k] = E[share_k (1 - damping_k) (dl_k / dz_k) dz_k]

so that the two encoder terms together are sum_k share_k damping_k (dl_k / dz_k) dz_k. For the
importance bound that is the squared normalised weight of the paper; for the Renyi bound of order
a it is share_k (a + (1-a) share_k); for the ELBO, sticking the landing.

What is left out of q is its own use of the parameters. A prior that shares the encoder (VampPrior)
keeps its gradient: log p(z) is always taken with live parameters.
"""

from abc import ABC
from typing import cast

import torch
from torch import Tensor

from elbowroom.distributions import Ability
from elbowroom.models import LatentModel, Trace
from elbowroom.networks.frozen import frozen
from elbowroom.objectives.bounds import Bound, bound_logs, log_ratio
from elbowroom.objectives.objective import Cost, Penalty


class _LowerVariance(Penalty, ABC):
    """A bound with another gradient than its own."""

    requires = frozenset({Ability.DENSITY, Ability.ANYWHERE})
    scores_likelihood = True

    def __init__(self, bound: Bound) -> None:
        super().__init__()
        self.bound = bound

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.bound!r})"


class StickingTheLanding(_LowerVariance):
    """A bound whose gradient leaves the score of q out (Roeder et al. 2017).

    Of the ELBO the mean gradient is unchanged; of the importance bound with several codes it is
    biased, though often better than the plain one (Tucker et al. 2019).

    It costs one more density; of a model with several levels, one more run of the encoder.

    Args:
        bound: The bound.

    Example:
        >>> from elbowroom.objectives import EvidenceBound
        >>> StickingTheLanding(EvidenceBound())
        StickingTheLanding(EvidenceBound())
    """

    def forward(self, model: LatentModel, trace: Trace) -> Cost:
        """Return the negative bound."""
        codes = tuple(level.z for level in trace.levels)
        log_px = trace.log_px
        minus_rate = trace.log_p - _log_q_without_score(model, trace, codes)
        value = -self.bound.of(log_px + minus_rate).mean()
        return Cost(value, logs=bound_logs(value, log_px, minus_rate))


class DoublyReparametrised(_LowerVariance):
    """A bound with the doubly reparametrised gradient (Tucker et al. 2019), which is unbiased.

    The codes are decoded a second time, at the same values, with their gradient scaled by the
    damping: one scalar, one backward, and one more forward run of the model.

    Args:
        bound: The bound.

    Example:
        >>> from elbowroom.objectives import ImportanceBound
        >>> DoublyReparametrised(ImportanceBound())
        DoublyReparametrised(ImportanceBound())
    """

    def forward(self, model: LatentModel, trace: Trace) -> Cost:
        """Return the negative bound."""
        with torch.no_grad():
            log_px, minus_rate = trace.log_px, log_ratio(trace)
            value = -self.bound.of(log_px + minus_rate).mean()
            share, damping = self.bound.shares(log_px + minus_rate)
        codes = tuple(_scaled(level.z, damping) for level in trace.levels)
        again = model.generate(given=codes)  # scored again, not inferred: no encoder runs
        log_w = (
            again.px.log_prob(cast(Tensor, trace.x))
            + again.log_p
            - _log_q_without_score(model, trace, codes)
        )
        surrogate = -(share * log_w).sum(0).mean()
        # The number is the bound, the gradient the surrogate's.
        value = value + surrogate - surrogate.detach()
        return Cost(value, logs=bound_logs(value, log_px, minus_rate))


def _log_q_without_score(model: LatentModel, trace: Trace, codes: tuple[Tensor, ...]) -> Tensor:
    """Return log q(codes|x), (K, B), whose gradient goes through the codes alone.

    Below another level q follows the code above as well, which must keep its gradient: the model
    is asked again with its parameters held. With one level the score can simply be taken away.
    """
    if len(trace.levels) > 1:
        with frozen(model):
            levels = model.infer(cast(Tensor, trace.x), given=codes)
            first, *rest = (level.log_q for level in levels)
        return sum(rest, first)
    (z,), q = codes, trace.posterior
    score = q.log_prob(z.detach())
    return q.log_prob(z) - (score - score.detach())


def _scaled(z: Tensor, factor: Tensor) -> Tensor:
    """Return codes (K, B, *latent) as they are, whose gradient is multiplied with (K, B)."""
    factor = factor.reshape(factor.shape + (1,) * (z.dim() - factor.dim()))
    return z.detach() + factor * (z - z.detach())
