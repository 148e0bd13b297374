"""Examples grouped by the values that they share, to draw from."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


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
        """Return positions (times, batch), each row of one group; groups are drawn by size."""
        chosen = self.of[generator.integers(len(self.members), size=times)][:, None]
        places = generator.integers(self.sizes[chosen], size=(times, batch))
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
