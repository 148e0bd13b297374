"""Which scores stand above the floors, by more than another set of seeds would move them."""

from functools import cache
from math import sqrt
from typing import TYPE_CHECKING

from elbowroom.metrics.disentanglement import METRICS

if TYPE_CHECKING:
    from elbowroom.study.findings import Findings
    from elbowroom.study.score import Mean

FEWEST_SEEDS = 3
"""Seeds below which a mean is not said to stand out: their spread is hardly known."""

SURE = 0.975
"""Probability of Student's t that a difference must exceed."""

CEILING = "true factors"
"""The reference that no code can be expected to beat; all others are floors."""

ROTATED = "rotated factors"


def rotation_is_no_floor(score: str, factors: int | None) -> bool:
    """Tell whether factors that are rotated score as well as the factors themselves.

    One factor alone cannot be rotated into others, and how well factors can be read from a code
    does not depend on how it is turned.

    Example:
        >>> rotation_is_no_floor("SAP", 5), rotation_is_no_floor("SAP", 1)
        (False, True)
        >>> rotation_is_no_floor("DCI informativeness (boosting)", 5)
        True
    """
    return factors == 1 or score in _kept_by_rotation()


@cache
def _kept_by_rotation() -> frozenset[str]:
    return frozenset(name for kind in METRICS.values() for name in kind().kept_by_rotation)


def stands_out(findings: "Findings", variant: str, score: str) -> bool:
    """Tell whether a mean is above every floor of its own by more than chance allows.

    The difference must exceed its standard error, over seeds and over examples in quadrature, times
    the quantile of Student's t with one degree of freedom fewer than there are seeds. A floor that
    was measured with one seed has its error over examples only.

    Args:
        findings: The study.
        variant: Name of method and strength.
        score: Name of the score.
    """
    from scipy.stats import t

    mean = findings.mean(variant, score)
    beside = findings.references_of(variant)
    floors = {} if beside is None else beside.floors(score)
    if mean is None or mean.count < FEWEST_SEEDS or not floors:
        return False
    factor = float(t.ppf(SURE, mean.count - 1))
    return all(
        mean.value - floor.value > factor * sqrt(_squared(mean) + _squared(floor))
        for floor in floors.values()
    )


def _squared(mean: "Mean") -> float:
    return (mean.error or 0.0) ** 2 + mean.within**2
