"""What one example is worth: rate, distortion, ELBO and log evidence, in nats."""

from dataclasses import dataclass

import numpy as np
from torch import Tensor

from elbowroom.distributions import Ability
from elbowroom.errors import ConfigError, IncompatibleError
from elbowroom.evidence import Estimate, adaptive, importance_sampling, lower_bound, threshold
from elbowroom.evidence.codes import CodeSpace
from elbowroom.explore.reach import check_within_reach
from elbowroom.explore.seeing import drawing
from elbowroom.models import LatentModel

MOST = 4096
"""Codes drawn from q(z|x) for one estimate at most."""

_TARGET = 0.1
"""Error in nats that the evidence of an example is taken to: what a person reads off a page."""
_BUDGET = 12_000
"""Decoder evaluations for it at most: a fit, and annealing once and again to confirm it."""
_BUDGET_VALUES = 2**24
"""Values decoded for it at most: pictures are dear, and somebody waits."""
_LEAST = 1024
"""Decoder evaluations that even the largest example is worth; also the codes drawn from q(z|x)
where nothing better is to be had."""
_TOO_LOW = "the model gives this example a log-likelihood too low to be computed"

_BOUND, _BOUND_VALUES, _FEWEST = 256, 2**22, 16
"""Codes that the ELBO is averaged over, the values decoded for it at most, and the fewest codes."""


@dataclass(frozen=True)
class Evidence:
    """An estimate of log p(x).

    Attributes:
        value: The estimate, in nats.
        error: Its standard error over other draws of codes.
        samples: Decoder evaluations spent on it.
        trusted: Whether the estimator's own diagnostics allow to trust value and error.
        note: How it was found, and why it can be trusted or not, in words.
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
        rate_error: Its Monte Carlo error; 0 where it is in closed form.
        distortion: -E_q[log p(x|z)].
        distortion_error: Its Monte Carlo error.
        elbo: -(distortion + rate).
        elbo_error: Its Monte Carlo error.
        evidence: log p(x).
    """

    rates: np.ndarray
    rate: float
    rate_error: float
    distortion: float
    distortion_error: float
    elbo: float
    elbo_error: float
    evidence: Evidence


def score(
    model: LatentModel,
    space: CodeSpace,
    x: Tensor,
    jacobian: Tensor,
    *,
    samples: int | None,
    seed: int,
) -> Score:
    """Score one example.

    Args:
        model: The model, given the example's condition if it is conditional.
        space: Its codes.
        x: The example as the model sees it, (1, *shape).
        jacobian: Log-Jacobian of the preprocessing, (1,).
        samples: Codes from q(z|x) that log p(x) is estimated with; when None, the adaptive
            estimator spends what it takes.
        seed: Seed of the draws.

    Raises:
        ConfigError: If samples is out of range.
        DataError: If x is so far outside the data that a term is no finite number.
        IncompatibleError: If the posterior has no density.
        SupportError: If x is outside the support of the likelihood.
    """
    if samples is not None and not 2 <= samples <= MOST:
        raise ConfigError(f"samples is {samples:,}; it must be from 2 to {MOST:,}")
    check_within_reach(_TOO_LOW, x)
    # What was prepared without gradients may not be used where the adaptive estimator takes some.
    x = x.clone()
    count = max(min(_BOUND, _BOUND_VALUES // x.numel()), _FEWEST)
    bound = lower_bound(model, x, samples=count, seed=seed)
    elbo = bound["elbo"].shifted(jacobian)
    check_within_reach(_TOO_LOW, elbo.value, elbo.mc_error, bound["rate"].value)
    if samples is None:
        found, weighed = _estimated(model, x, seed)
    else:
        found, weighed = importance_sampling(model, x, samples=samples, seed=seed), True
    found = found.shifted(jacobian)
    check_within_reach(_TOO_LOW, found.value, found.mc_error)
    return Score(
        rates=_rates(model, space, x, seed),
        rate=bound["rate"].value,
        rate_error=bound["rate"].mc_error,
        distortion=bound["distortion"].shifted(-jacobian).value,
        distortion_error=bound["distortion"].mc_error,
        elbo=elbo.value,
        elbo_error=elbo.mc_error,
        evidence=_weighed(found) if weighed else _adapted(found),
    )


def _estimated(model: LatentModel, x: Tensor, seed: int) -> tuple[Estimate, bool]:
    """Return the best estimate to be had, and whether it weighs codes from q(z|x) alone."""
    budget = max(min(_BUDGET, _BUDGET_VALUES // x.numel()), _LEAST)
    try:
        found = adaptive(model, x, target="example", target_error=_TARGET, budget=budget, seed=seed)
    except IncompatibleError:
        return importance_sampling(model, x, samples=_LEAST, seed=seed), True
    # Too little for a fit or for annealing: more codes say more than those of the first look.
    if found.notes and found.taken["encoder"] and found.samples < _LEAST:
        return importance_sampling(model, x, samples=_LEAST, seed=seed), True
    return found, False


def _rates(model: LatentModel, space: CodeSpace, x: Tensor, seed: int) -> np.ndarray:
    nothing = np.full(space.size, np.nan, dtype=np.float32)
    if Ability.FACTORS not in model.abilities:
        return nothing
    with drawing(seed):
        rates = [level.unit_rates for level in model.infer(x, _BOUND)]
        known = tuple(rate.mean(0) for rate in rates if rate is not None)
        return space.join(known).cpu().numpy()[0] if len(known) == len(rates) else nothing


_WAYS = {
    "encoder": "Codes were drawn from q(z|x) and weighted",
    "fitted": "Codes were drawn from a distribution fitted to this example and weighted",
    "annealed": "Codes were annealed towards the true posterior of this example, in many steps",
}


def _adapted(found: Estimate) -> Evidence:
    [way] = (name for name, count in found.taken.items() if count)
    spent = found.decodes or 0
    start = f"{_WAYS[way]}: {spent:,} evaluations of the decoder in all."
    if trusted := not found.flagged and not found.notes:
        note = f"{start} Their weights are even enough: value and error can be trusted."
    else:
        note = (
            f"{start} That was not enough for an error of {_TARGET:g} nats: the true value may lie "
            "far above, and the error says too little. `elbowroom evaluate` can spend more."
        )
    return Evidence(found.value, found.mc_error, spent, trusted, note)


def _weighed(found: Estimate) -> Evidence:
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
    return Evidence(found.value, found.mc_error, found.samples, trusted, note)


def _spoken(k: float) -> str:
    if np.isnan(k):
        return "unknown"
    return f"{k:.2f}" if np.isfinite(k) else "very small"
