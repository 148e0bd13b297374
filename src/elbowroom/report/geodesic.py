"""The way between two codes that changes the decoded example least: a geodesic of the decoder.

A decoder g with the Jacobian J measures a step dz of the code by how much the example changes,
|g(z + dz) - g(z)|^2 = dz' J'J dz. Between two codes the shortest path of this metric, walked at an
even pace, minimises the energy of the curve. On a curve of T + 1 points with the ends held,

    E(z_1, ..., z_{T-1}) = T sum_t |g(z_{t+1}) - g(z_t)|^2

Arvanitidis, Hansen & Hauberg (2018), 'Latent space oddity'; Shao, Kumar & Fletcher (2018), 'The
Riemannian geometry of deep generative models'.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

Decode = Callable[[Tensor], Tensor]

_STEPS = 100
_MEMORY = 12
_HALVINGS = 20
_SETTLED = 1e-4
"""Share of the energy that a step must save, five times in a row missed, to go on."""
_PATIENCE = 5


@dataclass(frozen=True)
class Curve:
    """A curve of codes and what it costs.

    Attributes:
        codes: Its points, (T + 1, latent), the ends included.
        energy: Its energy.
        straight: The energy of the straight line between its ends, with as many points.
        steps: Steps of the descent.
    """

    codes: Tensor
    energy: float
    straight: float
    steps: int


def energy_of(decode: Decode, codes: Tensor) -> Tensor:
    """Return E of a curve: T times the sum of squared steps of the decoded examples.

    Args:
        decode: From the codes of all points (T + 1, latent) to examples (T + 1, ...).
        codes: The points.
    """
    made = decode(codes).flatten(1)
    return (len(codes) - 1) * (made[1:] - made[:-1]).square().sum()


def geodesic(decode: Decode, start: Tensor, end: Tensor, *, segments: int = 16) -> Curve:
    """Return a curve of least energy between two codes, found by descent from the straight line.

    The gradient is preconditioned by the inverse of the second difference along the curve, so that
    the number of steps does not grow with the number of points, and by what the last steps say of
    the curvature (L-BFGS, Nocedal 1980). A step that does not lower the energy is not taken, so the
    curve is never worse than the straight line. It may be a local minimum.

    Args:
        decode: From codes (segments + 1, latent) to examples, differentiable.
        start: The first code, (latent,).
        end: The last.
        segments: Number T of pieces of the curve.

    Example:
        >>> half = lambda z: torch.stack([z[:, 0], 4 * z[:, 1] ** 2], 1)  # a valley along z_1 = 0
        >>> curve = geodesic(half, torch.tensor([-1.0, 1.0]), torch.tensor([1.0, 1.0]))
        >>> curve.energy <= curve.straight
        True
    """
    shares = torch.linspace(0, 1, segments + 1, device=start.device)[:, None]
    straight = (1 - shares) * start + shares * end
    ends = straight[:1], straight[-1:]

    def measured(inner: Tensor) -> tuple[float, Tensor]:
        with torch.enable_grad():
            inner = inner.detach().requires_grad_()
            value = energy_of(decode, torch.cat([ends[0], inner, ends[1]]))
            (slope,) = torch.autograd.grad(value, inner)
        return float(value.detach()), slope

    inner = straight[1:-1].clone()
    value, slope = measured(inner)
    first, idle, taken = value, 0, 0
    # Newton's step where the metric is the same everywhere and in all directions: |b - a|^2 m = E.
    size = float((end - start).square().sum()) / max(2 * segments * first, 1e-30)
    smooth = size * _inverse_second_difference(segments - 1).to(straight)
    past: deque[tuple[Tensor, Tensor]] = deque(maxlen=_MEMORY)
    while taken < _STEPS and idle < _PATIENCE:
        way = _direction(slope, past, smooth)
        found = _lower(measured, inner, value, slope, way)
        if found is None and not past:
            break
        if found is None:  # what the last steps said misleads here: forget it
            past.clear()
            continue
        moved, lower, turned = found
        if (moved - inner).mul(turned - slope).sum() > 0:
            past.append((moved - inner, turned - slope))
        idle = idle + 1 if value - lower < _SETTLED * value else 0
        inner, value, slope = moved, lower, turned
        taken += 1
    return Curve(torch.cat([ends[0], inner, ends[1]]), value, first, taken)


def _inverse_second_difference(count: int) -> Tensor:
    """Return the inverse of the tridiagonal matrix (-1, 2, -1), (count, count)."""
    eye = torch.eye(count)
    aside = torch.diag(torch.ones(max(count - 1, 0)), 1) if count > 1 else torch.zeros(1, 1)
    return torch.linalg.inv(2 * eye - aside - aside.T)


def _direction(slope: Tensor, past: "deque[tuple[Tensor, Tensor]]", smooth: Tensor) -> Tensor:
    """Return the descent direction of L-BFGS, whose first guess of the curvature is `smooth`."""
    way, used = slope, []
    for step, change in reversed(past):
        weight = (step * way).sum() / (step * change).sum()
        used.append(weight)
        way = way - weight * change
    way = smooth @ way
    if past:
        step, change = past[-1]
        way = way * (step * change).sum() / (change * (smooth @ change)).sum()
    for (step, change), weight in zip(past, reversed(used), strict=True):
        way = way + step * (weight - (change * way).sum() / (step * change).sum())
    return -way


def _lower(
    measured: Callable[[Tensor], tuple[float, Tensor]],
    inner: Tensor,
    value: float,
    slope: Tensor,
    way: Tensor,
) -> tuple[Tensor, float, Tensor] | None:
    """Return the first point along a direction, at half the length each time, that is lower."""
    fall = float((slope * way).sum())
    length = 1.0
    for _ in range(_HALVINGS if fall < 0 else 0):
        moved = inner + length * way
        lower, turned = measured(moved)
        if lower <= value + 1e-4 * length * fall and lower < value:
            return moved, lower, turned
        length /= 2
    return None
