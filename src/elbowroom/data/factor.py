"""One factor of variation, and what a table of values of several must be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from elbowroom.errors import DataError, ShapeError

FactorKind = Literal["categorical", "ordered", "periodic", "continuous"]


@dataclass(frozen=True)
class Factor:
    """One factor of variation.

    Args:
        name: What to call it.
        kind: 'categorical' (no order), 'ordered', 'periodic' (the end is next to the beginning) or
            'continuous'.
        meanings: What the codes 0, 1, ... of a discrete factor stand for, numbers or words; None
            for a continuous one.
    """

    name: str
    kind: FactorKind
    meanings: tuple[Any, ...] | None = None

    @property
    def size(self) -> int | None:
        """How many values it can take; None for a continuous one."""
        return None if self.meanings is None else len(self.meanings)


def check_table(factors: Sequence[Factor], rows: np.ndarray) -> None:
    """Refuse values that are no codes of discrete factors, or no numbers of continuous ones.

    Args:
        factors: What each of the F factors is.
        rows: Codes 0, 1, ..., size - 1 of discrete factors and numbers of others, (N, F).

    Raises:
        ShapeError: There is no column for each factor.
        DataError: A number is not finite, or no code, with the factor and the first such row.

    Example:
        >>> check_table([Factor("hue", "ordered", (10, 20))], np.array([[0.0], [1.0]]))
    """
    if rows.ndim != 2 or rows.shape[1] != len(factors):
        raise ShapeError(
            f"values of shape {rows.shape} were given for {len(factors)} factors: wanted is a row "
            f"of {', '.join(factor.name for factor in factors)} for each example"
        )
    for factor, column in zip(factors, rows.T, strict=True):
        bad, wanted = ~np.isfinite(column), "a finite number"
        if factor.size is not None:
            bad |= (column < 0) | (column >= factor.size) | (column != np.floor(column))
            wanted = f"a code, a whole number from 0 to {factor.size - 1}"
        if bad.any():
            row = int(bad.argmax())
            raise DataError(
                f"the factor {factor.name!r} has {column[row]:g} at row index {row} "
                f"({int(bad.sum()):,} such rows), and wanted is {wanted}: mend these rows, or "
                "leave them or the factor out"
            )


def refuse_constant(sizes: Mapping[str, int], name: str) -> None:
    """Raise for factors that do not vary.

    Raises:
        DataError: With the names of those that have fewer than two values.
    """
    constant = [factor for factor, size in sizes.items() if size < 2]
    if constant:
        raise DataError(
            f"Of {name}, {', '.join(map(repr, constant))} has one value only: nothing can be "
            "learned about a factor that does not vary. Leave it out."
        )
