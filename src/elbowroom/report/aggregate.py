"""The aggregate posterior: codes of all examples, unit by unit, with the prior beside them."""

import numpy as np

from elbowroom.report.choice import unit_name
from elbowroom.report.density import PlaneDensity
from elbowroom.report.figures import Marginal
from elbowroom.report.material import Material
from elbowroom.report.words import nats

_PLACES = 161
_MARGIN = 0.1
"""Share of the range that is left free at each end, so that no hexagon is cut."""
_HELD = np.array([0.002, 0.998])
"""Shares of the prior between which it is shown at least."""


def marginal_of(material: Material, unit: int, *, rate: bool = False) -> Marginal:
    """Return a unit's codes, drawn from q(z|x), and the density of its prior.

    Args:
        material: What the report is about.
        unit: Number of the unit.
        rate: Say its rate as well, where it has one.
    """
    note = ""
    if rate and material.rates is not None:
        note = f", {nats(float(material.rates[unit]))} nats"
    return _over(material, unit, *_range(material, unit), note)


def pair_of(material: Material, first: int, second: int) -> tuple[Marginal, Marginal]:
    """Return two units over ranges of one length, for axes on which a circle is one."""
    ranges = [_range(material, unit) for unit in (first, second)]
    half = max(high - low for low, high in ranges) / 2
    across, up = (
        _over(material, unit, (low + high) / 2 - half, (low + high) / 2 + half)
        for unit, (low, high) in zip((first, second), ranges, strict=True)
    )
    return across, up


def prior_density(
    material: Material, across: Marginal, up: Marginal, units: tuple[int, int]
) -> PlaneDensity:
    """Return the density of the prior of two units at all pairs of their places.

    Exact for independent units, else that of draws, smoothed.

    Args:
        material: What the report is about.
        across: The first unit.
        up: The second.
        units: Their numbers.
    """
    if material.unit_prior.exact is not None:
        return PlaneDensity(across.places, up.places, across.density[:, None] * up.density)
    draws = material.unit_prior.draws[:, units]
    return PlaneDensity.of_draws(draws, across.places, up.places)


def _range(material: Material, unit: int) -> tuple[float, float]:
    """Return between which values a unit is shown: its codes and its prior, with a margin."""
    seen = np.append(material.drawn[:, unit], material.unit_prior.quantiles(unit, _HELD))
    margin = _MARGIN * float(np.ptp(seen)) or 1.0
    return float(seen.min()) - margin, float(seen.max()) + margin


def _over(material: Material, unit: int, low: float, high: float, note: str = "") -> Marginal:
    places = np.linspace(low, high, _PLACES)
    density = material.unit_prior.density(unit, places)
    return Marginal(unit_name(material, unit), material.drawn[:, unit], places, density, note)
