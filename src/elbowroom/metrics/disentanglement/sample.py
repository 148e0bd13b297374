"""Codes and the factors behind them, on their way into a metric; and how they are drawn again."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol, Self

import numpy as np

from elbowroom.data.factors import Factor


class Material(Protocol):
    """What a metric is computed from, which can be drawn again with replacement."""

    def __len__(self) -> int:
        """Return the number of samples."""
        ...

    def again(self, rng: np.random.Generator, share: float = 1.0) -> Self:
        """Return a bootstrap resample of a share of the size."""
        ...


@dataclass(frozen=True, eq=False)
class Sample:
    """Codes and factors of N examples.

    Attributes:
        codes: Codes, float64 (N, D): an example a row, a dimension a column, everywhere.
        values: Codes of discrete factors and numbers of continuous ones, float64 (N, F).
        classes: The same as whole numbers from 0, a continuous factor by bins, int64 (N, F).
        factors: What the F factors are.
    """

    codes: np.ndarray
    values: np.ndarray
    classes: np.ndarray
    factors: tuple[Factor, ...]

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def dims(self) -> int:
        """Number of dimensions of the code, D."""
        return self.codes.shape[1]

    def take(self, rows: np.ndarray) -> "Sample":
        """Return some of the examples, in the order given."""
        return Sample(self.codes[rows], self.values[rows], self.classes[rows], self.factors)

    def again(self, rng: np.random.Generator, share: float = 1.0) -> "Sample":
        """Return a bootstrap resample of a share of the size."""
        return self.take(rng.integers(len(self), size=_share(len(self), share)))

    def halves(self, train: float = 2 / 3) -> "Halves":
        """Part the examples, which are in random order, into those to fit on and to judge on."""
        cut = round(train * len(self))
        return Halves(self.take(np.arange(cut)), self.take(np.arange(cut, len(self))))

    def standardised(self, like: "Sample | None" = None) -> "Sample":
        """Return the codes in units of their standard deviations, or of those of other samples."""
        known = self if like is None else like
        scale = known.codes.std(0)
        codes = (self.codes - known.codes.mean(0)) / np.where(scale > 0, scale, 1.0)
        return Sample(codes, self.values, self.classes, self.factors)


@dataclass(frozen=True, eq=False)
class Halves:
    """Samples to fit a predictor on, and others to judge it on, both with standardised codes."""

    train: Sample
    test: Sample

    def __len__(self) -> int:
        return len(self.train) + len(self.test)

    def __iter__(self) -> Iterator[Sample]:
        return iter((self.train, self.test))

    def again(self, rng: np.random.Generator, share: float = 1.0) -> "Halves":
        """Resample both, apart: an example that is drawn twice must not be in both."""
        return Halves(self.train.again(rng, share), self.test.again(rng, share))

    def standardised(self) -> "Halves":
        """Standardise both by the mean and the deviation of those to fit on."""
        return Halves(self.train.standardised(), self.test.standardised(self.train))


@dataclass(frozen=True, eq=False)
class Batches:
    """What was seen of batches whose examples share the value of one factor.

    Attributes:
        seen: A summary of each batch, (M, ...).
        shared: Number of the factor that it shares, int64 (M,).
    """

    seen: np.ndarray
    shared: np.ndarray

    def __len__(self) -> int:
        return len(self.shared)

    def again(self, rng: np.random.Generator, share: float = 1.0) -> "Batches":
        """Return a bootstrap resample of a share of the size."""
        rows = rng.integers(len(self), size=_share(len(self), share))
        return Batches(self.seen[rows], self.shared[rows])

    def parts(self, train: float = 2 / 3) -> tuple["Batches", "Batches"]:
        """Part the batches into those to fit on and to judge on."""
        cut = round(train * len(self))
        return (
            Batches(self.seen[:cut], self.shared[:cut]),
            Batches(self.seen[cut:], self.shared[cut:]),
        )


def _share(count: int, share: float) -> int:
    return max(2, round(share * count))
