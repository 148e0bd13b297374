"""What one example is worth: rate, distortion, ELBO and log evidence, in nats."""

from dataclasses import dataclass

import numpy as np
from torch import Tensor

from elbowroom.distributions import Ability
from elbowroom.errors import ConfigError
from elbowroom.evidence import Estimate, importance_sampling, lower_bound, threshold
from elbowroom.evidence.codes import CodeSpace
from elbowroom.explore.seeing import drawing
from elbowroom.models import LatentModel

MOST = 4096
"""Codes drawn for one estimate at most."""

_BOUND = 16
"""Codes that the ELBO is averaged over: those of the evidence are dear, and its error small."""


@dataclass(frozen=True)
class Evidence:
    """An estimate of log p(x).

    Attributes:
        value: The estimate, in nats.
        error: Its standard error over other draws of codes.
        samples: Number of codes.
        trusted: Whether the spread of the importance weights allows to trust value and error.
        note: Why, or why not, in words.
    """

    value: float
    error: float
    samples: int
    trusted: bool
    note: str


@dataclass(frozen=True, eq=False)
class Score:
    """The numbers of one example, in nats, in the units of the raw data.

    Attributes:
        rates: Rate of each unit, (units,); NaN where the rate does not split over units.
        rate: KL(q(z|x) || p(z)).
        distortion: -E_q[log p(x|z)].
        elbo: -(distortion + rate).
        elbo_error: Monte Carlo error of the ELBO.
        evidence: log p(x) by importance sampling.
    """

    rates: np.ndarray
    rate: float
    distortion: float
    elbo: float
    elbo_error: float
    evidence: Evidence


def score(
    model: LatentModel, space: CodeSpace, x: Tensor, jacobian: Tensor, *, samples: int, seed: int
) -> Score:
    """Score one example.

    Args:
        model: The model, given the example's condition if it is conditional.
        space: Its codes.
        x: The example as the model sees it, (1, *shape).
        jacobian: Log-Jacobian of the preprocessing, (1,).
        samples: Codes that log p(x) is estimated with.
        seed: Seed of the draws.

    Raises:
        ConfigError: If samples is out of range.
        IncompatibleError: If the posterior has no density.
        SupportError: If x is outside the support of the likelihood.
    """
    if not 2 <= samples <= MOST:
        raise ConfigError(f"samples is {samples:,}; it must be from 2 to {MOST:,}")
    bound = lower_bound(model, x, samples=_BOUND, seed=seed)
    elbo = bound["elbo"].shifted(jacobian)
    return Score(
        rates=_rates(model, space, x, seed),
        rate=bound["rate"].value,
        distortion=bound["distortion"].shifted(-jacobian).value,
        elbo=elbo.value,
        elbo_error=elbo.mc_error,
        evidence=_evidence(importance_sampling(model, x, samples=samples, seed=seed), jacobian),
    )


def _rates(model: LatentModel, space: CodeSpace, x: Tensor, seed: int) -> np.ndarray:
    nothing = np.full(space.size, np.nan, dtype=np.float32)
    if Ability.FACTORS not in model.abilities:
        return nothing
    with drawing(seed):
        rates = [level.unit_rates for level in model.infer(x, _BOUND)]
        known = tuple(rate.mean(0) for rate in rates if rate is not None)
        return space.join(known).cpu().numpy()[0] if len(known) == len(rates) else nothing


def _evidence(found: Estimate, jacobian: Tensor) -> Evidence:
    value = found.shifted(jacobian)
    k, limit = float(found.per_example["k"][0]), threshold(found.samples)
    trusted = not found.flagged
    if trusted:
        note = (
            f"{found.samples:,} codes were drawn from q(z|x) and weighted. No few of them carry "
            f"the sum (Pareto k {_spoken(k)}, below {limit:.2f}): value and error can be trusted."
        )
    else:
        note = (
            f"A few of the {found.samples:,} codes carry the sum (Pareto k {_spoken(k)}, above "
            f"{limit:.2f}): the true value may lie far above, and the error says too little. "
            "More codes may help."
        )
    return Evidence(value.value, value.mc_error, found.samples, trusted, note)


def _spoken(k: float) -> str:
    if np.isnan(k):
        return "unknown"
    return f"{k:.2f}" if np.isfinite(k) else "very small"
