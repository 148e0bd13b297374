"""The monotone rational-quadratic spline (Gregory & Delbourgo 1982; Durkan et al. 2019).

Between knots (x_k, y_k) with slopes d_k, for t = (x - x_k) / w the place in a bin of width w,
height h and mean slope s = h / w,

    y     = y_k + h [s t^2 + d_k t (1 - t)] / c,    c = s + (d_k+1 + d_k - 2 s) t (1 - t)
    dy/dx = s^2 [d_k+1 t^2 + 2 s t (1 - t) + d_k (1 - t)^2] / c^2

The slopes at the ends are 1, so that it goes on smoothly as the identity. The inverse in a bin is
the root of a quadratic equation.
"""

from math import expm1, log

import torch
from torch import Tensor
from torch.nn import functional

_LEAST = 1e-3
"""Smallest width and height of a bin, as a share of the whole, and smallest slope."""
_UNIT_SLOPE = log(expm1(1 - _LEAST))
"""Where the slope softplus(.) + least is 1."""


def rational_quadratic(
    x: Tensor, raw: Tensor, bound: float, *, inverse: bool = False
) -> tuple[Tensor, Tensor]:
    """Evaluate splines, or their inverses, at numbers.

    Args:
        x: Numbers, (*shape).
        raw: Parameters of the spline at each, broadcast to (*shape, 3 bins - 1): logits of the
            widths, logits of the heights, and slopes at the inner knots before softplus. Zeros
            give the identity.
        bound: B: the spline maps [-B, B] to itself, and is the identity outside.
        inverse: Evaluate the inverse.

    Returns:
        The values and the logarithms of the derivatives, both (*shape).
    """
    bins = (raw.shape[-1] + 1) // 3
    widths, heights, slopes = raw.split((bins, bins, bins - 1), -1)
    xs, ys = _knots(widths, bound), _knots(heights, bound)
    inner = functional.softplus(slopes + _UNIT_SLOPE) + _LEAST
    ends = torch.ones_like(raw[..., :1])
    knots = torch.stack([xs, ys, torch.cat([ends, inner, ends], -1)], -1)
    inside = x.clamp(-bound, bound)
    searched = (ys if inverse else xs)[..., 1:-1]
    at = (inside[..., None] >= searched).sum(-1)
    low, high = (_take(knots, at + step) for step in (0, 1))
    y, log_slope = (_undone if inverse else _done)(inside, low, high)
    within = x.abs() < bound
    return torch.where(within, y, x), torch.where(within, log_slope, 0.0)


def _knots(logits: Tensor, bound: float) -> Tensor:
    """Return knots from -B to B, (..., bins + 1)."""
    shares = _LEAST + (1 - _LEAST * logits.shape[-1]) * logits.softmax(-1)
    inner = 2 * bound * shares.cumsum(-1)[..., :-1] - bound
    end = torch.full_like(logits[..., :1], bound)
    return torch.cat([-end, inner, end], -1)


def _take(knots: Tensor, at: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return place, height and slope of a knot of each spline, (*shape) each."""
    index = at[..., None, None].expand(*at.shape, 1, 3)
    chosen = knots.expand(*at.shape, *knots.shape[-2:]).gather(-2, index)[..., 0, :]
    place, height, slope = chosen.unbind(-1)
    return place, height, slope


def _done(x: Tensor, low: tuple[Tensor, ...], high: tuple[Tensor, ...]) -> tuple[Tensor, Tensor]:
    x0, y0, d0 = low
    x1, y1, d1 = high
    width, height = x1 - x0, y1 - y0
    mean, t = height / width, (x - x0) / width
    rest = t * (1 - t)
    c = mean + (d1 + d0 - 2 * mean) * rest
    y = y0 + height * (mean * t.square() + d0 * rest) / c
    return y, _log_slope(t, c, mean, d0, d1)


def _undone(y: Tensor, low: tuple[Tensor, ...], high: tuple[Tensor, ...]) -> tuple[Tensor, Tensor]:
    x0, y0, d0 = low
    x1, y1, d1 = high
    width, height = x1 - x0, y1 - y0
    mean, rise = height / width, y - y0
    bend = d1 + d0 - 2 * mean
    # a t^2 + b t + c = 0; this form of the root does not cancel where a is small.
    a = height * (mean - d0) + rise * bend
    b = height * d0 - rise * bend
    root = (b.square() + 4 * a * mean * rise).clamp(min=0).sqrt()
    t = 2 * mean * rise / (b + root)
    return x0 + t * width, -_log_slope(t, mean + bend * t * (1 - t), mean, d0, d1)


def _log_slope(t: Tensor, c: Tensor, mean: Tensor, d0: Tensor, d1: Tensor) -> Tensor:
    numerator = d1 * t.square() + 2 * mean * t * (1 - t) + d0 * (1 - t).square()
    return 2 * mean.log() + numerator.log() - 2 * c.log()
