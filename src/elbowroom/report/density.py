"""Densities from draws, and contours that hold a share of them."""

from dataclasses import dataclass

import numpy as np

_ALONE, _TOGETHER = 0.05, 0.15
"""Width of the Gaussian that draws are smoothed by on a line and in a plane, in standard deviations
of the draws: tens of thousands lie far more thinly in a plane."""
_PLACES, _REACH = 161, 4.0
"""Places along each side of a plane, and how far it reaches from the mean of a standard normal."""


@dataclass(frozen=True, eq=False)
class PlaneDensity:
    """A density over a plane, known on a grid.

    Args:
        across: Places along the horizontal axis, (a,), evenly spaced and rising.
        up: Places along the vertical one, (b,).
        values: The density, (a, b).
    """

    across: np.ndarray
    up: np.ndarray
    values: np.ndarray

    @classmethod
    def standard_normal(cls) -> "PlaneDensity":
        """Return N(0, I), whose contour at a share s is the circle of radius sqrt(-2 log(1 - s)).

        Example:
            >>> density = PlaneDensity.standard_normal()
            >>> radius = np.sqrt(-2 * np.log(2 * np.pi * density.level(1 - np.exp(-2))))
            >>> float(radius.round(1))
            2.0
        """
        places = np.linspace(-_REACH, _REACH, _PLACES)
        alone = np.exp(-(places**2) / 2) / np.sqrt(2 * np.pi)
        return cls(places, places, alone[:, None] * alone)

    @classmethod
    def of_draws(
        cls, draws: np.ndarray, across: np.ndarray | None = None, up: np.ndarray | None = None
    ) -> "PlaneDensity":
        """Smooth draws (n, 2) over a grid; one that holds them all when it is not given."""
        grid = [
            _around(alone, _TOGETHER) if places is None else places
            for alone, places in zip(draws.T, (across, up), strict=True)
        ]
        edges = [_edges(places) for places in grid]
        heights, *_ = np.histogram2d(*draws.T, bins=edges, density=True)
        for axis, (alone, places) in enumerate(zip(draws.T, grid, strict=True)):
            cells = _cells(alone, places, _TOGETHER)
            heights = np.apply_along_axis(smoothed, axis, heights, cells)
        return cls(*grid, heights)

    def level(self, share: float) -> float:
        """Return the density at whose contour this share of the mass is inside."""
        ranked = np.sort(self.values.ravel())[::-1]
        held = np.cumsum(ranked) / max(ranked.sum(), 1e-300)
        return float(ranked[min(np.searchsorted(held, share), len(ranked) - 1)])


def density_at(draws: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Return the density of draws (n,), smoothed, at values (m,); 0 beyond them."""
    places = _around(draws, _ALONE, 4 * _PLACES)
    heights, _ = np.histogram(draws, bins=_edges(places), density=True)
    even = smoothed(heights, _cells(draws, places, _ALONE))
    return np.interp(values, places, even, left=0, right=0)


def smoothed(row: np.ndarray, cells: float) -> np.ndarray:
    """Return a row (n,) smoothed by a Gaussian of so many cells, as if beyond it were nothing."""
    reach = min(int(np.ceil(3 * cells)), len(row) // 2)
    kernel = np.exp(-((np.arange(-reach, reach + 1) / cells) ** 2) / 2)
    return np.convolve(row, kernel / kernel.sum(), "same")


def _around(draws: np.ndarray, width: float, count: int = _PLACES) -> np.ndarray:
    """Return places that hold draws and what smoothing makes of the outermost."""
    low, high = float(draws.min()), float(draws.max())
    margin = 3 * width * float(draws.std()) or 1.0
    return np.linspace(low - margin, high + margin, count)


def _cells(draws: np.ndarray, places: np.ndarray, width: float) -> float:
    """Return so many standard deviations in cells; half a cell at least, which is none."""
    return max(width * float(draws.std()) / float(places[1] - places[0]), 0.5)


def _edges(places: np.ndarray) -> np.ndarray:
    step = places[1] - places[0]
    return np.append(places - step / 2, places[-1] + step / 2)
