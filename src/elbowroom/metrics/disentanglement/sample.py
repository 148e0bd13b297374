"""Codes and the factors behind them, on their way into a metric; and how they are drawn again."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from elbowroom.data.factor import Factor
from elbowroom.metrics.disentanglement.parting import parted, redrawn


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
        count, size = len(self), _share(len(self), share)
        return self.take(redrawn(self.classes, lambda: rng.integers(count, size=size)))

    def fewer(self, rng: np.random.Generator, share: float) -> "Sample":
        """Return a share of the examples, drawn without replacement."""
        count, size = len(self), _share(len(self), share)
        return self.take(redrawn(self.classes, lambda: rng.permutation(count)[:size]))

    def halves(self, train: float = 2 / 3) -> "Halves":
        """Part the examples, which are in random order, into those to fit on and to judge on."""
        return Halves(*(self.take(rows) for rows in parted(self.classes, train)))

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

    def fewer(self, rng: np.random.Generator, share: float) -> "Halves":
        """Return a share of both, drawn without replacement."""
        return Halves(self.train.fewer(rng, share), self.test.fewer(rng, share))

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


@dataclass(frozen=True, eq=False)
class BatchHalves:
    """Batches to learn from, and batches of other examples to judge on."""

    train: Batches
    test: Batches

    def __len__(self) -> int:
        return len(self.train) + len(self.test)


def _share(count: int, share: float) -> int:
    return max(2, round(share * count))
