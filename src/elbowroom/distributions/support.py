"""The set of values that a likelihood gives mass or density to, and the check at the door."""

from collections.abc import Callable
from dataclasses import dataclass
from math import inf

import torch
from torch import Tensor

from elbowroom.errors import DataError, ShapeError, SupportError


@dataclass(frozen=True)
class Support:
    """An interval, or the equally spaced values in it.

    Attributes:
        low: Smallest value.
        high: Largest value.
        levels: Number of equally spaced values from low to high, or None where they have no
            number: all of them, or counts, which have no end.
        whole: Whether only whole numbers belong.
        above: Whether low itself does not belong.

    Example:
        >>> print(Support(0, whole=True), Support(0, above=True), Support(0, 1, 5), sep=" | ")
        whole numbers from 0 up | numbers above 0 | 5 equally spaced values from 0 to 1
    """

    low: float = -inf
    high: float = inf
    levels: int | None = None
    whole: bool = False
    above: bool = False

    @property
    def spacing(self) -> float | None:
        """Distance between neighbouring values; None where there is a value between any two."""
        if self.levels:
            return (self.high - self.low) / (self.levels - 1)
        return 1.0 if self.whole else None

    def __str__(self) -> str:
        if self.levels:
            grid = f"{self.levels} equally spaced values from {self.low:g} to {self.high:g}"
            return "0 and 1 only" if (self.low, self.high, self.levels) == (0, 1, 2) else grid
        kind = "whole numbers" if self.whole else "numbers"
        if self.low == -inf and self.high == inf:
            return "all whole numbers" if self.whole else "all real numbers"
        low = "" if self.low == -inf else f" {'above' if self.above else 'from'} {self.low:g}"
        high = f" to {self.high:g}" if self.high < inf else "" if self.above else " up"
        return kind + low + high

    def outside(self, x: Tensor) -> Tensor:
        """Mark the values of x that do not belong."""
        bad = (x <= self.low if self.above else x < self.low) | (x > self.high)
        if self.whole:
            bad |= x != x.round()
        if self.levels:
            step = (self.high - self.low) / (self.levels - 1)
            place = (x - self.low) / step
            # float32 keeps k/(levels-1) to about 1e-7 relative: far inside a tenth of a step.
            bad |= (place - place.round()).abs() > min(0.1, 1e-6 * self.levels + 1e-4)
        return bad


def check_finite(x: Tensor, where: str = "the data", *, numbers: Tensor | None = None) -> None:
    """Refuse NaN and infinity, with their count and first position.

    Args:
        x: Examples, `(N, *event_shape)`.
        where: What they are, for the message.
        numbers: Which of the data these examples are, (N,), for the message.

    Raises:
        DataError: If any value is not finite.
    """
    bad = ~torch.isfinite(x)
    if bad.any():
        _, place = _first(bad, numbers)
        raise DataError(
            f"{where} hold {int(bad.sum())} values that are not finite (NaN or infinity), the "
            f"first at {position(place)}: remove those examples or fill the gaps"
        )


def check_shape(x: Tensor, event_shape: tuple[int, ...]) -> None:
    """Refuse examples that do not have the model's shape, and no examples at all.

    Raises:
        ShapeError: If x is not `(N, *event_shape)`.
        DataError: If N is 0.
    """
    if tuple(x.shape[1:]) != tuple(event_shape):
        raise ShapeError(
            f"examples of shape {tuple(x.shape[1:])} do not fit a model of {tuple(event_shape)}: "
            f"load the data with that size and number of channels, or build a model for them"
        )
    if len(x) == 0:
        raise DataError("there are no examples: give one or more")


def check_support(
    x: Tensor,
    support: Support,
    likelihood: str,
    advice: Callable[[Tensor], str],
    names: tuple[str, ...] | None = None,
    numbers: Tensor | None = None,
) -> None:
    """Refuse values outside a likelihood's support.

    Args:
        x: Examples, `(N, *event_shape)`.
        support: The likelihood's support.
        likelihood: Its name, for the message.
        advice: Says what would fit instead; it takes time, so it is asked only if needed.
        names: Names of the columns.
        numbers: Which of the data these examples are, (N,), for the message.

    Raises:
        SupportError: With the range found, the first position and what fits.
    """
    bad = support.outside(x)
    if not bad.any():
        return
    first, place = _first(bad, numbers)
    raise SupportError(
        f"the {likelihood} likelihood is for {support}; the data range from {x.min():g} to "
        f"{x.max():g} and {int(bad.sum())} of {x.numel()} values do not belong, the first "
        f"({x[first]:g}) at {position(place, names)}. {advice(x)}"
    )


def _first(bad: Tensor, numbers: Tensor | None) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the index of the first marked value, here and among all the data."""
    example, *inside = torch.nonzero(bad)[0].tolist()
    number = example if numbers is None else int(numbers[example])
    return (example, *inside), (number, *inside)


def position(index: tuple[int, ...], names: tuple[str, ...] | None = None) -> str:
    """Say in words where a value stands: an image's channel or a table's column.

    >>> position((4, 0, 2, 3)), position((4, 1), ("age", "height"))
    ('example 4, channel 0, row 2, column 3', "example 4, column 1 ('height')")
    """
    if len(index) == 4:
        words = ("example", "channel", "row", "column")
    else:
        words = ("example", *(["column"] if len(index) == 2 else [f"axis {i}" for i in range(9)]))
    text = ", ".join(f"{word} {i}" for word, i in zip(words, index, strict=False))
    return text + (f" ('{names[index[1]]}')" if names and len(index) == 2 else "")
