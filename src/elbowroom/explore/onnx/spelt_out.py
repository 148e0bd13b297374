"""Operations that graphs do not have, or not to full precision, spelt out in those that they have.

log Gamma(x)    by Stirling's series at x + 8 and the recurrence back to x
L^-1 B          row by row, for a triangular L
Cholesky        column by column
"""

from collections.abc import Callable
from math import log, pi
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.nn import functional
from torch.overrides import TorchFunctionMode

from elbowroom.explore.onnx.bits import total, view

_SHIFT = 8
"""Three terms of Stirling's series are right to 1e-9 from here on."""


class SpeltOut(TorchFunctionMode):
    """Answers calls for operations that graphs do not have with ones that they have.

    Example:
        >>> with SpeltOut():
        ...     torch.lgamma(torch.tensor([0.5, 1.0, 10.0])).exp().round(decimals=3)
        tensor([1.7720e+00, 1.0000e+00, 3.6288e+05])
    """

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        """Answer calls of such operations, and pass all others on."""
        return _SPELT.get(func, func)(*args, **(kwargs or {}))


def log_gamma(x: Tensor) -> Tensor:
    """Return log Gamma(x) for x > 0."""
    large = x + _SHIFT
    square = large.reciprocal().square()
    series = (1 / 12 - square * (1 / 360 - square / 1260)) / large
    stirling = (large - 0.5) * large.log() - large + 0.5 * log(2 * pi) + series
    return stirling - torch.stack([(x + step).log() for step in range(_SHIFT)]).sum(0)


def solve_triangular(a: Tensor, b: Tensor, *, upper: bool) -> Tensor:
    """Return the x with a x = b, for a lower-triangular a, (*batch, n, n)."""
    if upper:
        return solve_triangular(a.flip(-1, -2), b.flip(-2), upper=False).flip(-2)
    batch = torch.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    rows: list[Tensor] = []
    for i in range(a.shape[-1]):
        known = b[..., i, :].expand(*batch, b.shape[-1])
        for j, row in enumerate(rows):
            known = known - a[..., i, j, None] * row
        rows.append(known / a[..., i, i, None])
    return torch.stack(rows, -2)


class _Factor(NamedTuple):
    L: Tensor
    info: Tensor


def cholesky_ex(a: Tensor) -> _Factor:
    """Return the lower-triangular factor of a positive definite a, (*batch, n, n)."""
    size = a.shape[-1]
    factor: dict[tuple[int, int], Tensor] = {}
    for j in range(size):
        for i in range(j, size):
            rest = a[..., i, j]
            for k in range(j):
                rest = rest - factor[i, k] * factor[j, k]
            factor[i, j] = rest.sqrt() if i == j else rest / factor[j, j]
    nothing = torch.zeros_like(a[..., 0, 0])
    rows = [
        torch.stack([factor.get((i, j), nothing) for j in range(size)], -1) for i in range(size)
    ]
    return _Factor(torch.stack(rows, -2), nothing)


def log1p(x: Tensor) -> Tensor:
    """Return log(1 + x) with the digits of small x."""
    u = 1 + x
    exact = u == 1
    return torch.where(exact, x, u.log() * (x / torch.where(exact, 1.0, u - 1)))


def expm1(x: Tensor) -> Tensor:
    """Return exp(x) - 1 with the digits of small x."""
    t = (x.clamp(-1, 1) / 2).tanh()
    return torch.where(x.abs() < 1, 2 * t / (1 - t), x.exp() - 1)


def log_sigmoid(x: Tensor) -> Tensor:
    """Return log sigmoid(x)."""
    return x.clamp(max=0) - log1p((-x.abs()).exp())


def sigmoid(x: Tensor) -> Tensor:
    """Return 1 / (1 + exp(-x))."""
    return (1 + (-x).exp()).reciprocal()


def cross_entropy(logits: Tensor, target: Tensor, **_: Any) -> Tensor:
    """Return -t log sigmoid(l) - (1 - t) log sigmoid(-l)."""
    return (1 - target) * logits - log_sigmoid(logits)


def _whole(x: Tensor, size: Any, dim: int = 0) -> tuple[Tensor, ...]:
    """Split, but not into a number of parts that depends on what a graph will be given."""
    return x.split(size, dim) if isinstance(x.shape[dim], int) else (x,)


def _einsum(equation: str, *operands: Tensor) -> Tensor:
    """Multiply matrices with vectors, of which there may be more; pass other sums on."""
    if equation != "...nm,...m->...n":
        return torch.einsum(equation, *operands)
    matrices, vectors = operands
    return (matrices @ vectors[..., None])[..., 0]


_SPELT: dict[Any, Callable[..., Any]] = {
    torch.lgamma: log_gamma,
    torch.Tensor.lgamma: log_gamma,
    torch.log1p: log1p,
    torch.Tensor.log1p: log1p,
    torch.expm1: expm1,
    torch.Tensor.expm1: expm1,
    torch.sigmoid: sigmoid,
    torch.Tensor.sigmoid: sigmoid,
    functional.logsigmoid: log_sigmoid,
    functional.binary_cross_entropy_with_logits: cross_entropy,
    torch.einsum: _einsum,
    torch.linalg.solve_triangular: solve_triangular,
    torch.linalg.cholesky_ex: cholesky_ex,
    torch.Tensor.split: _whole,
    torch.Tensor.view: view,
    torch.Tensor.sum: total,
}
