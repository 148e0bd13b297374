"""A solid in a room, seen by a camera that goes round it: ray-cast maps of how much of what is lit.

Colours enter linearly: a pixel is the sum of (share of the pixel that shows a surface, times its
light) times that surface's colour. So each combination of shape, size and view is cast once, as
four maps (floor, wall, object, and the white of the highlight), and colours are a matrix product.
"""

import math
from dataclasses import dataclass
from functools import cache

import numpy as np

from elbowroom.data.scenes.solids import MIDDLE, REACH, SOLIDS, Rays, Solid, dot

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
_CONTACT = 1.6
_LARGEST = 1.25
_TINY = 1e-3


@dataclass(frozen=True, eq=False)
class View:
    """What a camera sees of the empty room, and the rays that a solid could change.

    Args:
        empty: How much each of `SURFACES` adds to each ray, (4, n).
        touched: Numbers of the rays that a solid hides, shades or dims, (m,).
        rays: Where those start and where they go, each (m, 3).
        hits: Where they meet the room, (m, 3).
        on_floor: Which of them meet the floor rather than a wall, (m,).
        light: How strongly the light shines there, (m,).
        lamps: The light's place for each of them, (m, 3).
    """

    empty: np.ndarray
    touched: np.ndarray
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
    point, direction = _rays(turn)
    hits, normals = _meet_room((point, direction))
    lamps = _lamps()
    towards = lamps - hits
    apart = _length(towards)
    facing = np.maximum(dot(normals, towards) / apart, 0)
    light = facing / (0.55 + 0.009 * apart**2)
    on_floor = normals[:, 1] > 0
    empty = np.zeros((len(SURFACES), len(light)), np.float32)
    empty[np.where(on_floor, 0, 1), np.arange(len(light))] = _AMBIENT + _DIFFUSE * light
    hidden = _near(_LARGEST, (point, direction))
    dimmed = _near(_LARGEST, (hits, towards)) | (_length(hits) < 0.75 * _LARGEST + _CONTACT)
    t = np.flatnonzero(hidden | dimmed)
    return View(empty, t, (point[t], direction[t]), hits[t], on_floor[t], light[t], lamps[t])


def cast(shape: str, size: float, turn: float) -> np.ndarray:
    """Cast rays at a solid in the room.

    Args:
        shape: One of `SOLIDS`.
        size: Its size, about half of its height; at most 1.25.
        turn: Where the camera is; see `view`.

    Returns:
        How much each of `SURFACES` adds to each pixel, (4, 64, 64), 0 to 1 and a little above.
    """
    seen, solid = view(turn), SOLIDS[shape]
    point, direction = seen.rays
    t = _meet_near(solid, size, seen.rays)
    hit = np.isfinite(t)
    room = np.flatnonzero(~hit)
    towards = seen.lamps[room] - seen.hits[room]
    dark = np.isfinite(_meet_near(solid, size, (seen.hits[room] + _TINY * towards, towards)))
    gap = np.maximum(_length(seen.hits[room]) - 0.75 * size, 0)
    # a floor sees less of the room where a solid stands
    contact = 1 - 0.35 * np.maximum(1 - gap / _CONTACT, 0) ** 2
    amounts = seen.empty.copy()
    amounts[:, seen.touched[hit]] = 0
    lit = _AMBIENT * contact + _DIFFUSE * seen.light[room] * ~dark
    amounts[np.where(seen.on_floor[room], 0, 1), seen.touched[room]] = lit
    reached = point[hit] + t[hit, None] * direction[hit]
    facing = solid.normal(reached, size)
    amounts[2:, seen.touched[hit]] = _shade(facing, reached, direction[hit], seen.lamps[hit])
    sides = SIZE, SAMPLES
    return amounts.reshape(len(SURFACES), *sides, *sides).mean(axis=(2, 4))


def _rays(turn: float) -> Rays:
    """Return a ray for each sample of each pixel, row by row."""
    eye = np.array([_DISTANCE * math.sin(turn), _HEIGHT, _DISTANCE * math.cos(turn)], np.float32)
    forward = np.array([0, _LOOK_AT, 0], np.float32) - eye
    forward /= np.linalg.norm(forward)
    right = np.array([math.cos(turn), 0, -math.sin(turn)], np.float32)
    up = np.cross(right, forward)
    steps = ((np.arange(SIZE * SAMPLES) + 0.5) / (SIZE * SAMPLES) * 2 - 1) * _HALF_VIEW
    across, down = np.meshgrid(steps.astype(np.float32), steps.astype(np.float32))
    directions = forward + across.reshape(-1, 1) * right - down.reshape(-1, 1) * up
    return np.broadcast_to(eye, directions.shape), directions


def _shade(
    normals: np.ndarray, reached: np.ndarray, direction: np.ndarray, lamps: np.ndarray
) -> np.ndarray:
    """Return the light on the solid and its highlight (Blinn and Phong), (2, n)."""
    towards = lamps - reached
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
    near = _near(size, rays)
    t = np.full(len(point), np.inf, np.float32)
    t[near] = solid.meet((point[near], direction[near]), size)
    return t


def _near(size: float, rays: Rays) -> np.ndarray:
    """Say which rays meet the ball that holds any solid of a size."""
    point, direction = rays
    apart = np.array([0, MIDDLE * size, 0], np.float32) - point
    along = dot(apart, direction)
    missed = dot(apart, apart) - along**2 / dot(direction, direction)
    return (missed < (REACH * size) ** 2) & (along > 0)


def _length(vectors: np.ndarray) -> np.ndarray:
    return np.sqrt(dot(vectors, vectors))
