"""The factors that examples were made from: their values, their kinds, and draws that share some.

A grid holds every combination of discrete factors once, in order, the last factor fastest; its
codes are worked out from positions when they are asked for. A table has a row for each example.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from elbowroom.data.factor import Factor, FactorKind, check_table, refuse_constant
from elbowroom.data.factor_groups import Groups, equal_frequency, group
from elbowroom.errors import ConfigError, DataError, did_you_mean


@dataclass(frozen=True, eq=False, repr=False)
class Factors:
    """The factors of N examples, aligned with them as labels are.

    Args:
        factors: What each of the F factors is.
        table: Codes of discrete factors and numbers of continuous ones for every row, (R, F)
            float64; None for the grid of all combinations.
        indices: Which of the R rows these N examples are, int64 (N,); None for all.

    Raises:
        ShapeError: The table has no column for each factor.
        DataError: A number is not finite, or no code of its factor.

    Example:
        >>> factors = Factors.grid({"size": ("small", "large"), "hue": tuple(range(10))})
        >>> factors
        Factors(20 examples: size 2, hue 10)
        >>> factors.at([13]), factors.index_of([[1, 3]])
        (array([[1., 3.]]), array([13]))
    """

    factors: tuple[Factor, ...]
    table: np.ndarray | None = None
    indices: np.ndarray | None = None
    _groups: dict[tuple[int, ...], Groups] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        if self.table is not None:
            rows = self.table if self.indices is None else self.table[self.indices]
            check_table(self.factors, rows)

    @classmethod
    def grid(
        cls, meanings: Mapping[str, Sequence[Any]], kinds: Mapping[str, FactorKind] | None = None
    ) -> "Factors":
        """Return all combinations of discrete factors, the last factor fastest.

        Args:
            meanings: What the codes of each factor stand for, by name.
            kinds: Kinds of factors that are not 'ordered', by name.

        Raises:
            DataError: A factor with fewer than two values.
        """
        known = dict(kinds or {})
        made = tuple(Factor(n, known.get(n, "ordered"), tuple(m)) for n, m in meanings.items())
        refuse_constant({factor.name: factor.size or 0 for factor in made}, "the grid")
        return cls(made)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the F factors."""
        return tuple(factor.name for factor in self.factors)

    @property
    def kinds(self) -> tuple[FactorKind, ...]:
        """Kinds of the F factors."""
        return tuple(factor.kind for factor in self.factors)

    @property
    def sizes(self) -> tuple[int | None, ...]:
        """How many values each factor can take; None for a continuous one."""
        return tuple(factor.size for factor in self.factors)

    @property
    def is_grid(self) -> bool:
        """Whether these are all combinations, each once and in order."""
        return self.table is None and self.indices is None

    @cached_property
    def values(self) -> np.ndarray:
        """Codes of discrete factors and numbers of continuous ones, (N, F) float64."""
        return self.at(np.arange(len(self)))

    def __len__(self) -> int:
        if self.indices is not None:
            return len(self.indices)
        return self._combinations if self.table is None else len(self.table)

    @property
    def _combinations(self) -> int:
        return math.prod(factor.size or 1 for factor in self.factors)

    def at(self, positions: np.ndarray | Sequence[int]) -> np.ndarray:
        """Return the values of some examples, (n, F) float64, without making all.

        Args:
            positions: Positions among these examples, (n,).
        """
        rows = np.asarray(positions, dtype=np.int64)
        rows = rows if self.indices is None else self.indices[rows]
        if self.table is not None:
            return self.table[rows]
        codes = np.unravel_index(rows, [factor.size or 1 for factor in self.factors])
        return np.stack(codes, axis=-1).astype(np.float64)

    def column(self, factor: str | int) -> np.ndarray:
        """Return the values of one factor, (N,) float64, without making the others."""
        number = self.number(factor)
        if self.table is not None:
            return (
                self.table[:, number] if self.indices is None else self.table[self.indices, number]
            )
        rows = np.arange(self._combinations) if self.indices is None else self.indices
        sizes = [factor.size or 1 for factor in self.factors]
        return (rows // math.prod(sizes[number + 1 :]) % sizes[number]).astype(np.float64)

    def number(self, factor: str | int) -> int:
        """Return the place of a factor among the F, by its name.

        Raises:
            ConfigError: There is none of that name.
        """
        if isinstance(factor, int) and 0 <= factor < len(self.factors):
            return factor
        if factor in self.names:
            return self.names.index(str(factor))
        raise ConfigError(
            f"There is no factor {factor!r}.{did_you_mean(str(factor), self.names)} "
            f"There are {', '.join(self.names)}."
        )

    def subset(self, positions: np.ndarray | Sequence[int]) -> "Factors":
        """Return the factors of some of these examples, in the order given."""
        chosen = np.asarray(positions, dtype=np.int64)
        return replace(self, indices=chosen if self.indices is None else self.indices[chosen])

    def only(self, *names: str) -> "Factors":
        """Return these examples with some of the factors, in the order given."""
        numbers = [self.number(name) for name in names]
        return Factors(tuple(self.factors[i] for i in numbers), self.values[:, numbers])

    def index_of(self, values: np.ndarray | Sequence[Sequence[float]]) -> np.ndarray:
        """Return the position of an example with each row of values, the first where several have.

        Args:
            values: Codes and numbers as in `values`, (n, F).

        Returns:
            Positions, int64 (n,).

        Raises:
            DataError: No example has those values.
        """
        wanted = np.asarray(values, dtype=np.float64)
        if wanted.ndim != 2 or wanted.shape[1] != len(self.factors):
            raise DataError(
                f"Values of shape {wanted.shape} were given for {len(self.factors)} factors: "
                f"wanted is a row of {', '.join(self.names)} for each example."
            )
        if self.is_grid:
            sizes = np.array([factor.size for factor in self.factors])
            bad = (wanted < 0) | (wanted >= sizes) | (wanted != np.floor(wanted))
            self._refuse_absent(wanted, bad.any(axis=1))
            return np.ravel_multi_index(tuple(wanted.astype(np.int64).T), tuple(sizes))
        found = [self._places.get(row.tobytes(), -1) for row in wanted + 0.0]
        positions = np.array(found, dtype=np.int64)
        self._refuse_absent(wanted, positions < 0)
        return positions

    @cached_property
    def _places(self) -> dict[bytes, int]:
        """The first position of each row of values; + 0.0 makes -0.0 equal to 0.0."""
        rows = self.values + 0.0
        return {rows[place].tobytes(): place for place in range(len(rows) - 1, -1, -1)}

    def _refuse_absent(self, wanted: np.ndarray, absent: np.ndarray) -> None:
        if absent.any():
            row = wanted[int(absent.argmax())]
            said = ", ".join(f"{n} {v:g}" for n, v in zip(self.names, row, strict=True))
            raise DataError(
                f"No example has {said}. There are {self!r}; discrete factors are given by codes "
                "from 0 to size - 1."
            )

    def draw_sharing(
        self,
        shared: str | int | Sequence[str | int],
        batch: int,
        generator: np.random.Generator,
        *,
        times: int | None = None,
    ) -> np.ndarray:
        """Draw batches of examples that share the value of one factor, or of several.

        An example is drawn from all, then `batch` ones, independently, from those with its value,
        but two different ones for a pair; examples that are alone with theirs are left out. Values
        of a continuous factor are shared if they fall into the same of 20 bins of equal frequency.

        Args:
            shared: Name or number of the factor, or several.
            batch: Examples a batch.
            generator: Source of the draws.
            times: Number of batches; None for one.

        Returns:
            Positions, int64 (batch,), or (times, batch).

        Raises:
            DataError: No two examples share a value.

        Example:
            >>> factors = Factors.grid({"size": (1, 2, 3), "hue": tuple(range(10))})
            >>> drawn = factors.draw_sharing("size", 5, np.random.default_rng(0), times=4)
            >>> drawn.shape, len(set(factors.at(drawn[0])[:, 0]))
            ((4, 5), 1)
        """
        several = [shared] if isinstance(shared, str | int) else list(shared)
        numbers = tuple(sorted(self.number(factor) for factor in several))
        if numbers not in self._groups:
            self._groups[numbers] = group([self.discrete(number) for number in numbers])
        groups = self._groups[numbers]
        if not groups.of_two:
            names = ", ".join(self.names[number] for number in numbers)
            raise DataError(
                f"No two of {len(self):,} examples share their {names}, and a batch takes 2 or "
                "more that do: add examples, or leave the factor out."
            )
        drawn = groups.draw(1 if times is None else times, batch, generator)
        return drawn[0] if times is None else drawn

    def discrete(self, factor: str | int) -> np.ndarray:
        """Return whole numbers that tell the values of a factor apart, int64 (N,).

        Those of a continuous one are 20 bins of equal frequency.
        """
        number = self.number(factor)
        column = self.column(number)
        if self.factors[number].size is None:
            return equal_frequency(column)
        return column.astype(np.int64)

    def __repr__(self) -> str:
        said = ", ".join(f"{f.name} {f.size or 'continuous'}" for f in self.factors)
        return f"Factors({len(self):,} examples: {said})"
