"""Codes whose disentanglement is known: the truth, with dead units, turned, and noise."""

from collections.abc import Callable

import numpy as np
from scipy.stats import ortho_group

from elbowroom.data.factors import Factors
from elbowroom.metrics.disentanglement import Representation

SIZES = {"shape": 3, "scale": 6, "orientation": 40, "x": 32, "y": 32}
SMALL = {"shape": 3, "scale": 4, "hue": 6}
DEAD = 0.01


def sampled(sizes: dict[str, int], count: int, seed: int = 0) -> Factors:
    """Return the factors of examples drawn uniformly from the grid."""
    grid = Factors.grid({name: tuple(range(size)) for name, size in sizes.items()})
    return grid.subset(np.random.default_rng(seed).integers(0, len(grid), count))


def scaled(factors: Factors) -> np.ndarray:
    """Return the codes of the factors on a scale from -1.7 to 1.7, of standard deviation 1."""
    most = np.array([size - 1 for size in factors.sizes if size])
    return (factors.values / most * 2 - 1) * 1.7


def perfect(factors: Factors, seed: int = 0) -> np.ndarray:
    return scaled(factors)


def noise(factors: Factors, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed + 1).normal(size=scaled(factors).shape)


def with_dead(factors: Factors, seed: int = 0) -> np.ndarray:
    return np.hstack([scaled(factors), DEAD * noise(factors, seed)])


def rotated(factors: Factors, seed: int = 0) -> np.ndarray:
    """Return the truth turned by one rotation, with as many dead units."""
    turn = ortho_group.rvs(len(factors.names), random_state=5)
    return np.hstack([scaled(factors) @ turn, DEAD * noise(factors, seed)])


CODES: dict[str, Callable[..., np.ndarray]] = {
    "perfect": perfect,
    "perfect + dead": with_dead,
    "rotated": rotated,
    "noise": noise,
}


def known(
    code: str, sizes: dict[str, int] = SIZES, count: int = 10_000, seed: int = 0
) -> Representation:
    """Return a table of one of these codes."""
    factors = sampled(sizes, count, seed)
    return Representation.of_table(CODES[code](factors, seed), factors)
