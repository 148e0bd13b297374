"""The aggregate posterior: codes of all examples, unit by unit, with the prior beside them."""

import numpy as np

from elbowroom.report.choice import unit_name
from elbowroom.report.figures import Marginal
from elbowroom.report.material import Material

_PLACES = 160
_WIDTH = 5
_HELD = np.array([0.002, 0.998])
"""Shares of the prior between which it is shown at least."""


def marginal_of(material: Material, unit: int, *, rate: bool = False) -> Marginal:
    """Return a unit's codes, drawn from q(z|x), and the density of its prior.

    Args:
        material: What the report is about.
        unit: Number of the unit.
        rate: Say its rate as well, where it has one.
    """
    codes, prior = material.drawn[:, unit], material.unit_prior
    seen = np.concatenate([codes, prior.quantiles(unit, _HELD)])
    places = np.linspace(seen.min(), seen.max(), _PLACES)
    note = ""
    if rate and material.rates is not None:
        note = f", {material.rates[unit]:.2f} nats"
    return Marginal(unit_name(material, unit), codes, places, prior.density(unit, places), note)


def prior_density(
    material: Material, across: Marginal, up: Marginal, units: tuple[int, int]
) -> np.ndarray:
    """Return the density of the prior of two units at all pairs of their places.

    Exact for independent units, else a histogram of draws, smoothed.

    Args:
        material: What the report is about.
        across: The first unit.
        up: The second.
        units: Their numbers.

    Returns:
        Densities, (places across, places up).
    """
    if material.unit_prior.exact is not None:
        return across.density[:, None] * up.density
    edges = [_edges(one.places) for one in (across, up)]
    heights, *_ = np.histogram2d(*material.unit_prior.draws[:, units].T, bins=edges, density=True)
    return _smoothed(_smoothed(heights).T).T


def _edges(places: np.ndarray) -> np.ndarray:
    step = places[1] - places[0]
    return np.append(places - step / 2, places[-1] + step / 2)


def _smoothed(table: np.ndarray) -> np.ndarray:
    """Return a table smoothed along its rows by a Gaussian of `_WIDTH` cells."""
    away = np.arange(-3 * _WIDTH, 3 * _WIDTH + 1)
    kernel = np.exp(-((away / _WIDTH) ** 2) / 2)
    return np.stack([np.convolve(row, kernel / kernel.sum(), "same") for row in table])
