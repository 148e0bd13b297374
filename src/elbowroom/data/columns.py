"""What the columns of a table hold: real numbers, counts, yes or no, categories.

A column of a kind with names holds codes 0, 1, ... in place of its values; the column remembers
which value each code stands for, and writes the values again.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np

from elbowroom.errors import DataError

KindName = Literal["real", "positive", "counts", "binary", "ordinal", "categorical"]
Value: TypeAlias = str | bool | int | float


@dataclass(frozen=True)
class ColumnKind:
    """A kind of column.

    Attributes:
        words: What people call its values.
        named: Whether it holds codes that stand for values.
        counting: Whether a probability of a value is a mass, not a density.
        takes: Which numbers it can hold; whether codes do is known by their values.
        wanted: The same, in words.
    """

    words: str
    named: bool
    counting: bool
    takes: Callable[[np.ndarray], np.ndarray] = np.isfinite
    wanted: str = "finite numbers"


KINDS: dict[KindName, ColumnKind] = {
    "real": ColumnKind("real numbers", named=False, counting=False),
    "positive": ColumnKind(
        "positive numbers", False, False, lambda x: (x > 0) & np.isfinite(x), "numbers above 0"
    ),
    "counts": ColumnKind(
        "counts",
        False,
        True,
        lambda x: (x >= 0) & (x == np.floor(x)) & np.isfinite(x),
        "whole numbers from 0",
    ),
    "binary": ColumnKind("yes or no", named=True, counting=True),
    "ordinal": ColumnKind("ordered categories", named=True, counting=True),
    "categorical": ColumnKind("categories", named=True, counting=True),
}
"""Every kind of column, by the name of the option that chooses it."""


@dataclass(frozen=True)
class Column:
    """A column of a table and what it holds.

    Args:
        name: Its name.
        kind: A key of `KINDS`.
        values: What the codes 0, 1, ... stand for, in this order; empty for numbers.

    Example:
        >>> sex = Column("sex", "binary", ("F", "M"))
        >>> sex
        Column('sex': yes or no: F, M)
        >>> sex.restore(np.array([0.0, 1.0, 1.0])).tolist()
        ['F', 'M', 'M']
    """

    name: str
    kind: KindName
    values: tuple[Value, ...] = ()

    @property
    def levels(self) -> int | None:
        """Number of values, where they have names."""
        return len(self.values) or None

    @property
    def counting(self) -> bool:
        """Whether a probability of a value is a mass, not a density."""
        return KINDS[self.kind].counting

    @property
    def named(self) -> bool:
        """Whether the numbers are codes that stand for values."""
        return KINDS[self.kind].named

    def encode(self, found: np.ndarray, locate: Callable[[int], str]) -> np.ndarray:
        """Turn values as they were found into numbers, float64; missing ones into NaN.

        Args:
            found: The values, (N,); None or NaN where one is missing.
            locate: Names a row and this column, for messages.

        Raises:
            DataError: A value that this column cannot hold.
        """
        return self._codes(found, locate) if self.named else self._numbers(found, locate)

    def restore(self, numbers: np.ndarray) -> np.ndarray:
        """Turn numbers back into values: codes into what they stand for, counts into integers.

        float32 numbers keep the digits that they have, and do not grow others in float64.
        """
        if self.named:
            places = np.clip(np.rint(numbers), 0, len(self.values) - 1).astype(np.int64)
            return np.array(self.values)[places]
        whole = self.kind == "counts" and bool((numbers == np.floor(numbers)).all())
        return numbers.astype(np.int64) if whole else numbers.astype(str).astype(np.float64)

    def to_dict(self) -> dict[str, Any]:
        """Return the column as plain values, for JSON."""
        return {"name": self.name, "kind": self.kind, "values": list(self.values)}

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> "Column":
        """Return the column that `to_dict` described."""
        return cls(plain["name"], plain["kind"], tuple(plain["values"]))

    def _codes(self, found: np.ndarray, locate: Callable[[int], str]) -> np.ndarray:
        code = {value: number for number, value in enumerate(self.values)}
        codes = np.full(len(found), np.nan)
        for row, value in enumerate(found.tolist()):
            if value is None or value != value:
                continue
            if value not in code:
                raise DataError(
                    f"{value!r} at {locate(row)} is none of the values that this column is known "
                    f"to have: {listed(self.values)}. Leave that row out, or train with data "
                    "that hold it."
                )
            codes[row] = code[value]
        return codes

    def _numbers(self, found: np.ndarray, locate: Callable[[int], str]) -> np.ndarray:
        numbers = as_numbers(found, locate)
        kind = KINDS[self.kind]
        bad = ~kind.takes(numbers) & ~np.isnan(numbers)
        if kind.takes is not np.isfinite and bad.any():
            row = int(bad.argmax())
            raise DataError(
                f"{numbers[row]:g} at {locate(row)} does not belong in a column of {kind.words}: "
                f"wanted are {kind.wanted}. Choose another kind for this column."
            )
        return numbers

    def __repr__(self) -> str:
        return f"Column({self.name!r}: {self})"

    def __str__(self) -> str:
        held = f": {listed(self.values)}" if self.named else ""
        return f"{KINDS[self.kind].words}{held}"


def as_numbers(found: np.ndarray, locate: Callable[[int], str]) -> np.ndarray:
    """Return values as float64, missing ones as NaN.

    Raises:
        DataError: Text where a number belongs.
    """
    if found.dtype.kind in "biuf":
        return found.astype(np.float64)
    numbers = np.full(len(found), np.nan)
    for row, value in enumerate(found):
        try:
            numbers[row] = np.nan if value is None else float(value)
        except (TypeError, ValueError):
            raise DataError(
                f"text where a number belongs: {str(value)[:60]!r} at {locate(row)}. Mend the "
                "value, or leave the column out (--data.exclude)."
            ) from None
    return numbers


def listed(values: tuple[Any, ...], most: int = 6) -> str:
    """Name the first few values.

    >>> listed(tuple("abcdefgh"))
    'a, b, c, d, e, f and 2 more'
    """
    more = len(values) - most
    return ", ".join(map(str, values[:most])) + (f" and {more:,} more" if more > 0 else "")


def in_words(columns: tuple[Column, ...]) -> str:
    """Count the kinds of a table's columns.

    >>> in_words((Column("a", "real"), Column("b", "real"), Column("c", "counts")))
    '2 columns of real numbers, 1 of counts'
    """
    counted = [(sum(c.kind == name for c in columns), kind.words) for name, kind in KINDS.items()]
    (count, words), *rest = [(n, words) for n, words in counted if n]
    first = f"{count} column{'s' if count > 1 else ''} of {words}"
    return ", ".join([first, *(f"{n} of {words}" for n, words in rest)])
