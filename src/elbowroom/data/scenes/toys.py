"""Points on a surface in space, to see whether latent axes find the axes of a rectangle.

The linear toy (Rolinek et al. 2019): points of the unit square, one side stretched by 2, a zero
appended, turned by 45 degrees about (1, -1, 1). The curved toy bends the same rectangle onto a
cylinder of radius 1 first, without stretching it: its axes still meet at right angles everywhere.
"""

import math

import numpy as np

AXIS = (1.0, -1.0, 1.0)
STRETCH = 2.0


def rotation(axis: tuple[float, float, float], angle: float) -> np.ndarray:
    """Return the matrix (3, 3) that turns about an axis, by the formula of Rodrigues.

    Example:
        >>> rotation((0, 0, 1), math.pi / 2).round(6) @ [1, 0, 0]
        array([0., 1., 0.])
    """
    x, y, z = np.asarray(axis) / np.linalg.norm(axis)
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return np.eye(3) + math.sin(angle) * cross + (1 - math.cos(angle)) * cross @ cross


def linear_toy(square: np.ndarray) -> np.ndarray:
    """Place points of the unit square, (N, 2), in space, (N, 3)."""
    flat = np.column_stack([STRETCH * square[:, 0], square[:, 1], np.zeros(len(square))])
    return flat @ rotation(AXIS, math.pi / 4).T


def curved_toy(square: np.ndarray) -> np.ndarray:
    """Place points of the unit square, (N, 2), on a cylinder in space, (N, 3)."""
    angle = STRETCH * (square[:, 0] - 0.5)
    bent = np.column_stack([np.sin(angle), square[:, 1], 1 - np.cos(angle)])
    return bent @ rotation(AXIS, math.pi / 4).T
