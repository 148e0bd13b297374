"""Solids that stand on a floor, and where rays meet them.

Each stands at the origin on the plane y = 0. A ray is a point and a direction of any length, both
(n, 3), and starts above the floor, since what stands on it has no underside. It meets a surface at
point + t * direction, and has t = infinity where it misses.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

Rays = tuple[np.ndarray, np.ndarray]


class Solid(NamedTuple):
    """A solid of any size.

    Attributes:
        meet: From rays and a size to the first t > 0 on its surface, (n,).
        normal: From points on its surface, (n, 3), and a size to the normals there, (n, 3).
    """

    meet: Callable[[Rays, float], np.ndarray]
    normal: Callable[[np.ndarray, float], np.ndarray]


def dot(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return the inner products of rows, (n,); several times as fast as a sum over three."""
    return np.einsum("ij,ij->i", a, b)


def meet_cube(rays: Rays, size: float) -> np.ndarray:
    """Meet a cube of edge 1.5 * size.

    Example:
        >>> ray = np.array([[0.0, 0.5, 4.0]]), np.array([[0.0, 0.0, -1.0]])
        >>> meet_cube(ray, 1.0)
        array([3.25])
    """
    point, direction = rays
    half = 0.75 * size
    slope = np.where(direction == 0, np.float32(1e-20), direction)  # 0 would give inf - inf
    middle = -(point - np.array([0, half, 0], point.dtype)) / slope
    reach = np.abs(half / slope)
    enter = np.maximum.reduce((middle - reach).T)
    leave = np.minimum.reduce((middle + reach).T)
    return np.where((enter <= leave) & (enter > 0), enter, np.inf)


def meet_sphere(rays: Rays, size: float) -> np.ndarray:
    """Meet a sphere of radius 0.9 * size."""
    return _ball(rays, 0.9 * size, 0.9 * size)


def meet_cylinder(rays: Rays, size: float) -> np.ndarray:
    """Meet an upright cylinder of radius 0.75 * size and height 1.6 * size."""
    radius, height = 0.75 * size, 1.6 * size
    point, direction = rays
    with np.errstate(divide="ignore", invalid="ignore"):
        t = (height - point[:, 1]) / direction[:, 1]
    x, z = (point[:, axis] + t * direction[:, axis] for axis in (0, 2))
    lid = np.where((x * x + z * z <= radius**2) & (t > 0), t, np.inf)
    return np.minimum(lid, _tube(rays, radius, 0.0, height))


def meet_capsule(rays: Rays, size: float) -> np.ndarray:
    """Meet an upright capsule of radius 0.6 * size and height 2.1 * size."""
    radius, height = 0.6 * size, 2.1 * size
    ends = (_ball(rays, radius, middle) for middle in (radius, height - radius))
    return np.minimum(_tube(rays, radius, radius, height - radius), np.minimum(*ends))


def _cube_normal(points: np.ndarray, size: float) -> np.ndarray:
    apart = points - np.array([0, 0.75 * size, 0], points.dtype)
    face = np.abs(apart).argmax(axis=1)[:, None] == np.arange(3)
    return np.where(face, np.sign(apart), 0)


def _sphere_normal(points: np.ndarray, size: float) -> np.ndarray:
    return _from_axis(points, 0.9 * size, 0.9 * size)


def _cylinder_normal(points: np.ndarray, size: float) -> np.ndarray:
    lid = points[:, 1:2] > 1.6 * size * (1 - 1e-4)
    return np.where(lid, np.array([0, 1, 0], points.dtype), _from_axis(points, -np.inf, np.inf))


def _capsule_normal(points: np.ndarray, size: float) -> np.ndarray:
    return _from_axis(points, 0.6 * size, 1.5 * size)


def _from_axis(points: np.ndarray, low: float, high: float) -> np.ndarray:
    """Return unit vectors from the nearest point of the upright axis between two heights."""
    away = points.copy()
    away[:, 1] -= np.clip(points[:, 1], low, high)
    return away / np.sqrt(dot(away, away))[:, None]


SOLIDS = {
    "cube": Solid(meet_cube, _cube_normal),
    "cylinder": Solid(meet_cylinder, _cylinder_normal),
    "sphere": Solid(meet_sphere, _sphere_normal),
    "capsule": Solid(meet_capsule, _capsule_normal),
}
MIDDLE, REACH = 0.82, 1.35
"""All solids of size s lie within REACH * s of the point MIDDLE * s above the origin."""


def _ball(rays: Rays, radius: float, height: float) -> np.ndarray:
    point, direction = rays
    apart = point - np.array([0, height, 0], point.dtype)
    offset = dot(apart, apart) - radius**2
    return _nearest(dot(direction, direction), dot(apart, direction), offset)


def _tube(rays: Rays, radius: float, low: float, high: float) -> np.ndarray:
    """Meet the side of an upright cylinder."""
    (x, y, z), (u, v, w) = (part.T for part in rays)
    t = _nearest(u * u + w * w, x * u + z * w, x * x + z * z - radius**2)
    with np.errstate(invalid="ignore"):
        at = y + t * v
    return np.where((at >= low) & (at <= high), t, np.inf)


def _nearest(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> np.ndarray:
    """Return the smaller root of a t^2 + 2 b t + c where it is above 0."""
    inner = b * b - a * c
    with np.errstate(divide="ignore", invalid="ignore"):
        t = (-b - np.sqrt(np.maximum(inner, 0))) / a
    return np.where((inner >= 0) & (t > 0), t, np.inf)
