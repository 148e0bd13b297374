"""dSprites-like images: a square, an ellipse or a heart, in six sizes, turned and moved.

The grid of factors is that of dSprites (Matthey et al. 2017): 3 shapes x 6 scales (0.5 to 1) x 40
orientations (0 to 2 pi in steps of 2 pi / 39, so that the first and the last coincide, as
published) x 32 x 32 positions. Its rasteriser was not published; this one is our own, so numbers
are to be compared with those of other methods on the same images only.

Positions are columns from the left and rows from the top. A sprite is a patch of 33x33 pixels about
its own middle, one for each of 720 combinations of shape, scale and orientation, and a position is
a shift by whole pixels: drawing is pasting.
"""

import math
from functools import cache

import numpy as np
import torch
from torch import Tensor

from elbowroom.data.factors import Factors

SIZE = 64
PATCH = 33
SHAPES = ("square", "ellipse", "heart")
SCALES = tuple(round(0.5 + 0.1 * step, 1) for step in range(6))
ORIENTATIONS = tuple(step * 2 * math.pi / 39 for step in range(40))
POSITIONS = tuple(step / 31 for step in range(32))

AREA = 324.0
"""Square pixels of each shape at scale 1: a square of 18x18, which fits its patch at every turn."""
SAMPLES = 8
"""Samples along each side of a pixel, where edges are smooth."""

_HEART_AREA = 3.6620
_HEART_MIDDLE = 0.2935
"""Area and centre of mass (its height) of the heart (x^2 + y^2 - 1)^3 = x^2 y^3."""


def sprite_factors() -> Factors:
    """Return the grid of 737,280 combinations.

    Example:
        >>> sprite_factors()
        Factors(737,280 examples: shape 3, scale 6, orientation 40, x-position 32, y-position 32)
    """
    meanings = {
        "shape": SHAPES,
        "scale": SCALES,
        "orientation": ORIENTATIONS,
        "x-position": POSITIONS,
        "y-position": POSITIONS,
    }
    return Factors.grid(meanings, {"shape": "categorical", "orientation": "periodic"})


def inside(shape: str, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Say which points belong to a shape of area 1 about the origin, y upwards.

    Args:
        shape: 'square', 'ellipse' (twice as long as wide) or 'heart'.
        x: Horizontal coordinates.
        y: Vertical coordinates.

    Example:
        >>> inside("square", np.array([0.0, 0.4, 0.6]), np.zeros(3))
        array([ True,  True, False])
    """
    return _INSIDE[shape](x, y)


def _in_square(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.maximum(np.abs(x), np.abs(y)) < 0.5


def _in_ellipse(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return (x * x / 4 + y * y) * (2 * math.pi) < 1


def _in_heart(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    unit = math.sqrt(_HEART_AREA)
    u, v = x * unit, y * unit + _HEART_MIDDLE
    ring = u * u + v * v - 1
    return ring * ring * ring < u * u * (v * v * v)


_INSIDE = {"square": _in_square, "ellipse": _in_ellipse, "heart": _in_heart}


def patch(shape: str, scale: float, orientation: float, *, samples: int = 1) -> np.ndarray:
    """Draw one sprite about the middle of its patch.

    Args:
        shape: One of `SHAPES`.
        scale: Its size; 1 for an area of 324 square pixels.
        orientation: Angle in radians, anticlockwise.
        samples: Samples along each side of a pixel.

    Returns:
        The share of each pixel that it covers, (33, 33).
    """
    steps = ((np.arange(PATCH * samples) + 0.5) / samples - PATCH / 2).astype(np.float32)
    unit = scale * math.sqrt(AREA)
    x, y = steps[None, :] / unit, -steps[:, None] / unit
    turned = math.cos(orientation), math.sin(orientation)
    found = inside(shape, x * turned[0] + y * turned[1], y * turned[0] - x * turned[1])
    return found.reshape(PATCH, samples, PATCH, samples).mean(axis=(1, 3))


@cache
def patches(antialias: bool) -> np.ndarray:
    """Draw all sprites once, (3 * 6 * 40, 33, 33) uint8: 0 and 1, or 0 to 255 with smooth edges."""
    samples, top = (SAMPLES, 255) if antialias else (1, 1)
    drawn = [
        patch(shape, scale, turn, samples=samples)
        for shape in SHAPES
        for scale in SCALES
        for turn in (*ORIENTATIONS[:-1], ORIENTATIONS[0])  # the last is the first, to the bit
    ]
    return np.rint(np.stack(drawn) * top).astype(np.uint8)


def draw_sprites(rows: np.ndarray, *, antialias: bool = False) -> Tensor:
    """Draw images by their number in the grid.

    Args:
        rows: Positions in `sprite_factors()`, int64 (n,).
        antialias: Smooth edges: 256 levels rather than 0 and 1.

    Returns:
        uint8 (n, 1, 64, 64).

    Example:
        >>> images = draw_sprites(np.arange(0, 737280, 1000))
        >>> images.shape, images.max().item()
        (torch.Size([738, 1, 64, 64]), 1)
    """
    side = len(POSITIONS)
    cells, y = np.divmod(np.asarray(rows, dtype=np.int64), side)
    sprites, x = np.divmod(cells, side)
    images = np.zeros((len(rows), SIZE, SIZE), dtype=np.uint8)
    windows = np.lib.stride_tricks.sliding_window_view(
        images, (PATCH, PATCH), axis=(1, 2), writeable=True
    )
    windows[np.arange(len(rows)), y, x] = patches(antialias)[sprites]
    return torch.from_numpy(images)[:, None]
