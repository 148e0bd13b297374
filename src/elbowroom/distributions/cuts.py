"""Cuts of the real line: between which numbers a latent value means which level."""

from abc import ABC, abstractmethod
from collections.abc import Iterable

import torch
from torch import Tensor
from torch.nn.functional import softplus

_NEAR = 20
"""Levels on each side of a narrow logistic that its tail reaches: sigmoid(-20) is 2e-9."""


class Cuts(ABC):
    """Increasing numbers c_0 < .. < c_{L-2}: a latent y is level k where c_{k-1} < y < c_k.

    Attributes:
        last: Number L - 1 of the last level, and of cuts.
    """

    last: int

    @abstractmethod
    def above(self, k: Tensor) -> Tensor:
        """Return the cut c_k between levels k and k + 1; any number for k outside 0 .. L-2."""

    @abstractmethod
    def level(self, y: Tensor) -> Tensor:
        """Return the level that each latent value means."""

    @abstractmethod
    def candidates(self, location: Tensor) -> Iterable[Tensor]:
        """Yield levels, one of which is the most probable for a logistic latent value."""

    @abstractmethod
    def expected(self, location: Tensor, scale: Tensor) -> Tensor:
        """Return the expected level E[K] = sum_j P(K > j) of a logistic latent value."""


class EvenCuts(Cuts):
    """Cuts half-way between whole numbers: the latent value is rounded, and clamped to 0 .. L-1.

    Args:
        last: Number of the last level.
    """

    def __init__(self, last: int) -> None:
        self.last = last

    def above(self, k: Tensor) -> Tensor:
        """Return k + 1/2."""
        return k + 0.5

    def level(self, y: Tensor) -> Tensor:
        """Return the nearest level."""
        return y.round().clamp(0, self.last)

    def candidates(self, location: Tensor) -> Iterable[Tensor]:
        """Yield the two ends, which hold the tails, and the level inside nearest to the centre."""
        inside = location.round().clamp(min(1, self.last), max(self.last - 1, 0))
        return torch.zeros_like(location), inside, torch.full_like(location, self.last)

    def expected(self, location: Tensor, scale: Tensor) -> Tensor:
        """Return E[K] in closed form, whatever the number of levels.

        With f(t) = sigmoid((location - t) / scale), E[K] is the sum of f(j + 1/2), j = 0 .. n - 1.
        For a scale of at least one level the Euler-Maclaurin formula

            integral_0^n f - [f'(n) - f'(0)] / 24 + 7 [f'''(n) - f'''(0)] / 5760

        is right to 1e-5 of a level; for smaller ones f is 0 or 1 except near the location.
        """
        wide = self._sum_of_smooth(location, scale.clamp(min=1.0))
        narrow = self._sum_of_steep(location, scale.clamp(max=1.0))
        return torch.where(scale < 1, narrow, wide)

    def _sum_of_smooth(self, location: Tensor, scale: Tensor) -> Tensor:
        upper, lower = location / scale, (location - self.last) / scale
        width = self.last / scale
        # softplus(upper) - softplus(lower), without the cancellation of large equal parts
        wide = torch.where(
            lower > 0,
            width + softplus(-upper) - softplus(-lower),
            softplus(upper) - softplus(lower),
        )
        thin = torch.log1p(lower.sigmoid() * torch.expm1(width.clamp(max=1.0)))
        difference = torch.where(width < 1, thin, wide)
        low, high = _slopes(lower, scale), _slopes(upper, scale)
        first, third = low[0] - high[0], low[1] - high[1]
        return scale * difference - first / 24 + third * 7 / 5760

    def _sum_of_steep(self, location: Tensor, scale: Tensor) -> Tensor:
        base = location.detach().floor()
        total = (base - _NEAR).clamp(0, self.last)
        for offset in range(-_NEAR, _NEAR):
            j = base + offset
            held = (j >= 0) & (j < self.last)
            total = total + held * ((location - j - 0.5) / scale).sigmoid()
        return total


def _slopes(a: Tensor, scale: Tensor) -> tuple[Tensor, Tensor]:
    """Return the first and third derivatives of t -> sigmoid((m - t) / s) where (m - t)/s = a."""
    s = a.sigmoid()
    first = s * (1 - s)
    return -first / scale, -first * (1 - 6 * first) / scale**3


class TableCuts(Cuts):
    """Cuts given one by one, for each place of an example.

    Args:
        table: Increasing along the first dimension, (L - 1, *event).
    """

    def __init__(self, table: Tensor) -> None:
        self.table = table
        self.last = len(table)

    def above(self, k: Tensor) -> Tensor:
        """Look c_k up, k of shape (..., *event)."""
        event = self.table.shape[1:]
        k = k.expand(torch.broadcast_shapes(k.shape, event))
        index = k.long().clamp(0, self.last - 1).reshape(-1, *event)
        return self.table.gather(0, index).reshape(k.shape)

    def level(self, y: Tensor) -> Tensor:
        """Count the cuts below."""
        count = torch.zeros_like(y)
        for cut in self.table:
            count += y > cut
        return count

    def candidates(self, location: Tensor) -> Iterable[Tensor]:
        """Yield every level: a wide one far away may hold more than a narrow one nearby."""
        return (torch.full_like(location, k) for k in range(self.last + 1))

    def expected(self, location: Tensor, scale: Tensor) -> Tensor:
        """Sum P(K > j), one cut at a time: no tensor has a dimension for the levels."""
        total = torch.zeros_like(location)
        for cut in self.table:
            total = total + ((location - cut) / scale).sigmoid()
        return total
