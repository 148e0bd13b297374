"""Examples grouped by the values that they share, to draw from."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

BINS = 20
"""Bins of equal frequency that stand for the values of a continuous factor."""


@dataclass(frozen=True, eq=False)
class Groups:
    """The groups of two examples and more.

    Args:
        members: Positions of their examples, group after group, int64 (n,).
        of: Number of the group of each of `members`, int64 (n,).
        starts: Where in `members` each group begins, int64 (G,).
        sizes: Examples of each group, int64 (G,).
    """

    members: np.ndarray
    of: np.ndarray
    starts: np.ndarray
    sizes: np.ndarray

    @property
    def of_two(self) -> bool:
        """Whether there is a group of two examples."""
        return len(self.members) > 0

    def draw(self, times: int, batch: int, generator: np.random.Generator) -> np.ndarray:
        """Return positions (times, batch), each row of one group; groups are drawn by size.

        A pair is of two different examples: one and itself differ in nothing, the more often the
        smaller the group, which would tell what is shared.
        """
        chosen = self.of[generator.integers(len(self.members), size=times)][:, None]
        sizes = self.sizes[chosen]
        places = generator.integers(sizes, size=(times, batch))
        if batch == 2:
            others = generator.integers(1, sizes, size=(times, 1))
            places[:, 1:] = (places[:, :1] + others) % sizes
        return self.members[self.starts[chosen] + places]


def group(codes: Sequence[np.ndarray]) -> Groups:
    """Group positions by whole numbers that they share.

    Args:
        codes: Arrays int64 (N,); examples that agree in all of them form a group.

    Example:
        >>> found = group([np.array([3, 1, 3, 3, 1, 0])])
        >>> found.members, found.sizes
        (array([1, 4, 0, 2, 3]), array([2, 3]))
    """
    key = np.zeros(len(codes[0]), dtype=np.int64)
    for code in codes:
        distinct, known = np.unique(code, return_inverse=True)
        _, key = np.unique(key * len(distinct) + known, return_inverse=True)
    sizes = np.bincount(key)
    kept = sizes[key] > 1
    positions = np.flatnonzero(kept)
    members = positions[np.argsort(key[positions], kind="stable")]
    sizes = sizes[sizes > 1]
    starts = np.cumsum(sizes) - sizes
    return Groups(members, np.repeat(np.arange(len(sizes)), sizes), starts, sizes)


def equal_frequency(column: np.ndarray, bins: int = BINS) -> np.ndarray:
    """Cut numbers into bins of equal frequency; a value that fills a bin has one of its own.

    The edges are quantiles. Where several coincide, as those of a factor that is mostly 0, their
    value is kept apart from what lies below and above, and there are fewer bins.

    Args:
        column: Numbers, (N,).
        bins: Number of bins, at most.

    Returns:
        Whole numbers from 0 in the order of the bins, not all of which need occur, int64 (N,).

    Example:
        >>> equal_frequency(np.array([0.0, 0.0, 0.0, 0.3, 0.0, 0.9]), 4)
        array([1, 1, 1, 3, 1, 3])
    """
    quantiles = np.quantile(column, np.arange(1, bins) / bins)
    edges, times = np.unique(quantiles, return_counts=True)
    at_or_below = np.searchsorted(edges, column, side="right")
    return at_or_below + np.searchsorted(edges[times > 1], column, side="left")
