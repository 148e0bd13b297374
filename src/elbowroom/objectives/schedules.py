"""Weights that change during training.

A schedule's value is a buffer that is filled between steps, never a Python number in the graph:
a changing Python number would recompile a compiled step every time.
"""

from abc import ABC, abstractmethod
from collections.abc import Generator
from contextlib import contextmanager
from math import isfinite

import torch
from torch import Tensor, nn

from elbowroom.errors import ConfigError


def checked_weight(weight: float) -> float:
    """Return a weight as a float, or refuse one that is negative or not finite.

    Raises:
        ConfigError: With the value found.
    """
    if not (isfinite(weight) and weight >= 0):
        raise ConfigError(f"a weight must be a finite number, 0 or more, got {weight}")
    return float(weight)


class Schedule(nn.Module, ABC):
    """A weight as a function of the epoch, which counts in fractions: 2.5 is mid-way in the third.

    Attributes:
        value: The weight now, a scalar buffer.
        final: The weight at the end, which validation uses all along.
    """

    value: Tensor

    def __init__(self, final: float) -> None:
        super().__init__()
        self.final = checked_weight(final)
        self.register_buffer("value", torch.tensor(self.final), persistent=False)

    @abstractmethod
    def at(self, epoch: float) -> float:
        """Return the weight at an epoch."""

    def forward(self) -> Tensor:
        """Return the weight now."""
        return self.value

    def tick(self, epoch: float) -> None:
        """Set the weight to that of an epoch."""
        self.value.fill_(self.at(epoch))


class Constant(Schedule):
    """The same weight throughout.

    Args:
        value: The weight.
    """

    def __init__(self, *, value: float = 1.0) -> None:
        super().__init__(value)

    def at(self, epoch: float) -> float:
        """Return the weight."""
        return self.final

    def __repr__(self) -> str:
        return f"{self.final:g}"


class Warmup(Schedule):
    """A weight that grows linearly from start to end, then stays (Sonderby et al. 2016).

    Args:
        start: Weight at the start.
        end: Weight from `epochs` on.
        epochs: Length of the rise, in epochs.

    Raises:
        ConfigError: If a weight is negative or epochs is not positive.

    Example:
        >>> [Warmup(end=4.0, epochs=10).at(epoch) for epoch in (0, 5, 20)]
        [0.0, 2.0, 4.0]
    """

    def __init__(self, *, start: float = 0.0, end: float = 1.0, epochs: float = 10.0) -> None:
        super().__init__(end)
        if not epochs > 0:
            raise ConfigError(f"a warm-up takes more than 0 epochs, got {epochs}")
        self.start, self.epochs = checked_weight(start), float(epochs)

    def at(self, epoch: float) -> float:
        """Return the weight at an epoch."""
        return self.start + (self.final - self.start) * min(epoch / self.epochs, 1.0)

    def __repr__(self) -> str:
        return f"Warmup(start={self.start:g}, end={self.final:g}, epochs={self.epochs:g})"


class Cyclical(Schedule):
    """A weight that rises again and again (Fu et al. 2019).

    Each cycle rises linearly from start to end over its first part and stays there for the rest.

    Args:
        start: Weight at the start of each cycle.
        end: Weight after each rise.
        epochs: Length of one cycle, in epochs.
        rise: Part of the cycle that the rise takes, above 0 and at most 1.
        cycles: Number of cycles; afterwards the weight stays at the end.

    Raises:
        ConfigError: If a weight is negative or an option out of range.

    Example:
        >>> [Cyclical(epochs=10, cycles=2).at(epoch) for epoch in (0, 2.5, 9, 10, 30)]
        [0.0, 0.5, 1.0, 0.0, 1.0]
    """

    def __init__(
        self,
        *,
        start: float = 0.0,
        end: float = 1.0,
        epochs: float = 10.0,
        rise: float = 0.5,
        cycles: int = 4,
    ) -> None:
        super().__init__(end)
        if not (epochs > 0 and 0 < rise <= 1 and cycles >= 1):
            raise ConfigError(
                "a cyclical weight needs epochs > 0, 0 < rise <= 1 and cycles >= 1, got "
                f"epochs={epochs}, rise={rise}, cycles={cycles}"
            )
        self.start, self.epochs, self.rise, self.cycles = (
            checked_weight(start),
            epochs,
            rise,
            cycles,
        )

    def at(self, epoch: float) -> float:
        """Return the weight at an epoch."""
        if epoch >= self.cycles * self.epochs:
            return self.final
        phase = (epoch % self.epochs) / self.epochs
        return self.start + (self.final - self.start) * min(phase / self.rise, 1.0)

    def __repr__(self) -> str:
        return (
            f"Cyclical(start={self.start:g}, end={self.final:g}, epochs={self.epochs:g}, "
            f"rise={self.rise:g}, cycles={self.cycles})"
        )


def as_schedule(weight: float | Schedule) -> Schedule:
    """Return a schedule as it is, and a number as a constant one."""
    return weight if isinstance(weight, Schedule) else Constant(value=weight)


def tick(objective: nn.Module, epoch: float) -> None:
    """Set all schedules of an objective to an epoch."""
    for module in objective.modules():
        if isinstance(module, Schedule):
            module.tick(epoch)


@contextmanager
def at_final_weights(objective: nn.Module) -> Generator[None]:
    """Hold all schedules at their final weight: validation must not change with the warm-up."""
    schedules = [module for module in objective.modules() if isinstance(module, Schedule)]
    before = [schedule.value.clone() for schedule in schedules]
    try:
        for schedule in schedules:
            schedule.value.fill_(schedule.final)
        yield
    finally:
        for schedule, value in zip(schedules, before, strict=True):
            schedule.value.copy_(value)
