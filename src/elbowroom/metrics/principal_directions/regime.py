"""The polarised regime: units that are used, units that are not, and what is in between.

With r_i(x) = sigma_i(x)^2 / s_i^2, the variance of q(z_i|x) as a share of the prior's s_i^2, a unit
is, over examples (Bonheme & Grzes 2021, 'Be more active!'; thresholds as in their code),

    active   where Var_x r_i <= 0.1 and E_x r_i <= 0.1           its value is told at every x
    passive  where Var_x r_i <= 0.1 and |E_x r_i - 1| <= 0.1     q is the prior at every x
    mixed    elsewhere: on at some x and off at others, or half-way

and a model is in the polarised regime where no unit is mixed (Rolinek et al. 2019). Then the KL is

    KL  =  1/2 sum_i (mu_i^2 + r_i - log r_i - 1)
       ~=  1/2 sum over units in use (mu_i^2 - log r_i - 1),    mu in units of the prior

and delta-KL = |KL - KLapprox| / KL says how good that is. Units in use are those not passive.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt
from typing import Any

import torch
from torch import Tensor
from torch.distributions import Distribution, Independent, Normal

from elbowroom.distributions import Ability, mean_of, scale_of
from elbowroom.distributions.moments import known_moment
from elbowroom.errors import IncompatibleError
from elbowroom.models import LatentModel, Level
from elbowroom.models.mode import evaluating

LOW = 0.1
"""Largest E_x r of an active unit, |E_x r - 1| of a passive one, and Var_x r of both."""
SMALL_DELTA = 0.03
"""Largest delta-KL at which the polarised form of the KL is a good one."""
_SAID = {
    (False, True): "{are} and delta-KL is {small} or less: this is the polarised regime",
    (False, False): "{are}, which is the polarised regime, but delta-KL is above {small}: units in "
    "use are not far enough from the prior for the polarised form of the KL to hold",
    (True, True): "{are}, so that this is not the polarised regime, although delta-KL is {small} "
    "or less: it counts mixed units as on, and can be small where the KL is large",
    (True, False): "{are} and delta-KL is above {small}: this is not the polarised regime",
}
"""What is said of a model, by whether units are mixed and whether delta-KL is small."""
_PRIOR_DRAWS = 4096
"""Draws to measure a prior's scale on, where it does not know it: one prior for all examples."""
_AT_ONCE = 1024


class Kind(StrEnum):
    """What a unit does."""

    ACTIVE = "active"
    PASSIVE = "passive"
    MIXED = "mixed"


def kinds_of(mean: Iterable[float], spread: Iterable[float]) -> tuple[Kind, ...]:
    """Return what each unit is, given mean and variance over examples of r.

    Args:
        mean: E_x r of each unit.
        spread: Var_x r of each unit.

    Example:
        >>> [str(kind) for kind in kinds_of([0.02, 1.0, 0.5, 0.5], [0.0, 0.0, 0.2, 0.0])]
        ['active', 'passive', 'mixed', 'mixed']
    """
    return tuple(_kind(m, s) for m, s in zip(mean, spread, strict=True))


def _kind(mean: float, spread: float) -> Kind:
    if spread > LOW:
        return Kind.MIXED
    if mean <= LOW:
        return Kind.ACTIVE
    return Kind.PASSIVE if abs(mean - 1) <= LOW else Kind.MIXED


@dataclass(frozen=True)
class DeltaKL:
    """How much the polarised form of the KL is off.

    Attributes:
        value: |KL - KLapprox| / KL, of means over examples.
        error: Its standard error over examples.
        kl: Mean KL, in nats per example.
        approximate: Mean KLapprox, in nats per example.
    """

    value: float
    error: float
    kl: float
    approximate: float


@dataclass(frozen=True, eq=False)
class Regime:
    """What the posteriors of some examples say of each unit; levels side by side, top first.

    Attributes:
        mean: E_x r, (units,).
        spread: Var_x r, (units,).
        on: Share of the examples with r <= 0.1, (units,).
        off: Share of the examples with |r - 1| <= 0.1, (units,).
        delta: Delta-KL; None where posterior or prior is not a normal of independent units.
        examples: Number of examples.
    """

    mean: Tensor
    spread: Tensor
    on: Tensor
    off: Tensor
    delta: DeltaKL | None
    examples: int

    def in_words(self) -> str | None:
        """Return what delta-KL and the kinds of the units say together; None without delta-KL."""
        if self.delta is None:
            return None
        mixed = self.kinds.count(Kind.MIXED)
        are = "no unit is mixed"
        if mixed:
            are = f"{mixed} of {len(self.kinds)} units {'is' if mixed == 1 else 'are'} mixed"
        says = _SAID[mixed > 0, self.delta.value <= SMALL_DELTA]
        return says.format(are=are, small=SMALL_DELTA)

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """What each unit is."""
        return kinds_of(self.mean.tolist(), self.spread.tolist())

    def to_dict(self) -> dict[str, Any]:
        """Return the numbers as plain values."""
        return {
            "kinds": [str(kind) for kind in self.kinds],
            **{str(kind): self.kinds.count(kind) for kind in Kind},
            "variance": self.mean.tolist(),
            "variance_spread": self.spread.tolist(),
            "share_on": self.on.tolist(),
            "share_off": self.off.tolist(),
            "delta_kl": None if self.delta is None else vars(self.delta),
            "threshold": LOW,
            "examples": self.examples,
        }


