"""Ways from one code to another: straight, spherical, and along the decoder's metric.

Each returns a function from how far along one is, shares (n,) from 0 to 1, to codes (n, latent).
"""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import torch

from elbowroom.report.geodesic import Curve, Decode, geodesic

Path: TypeAlias = Callable[[np.ndarray], np.ndarray]
_PARALLEL = 1e-6


def straight(start: np.ndarray, end: np.ndarray) -> Path:
    """Return the straight line, (1 - t) a + t b.

    >>> straight(np.zeros(1), np.ones(1))(np.array([0.0, 0.25])).ravel().tolist()
    [0.0, 0.25]
    """
    return lambda shares: (1 - shares[:, None]) * start + shares[:, None] * end


def spherical(start: np.ndarray, end: np.ndarray) -> Path:
    """Return the great circle about the origin (slerp), its radius going from |a| to |b|.

    With w the angle between a and b, the direction is sin((1 - t) w) / sin(w) a/|a| +
    sin(t w) / sin(w) b/|b|. A Gaussian prior of many units has its codes near a sphere: the
    straight line cuts through the inside, where there are none (White 2016, 'Sampling generative
    networks'). Where the circle is not defined (a code in the origin, two that point the same way
    or exactly opposite ways) it is the straight line.

    >>> way = spherical(np.array([2.0, 0.0]), np.array([0.0, 2.0]))
    >>> way(np.array([0.5])).round(3).tolist()
    [[1.414, 1.414]]
    """
    sizes = [float(np.linalg.norm(code)) for code in (start, end)]
    if min(sizes) == 0:
        return straight(start, end)
    first, last = start / sizes[0], end / sizes[1]
    angle = float(np.arccos(np.clip(first @ last, -1, 1)))
    if np.sin(angle) < _PARALLEL:
        return straight(start, end)

    def way(shares: np.ndarray) -> np.ndarray:
        t = shares[:, None]
        turned = np.sin((1 - t) * angle) * first + np.sin(t * angle) * last
        return turned / np.sin(angle) * ((1 - t) * sizes[0] + t * sizes[1])

    return way


def metric(
    start: np.ndarray, end: np.ndarray, decode: Decode, *, segments: int = 16
) -> tuple[Path, Curve]:
    """Return the path on which the decoded example changes least, and what it costs.

    Args:
        start: The first code, (latent,).
        end: The last.
        decode: From codes (segments + 1, latent) to examples, differentiable; see `geodesic`.
        segments: Pieces of the curve; between its points it is straight.
    """
    ends = [torch.as_tensor(code, dtype=torch.float32) for code in (start, end)]
    curve = geodesic(decode, *ends, segments=segments)
    points = curve.codes.detach().cpu().numpy()
    knots = np.linspace(0, 1, len(points))

    def way(shares: np.ndarray) -> np.ndarray:
        return np.stack([np.interp(shares, knots, unit) for unit in points.T], 1)

    return way, curve
