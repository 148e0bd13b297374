"""Parting examples and drawing them again so that no factor's values are lost."""

from collections.abc import Callable

import numpy as np


def parted(classes: np.ndarray, share: float = 2 / 3) -> tuple[np.ndarray, np.ndarray]:
    """Part examples in two so that rare values are in both parts, as often as in the whole.

    Examples are lined up by the rarest value that each has of any factor, and dealt out in turn: a
    value that two of 2,000 have would else be in one part alone as often as not.

    Args:
        classes: Values of F factors as whole numbers from 0, int64 (N, F), in random order.
        share: Share of the first part.

    Returns:
        Rows of both parts, int64 (n,) and (N - n,), each in the order given.

    Example:
        >>> first, second = parted(np.array([[0], [0], [1], [0], [0], [1]]), 1 / 2)
        >>> first, second
        (array([0, 2, 3]), array([1, 4, 5]))
    """
    often = np.stack([np.bincount(column)[column] for column in classes.T], 1)
    factor = often.argmin(1)
    value = classes[np.arange(len(classes)), factor]
    order = np.lexsort((value, factor))
    dealt = np.floor(share * np.arange(len(classes) + 1) + 0.5)
    first = np.zeros(len(classes), dtype=bool)
    first[order] = np.diff(dealt) > 0
    return np.flatnonzero(first), np.flatnonzero(~first)


def redrawn(classes: np.ndarray, draw: Callable[[], np.ndarray]) -> np.ndarray:
    """Draw rows until every factor that varies among all of them varies among those drawn.

    A resample in which a factor has one value says nothing about how sure a score of it is.

    Args:
        classes: Values of F factors as whole numbers, (N, F).
        draw: Draws rows, (n,).

    Example:
        >>> rng = np.random.default_rng(0)
        >>> rows = redrawn(np.array([[0], [0], [0], [1]]), lambda: rng.integers(4, size=2))
        >>> int((rows == 3).sum())
        1
    """
    varies = (classes != classes[0]).any(0)
    while True:
        drawn = draw()
        found = classes[drawn]
        if (found != found[0]).any(0)[varies].all():
            return drawn
