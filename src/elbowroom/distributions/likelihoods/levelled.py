"""What the likelihoods of levelled data have in common."""

from abc import ABC
from collections.abc import Callable
from typing import Self

import torch
from torch import Tensor

from elbowroom.distributions.likelihoods.likelihood import Likelihood, Measure
from elbowroom.distributions.on_levels import Levels
from elbowroom.distributions.support import Support
from elbowroom.errors import ConfigError


class LevelledLikelihood(Likelihood, ABC):
    """A probability mass on the values k * highest / (levels - 1), k = 0 .. levels - 1.

    Args:
        event_shape: Shape of one example.
        levels: Number of levels of the data, 2 or more.
        highest: Value of the last level: 1 after the 'scale' step, levels - 1 for whole numbers.

    Raises:
        ConfigError: If levels is unknown or below 2, or highest is not positive.
    """

    measure = Measure.COUNTING

    def __init__(
        self, event_shape: tuple[int, ...], levels: int | None, highest: float = 1.0
    ) -> None:
        super().__init__(event_shape)
        if levels is None:
            raise ConfigError(
                f"{type(self).__name__} needs data with a known number of levels (integers, "
                "scaled by the 'scale' step): use gaussian for real-valued data"
            )
        if levels < 2:
            raise ConfigError(f"levels must be 2 or more, got {levels}")
        if not 0 < highest < float("inf"):
            raise ConfigError(f"the highest level must be a positive number, got {highest}")
        self.values = Levels(int(levels), float(highest))

    @classmethod
    def for_data(cls, event_shape: tuple[int, ...], levels: int | None) -> Self | None:
        """Build the likelihood for data of this shape, if their levels are known."""
        return cls(event_shape, levels) if levels else None

    @property
    def levels(self) -> int:
        """Number of levels."""
        return self.values.count

    @property
    def name(self) -> str:
        """Name with the number of levels."""
        return f"{type(self).__name__}({self.levels} levels)"

    @property
    def support(self) -> Support:
        """The levels."""
        return Support(0, self.values.highest, levels=self.levels)

    def mean_in_levels(self, mean: Tensor) -> Tensor:
        """Return a mean of the data as a level number, kept inside 0.001 .. 0.999 of the range."""
        return (mean / self.values.highest).clamp(0.001, 0.999) * self.values.last

    def variance_in_levels(self, variance: Tensor) -> Tensor:
        """Return a variance of the data in squared levels, kept above that of a constant pixel.

        The standard deviation of a start is at least a level, so that a pixel which is constant
        in the training data does not make the first surprise infinitely bad.
        """
        return (variance / self.values.step**2).clamp(min=1.0)


def solve_rising(
    function: Callable[[Tensor], Tensor], target: Tensor, low: Tensor, high: Tensor
) -> Tensor:
    """Return t with function(t) = target, each element by bisection to the last bit of float32.

    Args:
        function: Increases with each element of its argument.
        target: Wanted values.
        low: Where the function is below the target.
        high: Where it is above.

    Example:
        >>> two = torch.tensor([2.0])
        >>> solve_rising(torch.square, two, torch.zeros(1), two)
        tensor([1.4142])
    """
    for _ in range(40):
        middle = (low + high) / 2
        beyond = function(middle) > target
        low, high = torch.where(beyond, low, middle), torch.where(beyond, middle, high)
    return (low + high) / 2
