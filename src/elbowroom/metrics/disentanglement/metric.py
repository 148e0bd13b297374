"""What a disentanglement metric is: what it draws, what it makes of it, how sure that is."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import ClassVar, Generic, TypeVar

import numpy as np

from elbowroom.errors import ConfigError, DataError, IncompatibleError
from elbowroom.metrics.disentanglement.factor_score import FactorScore
from elbowroom.metrics.disentanglement.representation import Representation
from elbowroom.metrics.disentanglement.sample import Halves, Material, Sample
from elbowroom.parts import kind_of

M = TypeVar("M", bound=Material)
_SHARE, _ENOUGH = 0.2, 2_000


class Metric(ABC, Generic[M]):
    """A metric: a recipe for drawing material from a representation, and a function of it.

    A subclass says `protocol`, `paper`, `claims`, and defines `least`, `draw` and `score`.

    Attributes:
        protocol: How exactly it measures, in words.
        paper: Where it comes from.
        claims: What it does not depend on: 'scale' (each dimension times a number above 0, plus
            another), 'permutation' (the order of the dimensions).
        names: What its numbers are called.
        factors: Fewest factors that it has a meaning for.
        of_several: Places in `names` of numbers that compare factors with each other, where the
            others do not: they are left out where there is one factor.
        keeps_rotated: Places in `names` of numbers that ask what is in the code, and not where: a
            rotation loses nothing, so that rotated factors are no floor of theirs.
        seeds: How many times it draws.
        resamples: Bootstrap resamples for the error.
    """

    protocol: ClassVar[str]
    paper: ClassVar[str]
    names: ClassVar[tuple[str, ...]]
    claims: ClassVar[frozenset[str]] = frozenset({"scale", "permutation"})
    factors: ClassVar[int] = 1
    of_several: ClassVar[frozenset[int]] = frozenset()
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
    def least(self, sizes: Mapping[str, int]) -> int:
        """Return the fewest examples that it can be measured on.

        Args:
            sizes: Number of classes of each factor.
        """

    @abstractmethod
    def draw(self, representation: Representation, rng: np.random.Generator) -> M:
        """Draw what the score is a function of."""

    @abstractmethod
    def score(self, material: M, seed: int) -> tuple[float, ...]:
        """Return the numbers, in the order of `names`."""

    def again(self, material: M, representation: Representation, rng: np.random.Generator) -> M:
        """Return a bootstrap resample of the material, of its size or smaller.

        With m samples drawn from n the spread is multiplied by sqrt(m / n) afterwards.
        """
        return material.again(rng)

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
            DataError: If there are too few examples, codes are not finite, or none varies.
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
        again = [self.again(drawn[0], varying, rngs[-1]) for _ in range(count)]
        bootstrap = [self.score(material, seed + i) for i, material in enumerate(again)]
        smaller = np.sqrt(len(again[0]) / len(drawn[0]))
        errors = np.std(bootstrap, axis=0, ddof=1) * smaller
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
                protocol=self.protocol,
                notes=_notes(varying),
            )
            for i, name in enumerate(self.names)
            if name not in without
        )

    def meaningless(self, representation: Representation) -> dict[str, str]:
        """Return which of `names` mean nothing for these factors, and why, by name."""
        sizes = representation.sizes
        if len(sizes) > 1:
            return {}
        why = _needs_factors("it", 2, sizes)
        return {self.names[place]: why for place in sorted(self.of_several)}

    def check(self, representation: Representation) -> None:
        """Refuse a representation that the metric cannot be measured on.

        Raises:
            DataError: If a factor has one value, or there are too few examples.
            IncompatibleError: If there are too few factors.
        """
        sizes = representation.sizes
        if constant := [name for name, size in sizes.items() if size < 2]:
            raise DataError(
                f"{', '.join(map(repr, constant))} has one value in all of these examples: nothing "
                "can be learned about a factor that does not vary. Leave it out, with "
                "factors.only(...), or take examples in which it varies"
            )
        if len(sizes) < self.factors:
            raise IncompatibleError(_needs_factors(self.kind, self.factors, sizes))
        if len(representation) < (needed := self.least(sizes)):
            raise DataError(
                f"{self.kind} needs {needed:,} examples or more for factors of "
                f"{', '.join(f'{n} {s}' for n, s in sizes.items())} values: there are "
                f"{len(representation):,}"
            )


class OnSamples(Metric[Sample]):
    """A metric that is a function of codes and factors of samples."""

    def draw(self, representation: Representation, rng: np.random.Generator) -> Sample:
        """Draw samples, as many as there are up to `samples`."""
        return representation.draw(min(self.samples, len(representation)), rng)


class OnHalves(Metric[Halves]):
    """A metric that fits predictors on two thirds of its samples and judges them on the rest.

    Fits take long, so the bootstrap draws a fifth of the samples, but 2,000 or more where there are
    so many (m out of n: Bickel, Goetze & van Zwet 1997).
    """

    resamples: ClassVar[int] = 8

    def __init__(self, *, samples: int = 15_000) -> None:
        super().__init__(samples=samples)

    def least(self, sizes: Mapping[str, int]) -> int:
        """Fifteen of each class: ten to fit on, five to judge on."""
        return 15 * max(sizes.values())

    def draw(self, representation: Representation, rng: np.random.Generator) -> Halves:
        """Draw samples, part them, and standardise their codes by those to fit on."""
        drawn = representation.draw(min(self.samples, len(representation)), rng)
        return drawn.halves().standardised()

    def again(
        self, material: Halves, representation: Representation, rng: np.random.Generator
    ) -> Halves:
        """Return a bootstrap resample, smaller where there is enough."""
        return material.again(rng, min(1.0, max(_SHARE, _ENOUGH / len(material))))


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
