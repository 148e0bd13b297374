"""Uniform draws that are a function of an example's content: counter-based, so order-free."""

import torch
from torch import Tensor

GOLDEN = -7046029254386353131  # 0x9E3779B97F4A7C15 as a signed 64-bit number


def uniform_of_content(x: Tensor, seed: int) -> Tensor:
    """Return one uniform draw in [0, 1) for each value, a pure function of its row and the seed.

    A row is hashed to 64 bits by a sum of its values times odd random numbers (multilinear
    hashing); its draws are the halves of the SplitMix64 outputs (Steele et al. 2014) of the stream
    that starts there. Integer arithmetic only, so batches, order and devices do not matter.

    Args:
        x: float32 values (B, *shape); whole numbers make the hash safe against rounding.
        seed: Chooses one of 2**64 sets of draws.

    Returns:
        float32 (B, *shape), multiples of 2**-24.

    Example:
        >>> x = torch.rand(3, 5)
        >>> bool((uniform_of_content(x, 0)[1:2] == uniform_of_content(x[1:2], 0)).all())
        True
    """
    bits = (x.flatten(1) + 0.0).view(torch.int32).to(torch.int64)  # + 0.0 makes -0.0 equal to 0.0
    size = bits.shape[1]
    counter = torch.arange(1, size + 1, device=x.device) * GOLDEN
    start = _mix(torch.tensor([_signed(seed)], device=x.device) * GOLDEN)
    odd = _mix(counter + start) | 1
    rows = _mix(bits.mul_(odd).sum(1, keepdim=True) + start)
    words = _mix(rows + counter[: (size + 1) // 2]).view(torch.int32)[:, :size]
    return ((words >> 8) & 0xFFFFFF).to(torch.float32).mul_(2.0**-24).view(x.shape)


def _mix(z: Tensor) -> Tensor:
    """SplitMix64's finaliser, in place; products wrap around modulo 2**64."""
    z = z.bitwise_xor_(_logical_shift(z, 30)).mul_(-4658895280553007687)  # 0xBF58476D1CE4E5B9
    z = z.bitwise_xor_(_logical_shift(z, 27)).mul_(-7723592293110705685)  # 0x94D049BB133111EB
    return z.bitwise_xor_(_logical_shift(z, 31))


def _logical_shift(z: Tensor, by: int) -> Tensor:
    """Shift right and fill with zeros; torch's >> fills with the sign."""
    return (z >> by).bitwise_and_((1 << (64 - by)) - 1)


def _signed(seed: int) -> int:
    """Fold any integer into the range of int64."""
    return (seed + 2**63) % 2**64 - 2**63
