"""What values a step of the pipeline may meet: the set, and the measure that goes with it."""

import math
from dataclasses import dataclass
from typing import Literal

from elbowroom.data.columns import Column, in_words
from elbowroom.errors import IncompatibleError

Measure = Literal["counting", "lebesgue", "mixed"]


@dataclass(frozen=True)
class Domain:
    """The set that the values of one example live in.

    With `levels` the values are the equally spaced numbers
    `low + k (high - low) / (levels - 1)`, k = 0 .. levels - 1, and a likelihood is a probability
    *mass* (counting measure). Without, they are real numbers from `low` to `high` and a likelihood
    is a *density* (Lebesgue measure), whose value depends on the units. With `columns` each of
    them has values of its own kind, and the measure is the product of theirs.

    Args:
        shape: Shape of one example, (C, H, W) or (D,).
        levels: Number of equally spaced values, or None for real numbers.
        low: Smallest possible value.
        high: Largest possible value.
        columns: What each column of a table of mixed type holds; None where all values are alike.

    Example:
        >>> Domain((1, 8, 8), levels=17, low=0, high=16)
        Domain(1x8x8, 17 levels from 0 to 16)
        >>> Domain((4,)).measure
        'lebesgue'
    """

    shape: tuple[int, ...]
    levels: int | None = None
    low: float = -math.inf
    high: float = math.inf
    columns: tuple[Column, ...] | None = None

    @property
    def measure(self) -> Measure:
        """'counting' for a finite set of levels, 'lebesgue' for real numbers, or 'mixed'."""
        if self.columns is not None:
            return "mixed"
        return "lebesgue" if self.levels is None else "counting"

    @property
    def size(self) -> int:
        """Number of dimensions of one example."""
        return math.prod(self.shape)

    @property
    def spacing(self) -> float:
        """Distance between neighbouring levels, in the units of this domain; nan without levels."""
        return math.nan if self.levels is None else (self.high - self.low) / (self.levels - 1)

    def count(self) -> int:
        """Return the number of levels, where there are any.

        Raises:
            IncompatibleError: Real numbers have none.
        """
        if self.levels is None:
            raise IncompatibleError(f"Levels are needed, but these are {self}.")
        return self.levels

    @property
    def in_unit_interval(self) -> bool:
        """Whether no value lies outside [0, 1]."""
        return self.low >= 0 and self.high <= 1

    def __str__(self) -> str:
        """Describe the values alone, for messages: '256 levels from 0 to 255'."""
        if self.columns is not None:
            return in_words(self.columns)
        values = "real numbers" if self.levels is None else f"{self.levels} levels"
        bounded = math.isfinite(self.low) or math.isfinite(self.high)
        return f"{values} from {self.low:g} to {self.high:g}" if bounded else values

    def __repr__(self) -> str:
        return f"Domain({'x'.join(map(str, self.shape))}, {self})"
