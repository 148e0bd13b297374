r"""Logarithms of gamma functions without their cancellation.

log Gamma(k) grows like k log k. At k = 1e5 it is a million, which float32 knows to about 0.1 nats:
a log-probability of counts that subtracts such terms is noise. Stirling's formula

    log Gamma(x + 1) = (x + 1/2) log x - x + log(2 pi)/2 + delta(x),   delta(x) -> 1/(12 x),

cancels the large terms on paper, so that only the small delta and ratios near one are computed
(Loader 2000, "Fast and Accurate Computation of Binomial Probabilities").
"""

from math import log, pi

import torch
from torch import Tensor

_LARGE = 16.0
"""From here on three terms of the series are right to 3e-12."""

HALF_LOG_2PI = 0.5 * log(2 * pi)


def stirling_error(x: Tensor) -> Tensor:
    """Return delta(x) = log Gamma(x + 1) - (x + 1/2) log x + x - log(2 pi)/2, for x > 0.

    Its gradient is finite wherever x is above 0.

    Args:
        x: Positive numbers, any shape.

    Example:
        >>> stirling_error(torch.tensor([1.0, 1e5])).mul(12)
        tensor([9.7274e-01, 1.0000e-05])
    """
    # Each branch is given numbers that it is for, so that no NaN reaches a gradient.
    small, large = x.clamp(max=_LARGE), x.clamp(min=_LARGE)
    direct = torch.lgamma(small + 1) - (small + 0.5) * small.log() + small - HALF_LOG_2PI
    square = large.reciprocal().square()
    series = (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680))) / large
    return torch.where(x < _LARGE, direct, series)


def log_ratio(a: Tensor, b: Tensor, difference: Tensor) -> Tensor:
    """Return log(a / b) for a, b > 0, to full relative precision also where a is close to b.

    Args:
        a: Positive numbers.
        b: Positive numbers.
        difference: a - b, computed as precisely as the caller can.

    Example:
        >>> a, b = torch.tensor(1e6 + 1), torch.tensor(1e6)
        >>> log_ratio(a, b, torch.tensor(1.0))
        tensor(1.0000e-06)
        >>> a.log() - b.log()
        tensor(9.5367e-07)
    """
    near = difference.abs() < 0.5 * b
    share = torch.where(near, difference, 0.0) / torch.where(near, b, 1.0)
    return torch.where(near, share.log1p(), a.log() - b.log())
