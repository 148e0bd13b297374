"""Independent distributions side by side: each describes some of the values of an example.

    log p(x) = sum_b log p_b(x_b)

with respect to the product of the blocks' measures: where some have a mass and others a density,
it is the logarithm of a product of masses and densities.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.distributions import Distribution, Independent
from torch.types import _size

from elbowroom.errors import IncompatibleError


@dataclass(frozen=True, eq=False)
class Block:
    """A distribution of some of the values.

    Args:
        p: Distribution over the block's values, event shape (n,).
        places: Which of the D values these are, int64 (n,).
        low: What the block's distribution calls the value 0.
        step: What it adds for each 1: codes 0, 1, ... may be equally spaced numbers there.
    """

    p: Distribution
    places: Tensor
    low: float = 0.0
    step: float = 1.0

    def log_prob(self, x: Tensor) -> Tensor:
        """Return the log-probability of the block's values among x, (..., D)."""
        return self.p.log_prob(self.low + self.step * x.index_select(-1, self.places))

    def masses(self, levels: int) -> tuple[Tensor, ...]:
        """Return for each of the n values the probabilities of codes 0 .. levels-1, (..., levels).

        Raises:
            IncompatibleError: If the values are not independent of each other.
        """
        if not isinstance(self.p, Independent):
            raise IncompatibleError(
                f"{type(self.p).__name__} gives its values no probability one by one"
            )
        each = self.p.base_dist
        shape, device = each.batch_shape, self.places.device
        codes = (torch.full(shape, self.low + self.step * k, device=device) for k in range(levels))
        return torch.stack([each.log_prob(code).exp() for code in codes], -1).unbind(-2)

    def values(self, found: Tensor) -> Tensor:
        """Return values of the block's distribution as values of x."""
        return (found - self.low) / self.step


class SideBySide(Distribution):
    """Independent blocks that together describe the D values of an example.

    Args:
        blocks: Distributions of equal batch shape whose places are 0 .. D-1, each once.
        order: Where each of the D values is when the blocks' values are put one after the other,
            int64 (D,).

    Example:
        >>> from torch.distributions import Independent, Normal, Poisson
        >>> normal = Independent(Normal(torch.zeros(2), 1.0), 1)
        >>> counts = Independent(Poisson(torch.ones(1)), 1)
        >>> blocks = [Block(normal, torch.tensor([0, 2])), Block(counts, torch.tensor([1]))]
        >>> SideBySide(blocks, torch.tensor([0, 2, 1])).mean
        tensor([0., 1., 0.])
    """

    arg_constraints = {}

    def __init__(self, blocks: Sequence[Block], order: Tensor) -> None:
        self.blocks, self.order = tuple(blocks), order
        batch = self.blocks[0].p.batch_shape
        super().__init__(batch, torch.Size((len(order),)), validate_args=False)

    def log_prob(self, value: Tensor) -> Tensor:
        """Return the sum of the blocks' log-probabilities, in nats."""
        first, *rest = (block.log_prob(value) for block in self.blocks)
        return sum(rest, first)

    def sample(self, sample_shape: _size = ()) -> Tensor:
        """Draw examples."""
        return self.gathered([block.values(block.p.sample(sample_shape)) for block in self.blocks])

    @property
    def mean(self) -> Tensor:
        """Mean of each value; of a code that stands for a category it has no meaning."""
        return self._of(lambda p: p.mean)

    @property
    def mode(self) -> Tensor:
        """Most probable value of each."""
        return self._of(lambda p: p.mode)

    @property
    def variance(self) -> Tensor:
        """Variance of each value."""
        spread = [block.p.variance / block.step**2 for block in self.blocks]
        return self.gathered(spread)

    def gathered(self, values: Sequence[Tensor]) -> Tensor:
        """Put the blocks' values, (..., n) each, where they belong among the D values."""
        return torch.cat(tuple(values), -1).index_select(-1, self.order)

    def _of(self, point: Callable[[Distribution], Tensor]) -> Tensor:
        return self.gathered([block.values(point(block.p)) for block in self.blocks])
