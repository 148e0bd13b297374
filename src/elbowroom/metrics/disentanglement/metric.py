"""What a disentanglement metric is: what it draws, what it makes of it, how sure that is."""

import math
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence, Sized
from typing import ClassVar, Generic, TypeVar

import numpy as np

from elbowroom.errors import ConfigError, DataError, IncompatibleError
from elbowroom.metrics.disentanglement.enough import refuse_constant, refuse_few
from elbowroom.metrics.disentanglement.factor_score import FactorScore
from elbowroom.metrics.disentanglement.representation import Representation
from elbowroom.parts import kind_of

M = TypeVar("M", bound=Sized)


class Metric(ABC, Generic[M]):
    """A metric: a recipe for drawing material from a representation, and a function of it.

    A subclass says `protocol`, `paper`, `claims`, `least`, and defines `draw`, `again` and `score`.

    Attributes:
        protocol: How exactly it measures, in words.
        paper: Where it comes from.
        claims: What it does not depend on: 'scale' (each dimension times a number above 0, plus
            another), 'permutation' (the order of the dimensions).
        names: What its numbers are called.
        least: Fewest examples of each value of a factor that it can be measured on.
        factors: Fewest factors that it has a meaning for.
        of_several: Places in `names` of numbers that compare factors with each other, where the
            others do not: they are left out where there is one factor.
        of_dimensions: Places in `names` of numbers that compare dimensions of the code with each
            other: they are left out where one varies, and would be 1 whatever it holds.
        keeps_rotated: Places in `names` of numbers that ask what is in the code, and not where: a
            rotation loses nothing, so that rotated factors are no floor of theirs.
        seeds: How many times it draws.
        resamples: Bootstrap resamples for the error.
    """

    protocol: ClassVar[str]
    paper: ClassVar[str]
    names: ClassVar[tuple[str, ...]]
    claims: ClassVar[frozenset[str]] = frozenset({"scale", "permutation"})
    least: ClassVar[int]
    factors: ClassVar[int] = 1
    of_several: ClassVar[frozenset[int]] = frozenset()
    of_dimensions: ClassVar[frozenset[int]] = frozenset()
    keeps_rotated: ClassVar[frozenset[int]] = frozenset()
    seeds: ClassVar[int] = 1
    resamples: ClassVar[int] = 20

    def __init__(self, *, samples: int = 10_000) -> None:
        if samples < 2:
            raise ConfigError(f"samples must be 2 or more, got {samples}")
        self.samples = samples

    @property
    def kind(self) -> str:
        """Its name as an option."""
        return kind_of(type(self).__name__)

    @abstractmethod
    def draw(self, representation: Representation, rng: np.random.Generator) -> M:
        """Draw what the score is a function of."""

    @abstractmethod
    def score(self, material: M, seed: int) -> tuple[float, ...]:
        """Return the numbers, in the order of `names`."""

    @abstractmethod
    def again(
        self, drawn: Sequence[M], representation: Representation, rng: np.random.Generator
    ) -> list[M]:
        """Return what other examples would have given, for the error.

        Args:
            drawn: What was drawn, once for each seed.
            representation: What it was drawn from.
            rng: Source of the draws.

        Returns:
            Resamples whose mean score varies as the one reported does, but for `scaling`.
        """

    def scaling(self, drawn: M, again: M) -> float:
        """Return what the spread of the scores of resamples is multiplied by.

        With m samples drawn from n with replacement it is sqrt(m / n).
        """
        return math.sqrt(len(again) / len(drawn))

    @property
    def kept_by_rotation(self) -> tuple[str, ...]:
        """Names of the numbers of which rotated factors are no floor; see `keeps_rotated`."""
        return tuple(self.names[place] for place in sorted(self.keeps_rotated))

    def used(self, representation: Representation) -> int:
        """Return how many of the examples take part."""
        return min(self.samples, len(representation))

    def said(self, representation: Representation) -> str:
        """Return the protocol, with the numbers that its score depends on."""
        return self.protocol

    def remarks(self, drawn: Sequence[M]) -> Iterator[str]:
        """Yield what a reader must know about what was drawn."""
        yield from ()

    def measure(
        self,
        representation: Representation,
        *,
        seed: int = 0,
        seeds: int | None = None,
        resamples: int | None = None,
    ) -> tuple[FactorScore, ...]:
        """Measure a representation.

        Dimensions of the code that are constant are left out: they hold nothing, and adding some
        changes no score.

        Args:
            representation: Codes and factors.
            seed: Seed of everything random.
            seeds: Number of independent draws; the metric's own when not given.
            resamples: Bootstrap resamples, 2 or more; the metric's own when not given.

        Returns:
            A score for each of `names`, but those that `meaningless` has.

        Raises:
            ConfigError: If there are too few seeds or resamples.
            DataError: If there are too few examples, of one value or in all, codes are not finite,
                none varies, or the score is not finite.
            IncompatibleError: If the metric has no meaning for these factors.
        """
        times = self.seeds if seeds is None else seeds
        count = self.resamples if resamples is None else resamples
        if times < 1 or count < 2:
            raise ConfigError(
                f"seeds must be 1 or more and resamples 2 or more, to have a spread; got {times} "
                f"and {count}"
            )
        varying = representation.without_constant()
        self.check(varying)
        without = self.meaningless(varying)
        rngs = [np.random.default_rng((seed, part)) for part in range(times + 1)]
        drawn = [self.draw(varying, rng) for rng in rngs[:times]]
        found = np.array([self.score(material, seed + i) for i, material in enumerate(drawn)])
        again = [self.again(drawn, varying, rngs[-1]) for _ in range(count)]
        bootstrap = [
            np.mean([self.score(material, seed + i) for i, material in enumerate(one)], axis=0)
            for one in again
        ]
        errors = np.std(bootstrap, axis=0, ddof=1) * self.scaling(drawn[0], again[0][0])
        kept = [place for place, name in enumerate(self.names) if name not in without]
        self._refuse_not_finite(np.vstack([found, *bootstrap])[:, kept])
        return tuple(
            FactorScore(
                metric=self.kind,
                name=name,
                value=float(found[:, i].mean()),
                error=float(errors[i]),
                spread=float(found[:, i].std(ddof=1)) if times > 1 else None,
                seeds=times,
                samples=len(drawn[0]),
                seed=seed,
                protocol=self.said(varying),
                notes=(*_notes(varying), *self.remarks(drawn)),
            )
            for i, name in ((place, self.names[place]) for place in kept)
        )

    def meaningless(self, representation: Representation) -> dict[str, str]:
        """Return which of `names` mean nothing for this code and its factors, and why, by name.

        Args:
            representation: Codes whose dimensions all vary, and factors.
        """
        why = {}
        if len(representation.sizes) == 1:
            few = _needs_factors("it", 2, representation.sizes)
            why |= {self.names[place]: few for place in sorted(self.of_several)}
        if self.of_dimensions and representation.dims == 1:
            one = (
                "it compares dimensions of the code with each other, and needs 2 or more that "
                "vary: there is 1"
            )
            why |= {self.names[place]: one for place in sorted(self.of_dimensions)}
        return why

    def check(self, representation: Representation) -> None:
        """Refuse a representation that the metric cannot be measured on.

        Raises:
            DataError: If a factor has one value, or there are too few examples of one.
            IncompatibleError: If there are too few factors.
        """
        refuse_constant(representation)
        sizes = representation.sizes
        if len(sizes) < self.factors:
            raise IncompatibleError(_needs_factors(self.kind, self.factors, sizes))
        refuse_few(representation, self.kind, self.least, self.used(representation))

    def _refuse_not_finite(self, scores: np.ndarray) -> None:
        if not np.isfinite(scores).all():
            raise DataError(
                f"{self.kind} is not a finite number for these codes, or for a resample of them: "
                "they are too few, or too much alike, to tell the values of the factors apart"
            )


def without_replacement(some: int, count: int) -> float:
    """Return what the spread of scores of `some` of `count` samples is multiplied by.

    The variance of a mean of m samples drawn from n without replacement is s^2 (1 / m - 1 / n), and
    that of the mean of all n is s^2 / n: sqrt(m / (n - m)) times the standard deviation.

    >>> without_replacement(50, 100)
    1.0
    """
    return math.sqrt(some / (count - some))


def _needs_factors(what: str, least: int, sizes: Mapping[str, int]) -> str:
    return (
        f"{what} compares factors with each other, and needs {least} or more: there is only "
        f"{', '.join(sizes)}"
    )


def _notes(representation: Representation) -> tuple[str, ...]:
    gone = representation.left_out
    if not gone:
        return ()
    listed = ", ".join(map(str, gone))
    return (f"Dimensions {listed} of the code are constant and were left out.",)
