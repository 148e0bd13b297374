"""Distributions over equally spaced levels: a law of whole numbers, read in the units of x."""

from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor
from torch.distributions import Distribution, constraints
from torch.types import _size


@dataclass(frozen=True)
class Levels:
    """The values x = k * highest / (count - 1), k = 0 .. count - 1.

    Attributes:
        count: Number of levels, 2 or more.
        highest: Value of the last level: 1 after the 'scale' step, count - 1 for whole numbers.

    Example:
        >>> Levels(5).number(torch.tensor([0.0, 0.25, 1.0]))
        tensor([0., 1., 4.])
    """

    count: int
    highest: float = 1.0

    @property
    def last(self) -> int:
        """Number of the last level."""
        return self.count - 1

    @property
    def step(self) -> float:
        """Distance between neighbouring levels in the units of x."""
        return self.highest / self.last

    def number(self, x: Tensor) -> Tensor:
        """Return which level each value is, whole numbers in float32."""
        return (x / self.step).round().float()


class LevelLaw(Protocol):
    """A law of independent whole numbers 0, 1, .., each given by parameters of one `shape`."""

    @property
    def shape(self) -> torch.Size:
        """Shape of the parameters, one number K drawn for each."""
        ...

    def log_mass(self, k: Tensor) -> Tensor:
        """Return log P(K = k) in nats, k broadcast against `shape`."""
        ...

    def mean(self) -> Tensor:
        """Return E[K]."""
        ...

    def variance(self) -> Tensor:
        """Return the variance of K."""
        ...

    def mode(self) -> Tensor:
        """Return the most probable number."""
        ...

    def draw(self, shape: torch.Size) -> Tensor:
        """Return draws of K, of `(*shape, *self.shape)`."""
        ...


class OnLevels(Distribution):
    """A law of level numbers k as a distribution of the values x = k * step.

    A probability mass: rescaling the values leaves log p(x) that of the number k.

    Args:
        law: The law of the numbers.
        levels: The values that they stand for.
    """

    arg_constraints = {}
    support = constraints.real

    def __init__(self, law: LevelLaw, levels: Levels) -> None:
        self.law, self.levels = law, levels
        super().__init__(law.shape, validate_args=False)

    @property
    def mean(self) -> Tensor:
        """The expected value, in the units of x."""
        return self.law.mean() * self.levels.step

    @property
    def variance(self) -> Tensor:
        """The variance, in the squared units of x."""
        return self.law.variance() * self.levels.step**2

    @property
    def mode(self) -> Tensor:
        """The most probable value."""
        return self.law.mode() * self.levels.step

    @torch.no_grad()
    def sample(self, sample_shape: _size = ()) -> Tensor:
        """Draw values."""
        return self.law.draw(torch.Size(sample_shape)) * self.levels.step

    def log_prob(self, value: Tensor) -> Tensor:
        """Return log P(K = value / step), in nats."""
        return self.law.log_mass(self.levels.number(value))
