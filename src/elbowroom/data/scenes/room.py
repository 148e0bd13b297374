"""A solid in a room, seen by a camera that goes round it: ray-cast maps of how much of what is lit.

Colours enter linearly: a pixel is the sum of (share of the pixel that shows a surface, times its
light) times that surface's colour. So each combination of shape, size and view is cast once, as
four maps (floor, wall, object, and the white of the highlight), and colours are a matrix product.
"""

import math
from dataclasses import dataclass
from functools import cache

import numpy as np

from elbowroom.data.scenes.solids import REACH, SOLIDS, Rays, Solid, dot

SIZE = 64
SAMPLES = 3
"""Rays along each side of a pixel; each has a light of its own, so that shadows are soft."""
SURFACES = ("floor", "wall", "object", "highlight")

_HALF_ROOM = 5.2
_DISTANCE, _HEIGHT, _LOOK_AT = 4.9, 2.9, 1.0
_HALF_VIEW = math.tan(math.radians(23))
_LIGHT = np.array([-2.6, 6.0, 3.4], np.float32)
_LIGHT_SIZE = 0.9
_AMBIENT, _DIFFUSE = 0.42, 0.62
_SHINE, _GLOSS = 0.45, 40
_TINY = 1e-3


@dataclass(frozen=True, eq=False)
class View:
    """What a camera sees of the empty room, ray by ray.

    Args:
        rays: Where rays start and where they go, each (n, 3).
        hits: Where they meet the room, (n, 3).
        on_floor: Which of them meet the floor rather than a wall, (n,).
        light: How strongly the light shines there, (n,).
        lamps: The light's place for each ray, (n, 3).
    """

    rays: Rays
    hits: np.ndarray
    on_floor: np.ndarray
    light: np.ndarray
    lamps: np.ndarray


@cache
def view(turn: float) -> View:
    """Look at the empty room.

    Args:
        turn: Angle by which the camera has gone round, in radians; 0 faces a wall.
    """
    eye = np.array([_DISTANCE * math.sin(turn), _HEIGHT, _DISTANCE * math.cos(turn)], np.float32)
    forward = np.array([0, _LOOK_AT, 0], np.float32) - eye
    forward /= np.linalg.norm(forward)
    right = np.array([math.cos(turn), 0, -math.sin(turn)], np.float32)
    up = np.cross(right, forward)
    steps = ((np.arange(SIZE * SAMPLES) + 0.5) / (SIZE * SAMPLES) * 2 - 1) * _HALF_VIEW
    across, down = np.meshgrid(steps.astype(np.float32), steps.astype(np.float32))
    directions = forward + across.reshape(-1, 1) * right - down.reshape(-1, 1) * up
    rays = np.broadcast_to(eye, directions.shape), directions
    hits, normals = _meet_room(rays)
    lamps = _lamps()
    towards = lamps - hits
    apart = _length(towards)
    facing = np.maximum(dot(normals, towards) / apart, 0)
    on_floor = normals[:, 1] > 0
    return View(rays, hits, on_floor, facing / (0.55 + 0.009 * apart**2), lamps)


def cast(shape: str, size: float, turn: float) -> np.ndarray:
    """Cast rays at a solid in the room.

    Args:
        shape: One of `SOLIDS`.
        size: Its size, about half of its height.
        turn: Where the camera is; see `view`.

    Returns:
        How much each of `SURFACES` adds to each pixel, (4, 64, 64), 0 to 1 and a little above.
    """
    seen = view(turn)
    solid = SOLIDS[shape]
    point, direction = seen.rays
    t = _meet_near(solid, size, seen.rays)
    hit = np.isfinite(t)
    amounts = np.zeros((len(SURFACES), len(t)), np.float32)
    empty = np.flatnonzero(~hit)
    towards = seen.lamps[empty] - seen.hits[empty]
    dark = np.isfinite(_meet_near(solid, size, (seen.hits[empty] + _TINY * towards, towards)))
    gap = np.maximum(_length(seen.hits[empty]) - 0.75 * size, 0)
    contact = 1 - 0.35 * np.exp(-2.2 * gap)  # a floor sees less of the room where a solid stands
    lit = (_AMBIENT * contact + _DIFFUSE * seen.light[empty] * ~dark).astype(np.float32)
    amounts[np.where(seen.on_floor[empty], 0, 1), empty] = lit
    touched = point[hit] + t[hit, None] * direction[hit]
    amounts[2:, hit] = _shade(solid.normal(touched, size), touched, direction[hit], seen, hit)
    sides = SIZE, SAMPLES
    return amounts.reshape(len(SURFACES), *sides, *sides).mean(axis=(2, 4))


def _shade(
    normals: np.ndarray, touched: np.ndarray, direction: np.ndarray, seen: View, hit: np.ndarray
) -> np.ndarray:
    """Return the light on the solid and its highlight (Blinn and Phong), (2, n)."""
    towards = seen.lamps[hit] - touched
    apart = _length(towards)
    towards = towards / apart[:, None]
    facing = np.maximum(dot(normals, towards), 0)
    halfway = towards - direction / _length(direction)[:, None]
    halfway /= _length(halfway)[:, None]
    gloss = np.maximum(dot(normals, halfway), 0) ** _GLOSS
    sky = 0.85 + 0.15 * normals[:, 1]  # more light from above than from the floor
    light = _AMBIENT * sky + 1.1 * _DIFFUSE * facing / (0.55 + 0.009 * apart**2)
    return np.stack([light, _SHINE * gloss * (facing > 0)])


def _meet_room(rays: Rays) -> tuple[np.ndarray, np.ndarray]:
    """Return where rays first meet the floor or a wall, and the normals there."""
    point, direction = rays
    with np.errstate(divide="ignore", invalid="ignore"):
        sides = (np.sign(direction) * _HALF_ROOM - point) / direction
        sides[:, 1] = np.where(direction[:, 1] < 0, -point[:, 1] / direction[:, 1], np.inf)
    first = np.nanargmin(sides, axis=1)
    normals = -np.sign(direction) * (np.arange(3) == first[:, None])
    return point + sides.min(axis=1)[:, None] * direction, normals.astype(np.float32)


def _lamps() -> np.ndarray:
    """Spread the light's places over the rays of each pixel, (n, 3)."""
    spread = ((np.arange(SAMPLES) + 0.5) / SAMPLES - 0.5) * _LIGHT_SIZE
    x, z = np.meshgrid(np.tile(spread, SIZE), np.tile(spread[::-1], SIZE))
    offsets = np.stack([x.ravel(), np.zeros(x.size), z.ravel()], axis=1)
    return _LIGHT + offsets.astype(np.float32)


def _meet_near(solid: Solid, size: float, rays: Rays) -> np.ndarray:
    """Meet a solid, trying only the rays that pass near it."""
    point, direction = rays
    apart = np.array([0, size, 0], np.float32) - point
    along = dot(apart, direction)
    missed = dot(apart, apart) - along**2 / dot(direction, direction)
    near = (missed < (REACH * size) ** 2) & (along > 0)
    t = np.full(len(point), np.inf, np.float32)
    t[near] = solid.meet((point[near], direction[near]), size)
    return t


def _length(vectors: np.ndarray) -> np.ndarray:
    return np.sqrt(dot(vectors, vectors))
