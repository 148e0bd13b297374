"""Where on a map the name of each group of points is written, so that colour is not all there is.

A name says what is under it. So it stands where its group is the majority, groups that are the
clearer majority first; a group that is nowhere the majority, whose place is taken, or whose points
would vanish under its name, has none.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

_LETTER, _LINE = 0.030, 0.042
"""Width of a letter and height of a line, as shares of the map's side."""

_SOME = 300
"""Points of a group that are tried."""

_FEWEST = 5
"""Points of a group that make a neighbourhood."""


@dataclass(frozen=True)
class GroupName:
    """A name on a map, and the share of the points nearest to it that are of its group."""

    name: str
    x: float
    y: float
    majority: float


def group_names(
    points: np.ndarray, groups: Mapping[str, np.ndarray], side: float
) -> list[GroupName]:
    """Return the names that can be written.

    Args:
        points: Coordinates, (N, 2).
        groups: Name -> which points are of the group, (N,) of bool.
        side: Length of the map's side, in the points' units.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> points = rng.normal(size=(200, 2)) + np.repeat([[0, 0], [9, 9]], 100, axis=0)
        >>> first = np.arange(200) < 100
        >>> [one.name for one in group_names(points, {"a": first, "b": ~first}, side=15)]
        ['a', 'b']
    """
    letter, line = _LETTER * side, _LINE * side
    found = [_place(points, members, name, line) for name, members in groups.items()]
    kept: list[GroupName] = []
    for one in sorted((name for name in found if name), key=lambda name: -name.majority):
        meets = any(
            abs(one.x - other.x) < letter * (len(one.name) + len(other.name)) / 2
            and abs(one.y - other.y) < line
            for other in kept
        )
        if not meets:
            kept.append(one)
    return kept


def _place(points: np.ndarray, members: np.ndarray, name: str, line: float) -> GroupName | None:
    """Return the point of a group around which half as many points as it has are mostly its own.

    Of equal majorities the densest: the one with the smallest radius.
    """
    own = points[members]
    near = len(own) // 2
    if near < _FEWEST:
        return None
    tried = own[np.linspace(0, len(own) - 1, min(len(own), _SOME)).astype(int)]
    distances = np.linalg.norm(tried[:, None] - points, axis=-1)
    nearest = np.argpartition(distances, near - 1, axis=1)[:, :near]
    majority = members[nearest].mean(1)
    radius = np.take_along_axis(distances, nearest, 1).max(1)
    best = np.lexsort((radius, -majority))[0]
    if majority[best] <= 0.5 or 2 * radius[best] < line:
        return None
    return GroupName(name, *map(float, tried[best]), float(majority[best]))
