"""What a disentanglement metric may ask: codes with factors, and codes that share a factor."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from torch import Tensor

from elbowroom.data.factors import Factors
from elbowroom.errors import DataError, IncompatibleError, ShapeError
from elbowroom.metrics.disentanglement.code_tables import refuse_not_finite, rows_of, varies
from elbowroom.metrics.disentanglement.parting import parted, redrawn
from elbowroom.metrics.disentanglement.sample import Sample

CodesAt = Callable[[np.ndarray], np.ndarray]
"""Returns the codes (n, D), or anything else there is a row of, of examples at positions (n,)."""

_AT_ONCE = 2**21
_PROBED = 4096


@dataclass(frozen=True, eq=False)
class Representation:
    """Examples with known factors, seen through an encoder.

    Codes are made when they are asked for: `encoding` runs a model on the examples, `of_table`
    looks them up. Batches that share the value of a factor are drawn by `Factors.draw_sharing`, so
    a finite table is grouped and a grid of all combinations is indexed.

    Args:
        factors: Factors of the N examples.
        codes_at: Returns codes (n, D) of the examples at positions (n,).
        scales_at: Returns the standard deviations of q(z|x) there, (n, D); None where q(z|x) is
            not a Gaussian of independent units.
        examples_at: Returns the examples themselves, (n, ...), for references; None without.
        untrained: Returns the codes of the same encoder before training, for references.
        left_out: Positions of code dimensions that are constant and were dropped.

    Example:
        >>> factors = Factors.grid({"size": (1, 2, 3), "hue": tuple(range(10))})
        >>> known = Representation.of_table(factors.values, factors)
        >>> known.draw(20, np.random.default_rng(0)).codes.shape
        (20, 2)
    """

    factors: Factors
    codes_at: CodesAt
    scales_at: CodesAt | None = None
    examples_at: CodesAt | None = None
    untrained: CodesAt | None = None
    left_out: tuple[int, ...] = ()

    @classmethod
    def of_table(
        cls,
        codes: np.ndarray | Tensor,
        factors: Factors,
        *,
        scales: np.ndarray | Tensor | None = None,
        examples: np.ndarray | Tensor | None = None,
        untrained: np.ndarray | Tensor | None = None,
    ) -> "Representation":
        """Return the representation that a table of codes is.

        Args:
            codes: Codes, (N, D): means of q(z|x).
            factors: Factors of the same N examples.
            scales: Standard deviations of q(z|x), (N, D).
            examples: The examples themselves, (N, ...).
            untrained: Codes of the same examples by the encoder before training, (N, D).

        Raises:
            ShapeError: If the codes are no table, or something is not one for each example.
            DataError: If a code is not finite.
        """
        tables = {"scales": scales, "examples": examples, "untrained": untrained}
        at = {
            name: None if table is None else rows_of(table, name, len(factors)).__getitem__
            for name, table in tables.items()
        }
        return cls(
            factors,
            rows_of(codes, "codes", len(factors)).__getitem__,
            at["scales"],
            at["examples"],
            at["untrained"],
        )

    @classmethod
    def encoding(cls, encode: CodesAt, examples_at: CodesAt, factors: Factors) -> "Representation":
        """Return the representation that a model makes of examples when it is asked.

        Args:
            encode: Returns the codes (n, D) of examples (n, ...).
            examples_at: Returns examples (n, ...) at positions (n,).
            factors: Factors of all N examples.
        """
        return cls(factors, lambda at: encode(examples_at(at)), examples_at=examples_at)

    def __len__(self) -> int:
        return len(self.factors)

    def seen_by(self, codes_at: CodesAt) -> "Representation":
        """Return the same examples through another encoder."""
        return Representation(self.factors, codes_at, examples_at=self.examples_at)

    def draw(self, count: int, rng: np.random.Generator) -> Sample:
        """Draw examples without replacement, in random order.

        Raises:
            DataError: If there are fewer.
        """
        return self.sample(self.positions(count, rng))

    def positions(self, count: int, rng: np.random.Generator) -> np.ndarray:
        """Draw positions without replacement, in random order, int64 (count,)."""
        if count > len(self):
            raise DataError(f"{count:,} examples are wanted and there are {len(self):,}: add more")
        return rng.choice(len(self), size=count, replace=False)

    def sample(self, at: np.ndarray) -> Sample:
        """Return codes and factors of the examples at positions (n,)."""
        return Sample(
            self.codes(at),
            self.factors.at(at),
            self.every_class[at],
            self.factors.factors,
        )

    def codes(self, at: np.ndarray) -> np.ndarray:
        """Return the codes of the examples at positions (n,), float64 (n, D), checked."""
        found = np.asarray(self.codes_at(at), dtype=np.float64)
        if found.ndim != 2 or len(found) != len(at):
            raise ShapeError(
                f"the encoder made codes of shape {found.shape} of {len(at):,} examples: wanted is "
                f"a row for each, ({len(at)}, D)"
            )
        refuse_not_finite(found, "codes")
        return np.delete(found, self.left_out, axis=1)

    def scales(self, at: np.ndarray) -> np.ndarray:
        """Return the standard deviations of q(z|x) at positions (n,), (n, D).

        Raises:
            IncompatibleError: If they are not known.
        """
        if self.scales_at is None:
            raise IncompatibleError(
                "this metric draws codes from q(z|x) = N(mean, scale^2) and only codes are given: "
                "give the scales of a posterior with independent Gaussian units as well"
            )
        return np.delete(np.asarray(self.scales_at(at), dtype=np.float64), self.left_out, axis=1)

    def classes(self, number: int) -> np.ndarray:
        """Return the values of a factor as whole numbers from 0, int64 (N,).

        A continuous one is cut into 20 bins of equal frequency; values that no example has do not
        count.
        """
        return self.every_class[:, number]

    @cached_property
    def every_class(self) -> np.ndarray:
        """The values of all factors as whole numbers from 0, int64 (N, F)."""
        numbers = range(len(self.factors.names))
        columns = [np.unique(self.factors.discrete(f), return_inverse=True)[1] for f in numbers]
        return np.stack(columns, 1).astype(np.int64)

    @property
    def sizes(self) -> Mapping[str, int]:
        """How many classes each factor has among these examples."""
        most = self.every_class.max(0) + 1
        return dict(zip(self.factors.names, most.tolist(), strict=True))

    @property
    def dims(self) -> int:
        """Number of dimensions of the code, D."""
        return self.codes(np.arange(1)).shape[1]

    def sharing(
        self, factor: int, batch: int, times: int, rng: np.random.Generator
    ) -> Iterator[np.ndarray]:
        """Yield codes of batches whose examples share the value of a factor.

        Args:
            factor: Number of the factor.
            batch: Examples a batch.
            times: Number of batches.
            rng: Source of the draws.

        Yields:
            Codes (some, batch, D), `times` batches in all.
        """
        rows = self.factors.draw_sharing(factor, batch, rng, times=times)
        for part in np.array_split(rows, -(-rows.size // _AT_ONCE)):
            yield self.codes(part.ravel()).reshape(*part.shape, -1)

    def subset(self, rows: np.ndarray) -> "Representation":
        """Return some of the examples, in the order given."""

        def of(values_at: CodesAt | None) -> CodesAt | None:
            return None if values_at is None else lambda at: values_at(rows[at])

        return replace(
            self,
            factors=self.factors.subset(rows),
            codes_at=lambda at: self.codes_at(rows[at]),
            scales_at=of(self.scales_at),
            examples_at=of(self.examples_at),
            untrained=of(self.untrained),
        )

    def resampled(self, rng: np.random.Generator) -> "Representation":
        """Return a bootstrap resample of the examples."""
        count = len(self)
        return self.subset(redrawn(self.every_class, lambda: rng.integers(count, size=count)))

    def parted(
        self, rng: np.random.Generator, share: float = 2 / 3
    ) -> tuple["Representation", "Representation"]:
        """Part the examples in two at random, rare values in both."""
        rows = rng.permutation(len(self))
        first, second = parted(self.every_class[rows], share)
        return self.subset(rows[first]), self.subset(rows[second])

    def without_constant(self) -> "Representation":
        """Drop the dimensions of the code that are the same for every example, but for rounding.

        They say nothing, and several metrics would divide by their variance or their information.

        Raises:
            DataError: If no dimension varies.
        """
        codes = self.codes(np.linspace(0, len(self) - 1, min(len(self), _PROBED)).astype(np.int64))
        constant = ~varies(codes)
        if constant.all():
            raise DataError(
                f"none of the {codes.shape[1]} dimensions of the code varies over the examples: "
                "the posterior has collapsed, and there is nothing to measure"
            )
        if not constant.any():
            return self
        kept = np.delete(np.arange(codes.shape[1] + len(self.left_out)), self.left_out)
        return replace(self, left_out=(*self.left_out, *kept[constant].tolist()))
