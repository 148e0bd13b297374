"""The bits of numbers, by arithmetic: graphs have no cast that keeps them, and lossy sums.

A float32 x = (-1)^s 2^e m with 1 <= m < 2 has the bits

    s     e + 127    (m - 1) 2^23
    1     8          23 of them

and e is found by halving: for s = 64, 32, ... 1, where |x| >= 2^s, divide by 2^s, add s to e. Each
step is exact, so the bits are too, whatever computes them.
"""

from typing import Any

import torch
from torch import Tensor

_STEPS = (64, 32, 16, 8, 4, 2, 1)
_SIGN = 2**31


def view(x: Tensor, *shape: Any) -> Tensor:
    """Return the same numbers in another shape, or the bits of numbers as 32-bit integers.

    Args:
        x: Numbers; float32 or int64 where their bits are asked for.
        shape: Sizes, or `torch.int32`.

    Example:
        >>> view(torch.tensor([1.0, -2.5]), torch.int32).tolist()
        [1065353216, -1071644672]
        >>> view(torch.tensor([2**32 + 7]), torch.int32).tolist()
        [7, 1]
    """
    return _BITS[x.dtype, shape[0]](x) if isinstance(shape[0], torch.dtype) else x.view(*shape)


def bits_of_float(x: Tensor) -> Tensor:
    """Return the bits of finite float32 numbers; -0.0, and what is below 2^-126, as 0.0."""
    size = x.abs()
    exponent = torch.zeros_like(x)
    for step in _STEPS:
        large = size >= 2.0**step
        size = torch.where(large, size * 2.0**-step, size)
        exponent = torch.where(large, exponent + step, exponent)
    for step in _STEPS:
        small = size < 2.0 ** (1 - step)
        size = torch.where(small, size * 2.0**step, size)
        exponent = torch.where(small, exponent - step, exponent)
    mantissa = ((size - 1) * 2.0**23).to(torch.int64)
    bits = (exponent.to(torch.int64) + 127) * 2**23 + mantissa
    bits = torch.where(x.abs() < 2.0**-126, torch.zeros_like(bits), bits)
    return torch.where(x < 0, bits - _SIGN, bits).to(torch.int32)


def halves_of_long(x: Tensor) -> Tensor:
    """Return the lower and the upper half of each int64, one after the other."""
    low = ((x & (2 * _SIGN - 1)) ^ _SIGN) - _SIGN
    return torch.stack([low, x >> 32], -1).flatten(-2).to(torch.int32)


def total(x: Tensor, *args: Any, **kwargs: Any) -> Tensor:
    """Return a sum; of int64 modulo 2^64, though runtimes add them up as float64.

    Sums of their halves are exact there, up to 2^21 numbers; a product wraps around.

    Example:
        >>> total(torch.tensor([[2**62, 2**62, 2**62 + 5]]), 1).tolist()  # 3 * 2^62 + 5 - 2^64
        [-4611686018427387899]
    """
    if x.dtype is not torch.int64:
        return x.sum(*args, **kwargs)
    low, high = x & (2 * _SIGN - 1), x >> 32
    return low.sum(*args, **kwargs) + high.sum(*args, **kwargs) * (2 * _SIGN)


_BITS = {
    (torch.float32, torch.int32): bits_of_float,
    (torch.int64, torch.int32): halves_of_long,
}