def polarised_regime(model: LatentModel, x: Tensor, *, batch_size: int = _AT_ONCE) -> Regime:
    """Tell which units are active, passive and mixed.

    Args:
        model: Model whose posterior has a density; a conditional one given the examples' labels.
        x: Examples as the model sees them, (N, *event).
        batch_size: Examples at a time.

    Raises:
        IncompatibleError: If the posterior has no density, so that no unit is ever passive.

    Example:
        >>> from elbowroom import MLP, VAE, Bernoulli
        >>> model = VAE.of(Bernoulli((4,)), latent=3, network=MLP(hidden=(8,)))
        >>> for parameter in model.encoder.parameters():
        ...     _ = parameter.requires_grad_(False).zero_()  # q(z|x) is N(0, I) everywhere
        >>> [str(kind) for kind in polarised_regime(model, torch.rand(5, 4)).kinds]
        ['passive', 'passive', 'passive']
    """
    if Ability.DENSITY not in model.abilities:
        raise IncompatibleError(
            "active, passive and mixed units are told apart by the variances of q(z|x), and the "
            "posterior of this model has no density: all its units are without noise. Use the "
            "diagonal-gaussian posterior"
        )
    device = next(model.parameters()).device
    with evaluating(model), torch.inference_mode():
        batches = [here.centred(part.to(device)) for here, part in model.divided(x, batch_size)]
        # The topmost prior is one for all examples, and may take long to measure.
        top = scale_of(batches[0][0].p, draws=_PRIOR_DRAWS)
        ratios = torch.cat([_ratios(model, levels, top) for levels in batches])
        shifts = [_shifts(levels) for levels in batches]
    r = ratios.cpu().double()
    known = [shift.cpu().double() for shift in shifts if shift is not None]
    mean, spread = r.mean(0), r.var(0, correction=0)
    used = [kind is not Kind.PASSIVE for kind in kinds_of(mean.tolist(), spread.tolist())]
    return Regime(
        mean,
        spread,
        (r <= LOW).double().mean(0),
        ((r - 1).abs() <= LOW).double().mean(0),
        _delta(r, torch.cat(known), torch.tensor(used)) if len(known) == len(shifts) else None,
        len(r),
    )


@torch.inference_mode()
def knows_variance(model: LatentModel, x: Tensor) -> bool:
    """Tell whether the posteriors know their variances, so that none has to be drawn.

    Args:
        model: The model.
        x: One example or more, as the model sees them, (N, *event).
    """
    with evaluating(model):
        levels = model.centred(x.to(next(model.parameters()).device))
    return all(known_moment(level.posterior, "variance") is not None for level in levels)


def _ratios(model: LatentModel, levels: tuple[Level, ...], top: Tensor) -> Tensor:
    """Return r of all levels, (B, units)."""
    first, *below = levels
    scales = [top, *(scale_of(level.p) for level in below)]
    return model.joined(
        (scale_of(level.posterior) / scale).square().expand(level.z.shape)[0]
        for level, scale in zip((first, *below), scales, strict=True)
    )


def _shifts(levels: tuple[Level, ...]) -> Tensor | None:
    """Return mu in units of the prior, (B, D), or None where the KL is not that of normals."""
    first, *below = levels
    if below or not (_normal(first.posterior) and _normal(first.p)):
        return None
    return (mean_of(first.posterior) - mean_of(first.p)) / scale_of(first.p)


def _normal(distribution: Distribution) -> bool:
    return isinstance(distribution, Independent) and isinstance(distribution.base_dist, Normal)


def _delta(r: Tensor, shift: Tensor, used: Tensor) -> DeltaKL | None:
    kl = 0.5 * (shift.square() + r - r.log() - 1).sum(-1)
    rough = 0.5 * ((shift.square() - r.log() - 1) * used).sum(-1)
    if not kl.mean() > 0:
        return None
    share = (kl - rough).mean() / kl.mean()
    # Delta method: the ratio of two means, whose errors go together.
    residual = (kl - rough - share * kl) / kl.mean()
    error = float(residual.std()) / sqrt(len(kl)) if len(kl) > 1 else float("nan")
    return DeltaKL(abs(float(share)), error, float(kl.mean()), float(rough.mean()))
