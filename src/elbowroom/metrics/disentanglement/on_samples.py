"""Metrics that are a function of samples, whole or parted to fit on and to judge on."""

from collections.abc import Sequence, Sized
from typing import Any, ClassVar

import numpy as np

from elbowroom.metrics.disentanglement.metric import Metric, without_replacement
from elbowroom.metrics.disentanglement.representation import Representation
from elbowroom.metrics.disentanglement.sample import Halves, Sample

_SHARE, _ENOUGH = 0.2, 2_000


class OnSamples(Metric[Sample]):
    """A metric that is a function of codes and factors of samples."""

    def draw(self, representation: Representation, rng: np.random.Generator) -> Sample:
        """Draw samples, as many as there are up to `samples`."""
        return representation.draw(self.used(representation), rng)

    def again(
        self, drawn: Sequence[Sample], representation: Representation, rng: np.random.Generator
    ) -> list[Sample]:
        """Return a bootstrap resample."""
        return [drawn[0].again(rng)]


class BySubsamples(Metric[Any]):
    """A metric whose error is from half of its samples, drawn without replacement."""

    def again(
        self, drawn: Sequence[Any], representation: Representation, rng: np.random.Generator
    ) -> list[Any]:
        """Return half of the samples."""
        return [drawn[0].fewer(rng, 1 / 2)]

    def scaling(self, drawn: Sized, again: Sized) -> float:
        """Return sqrt(m / (n - m)) for m samples of n, 1 for half of them."""
        return without_replacement(len(again), len(drawn))


class OnHalves(Metric[Halves]):
    """A metric that fits predictors on two thirds of its samples and judges them on the rest.

    Fits take long, so the bootstrap draws a fifth of the samples, but 2,000 or more where there are
    so many (m out of n: Bickel, Goetze & van Zwet 1997).
    """

    least: ClassVar[int] = 10
    """Two thirds to fit on, a third to judge on."""
    resamples: ClassVar[int] = 8

    def __init__(self, *, samples: int = 15_000) -> None:
        super().__init__(samples=samples)

    def draw(self, representation: Representation, rng: np.random.Generator) -> Halves:
        """Draw samples, part them, and standardise their codes by those to fit on."""
        return representation.draw(self.used(representation), rng).halves().standardised()

    def again(
        self, drawn: Sequence[Halves], representation: Representation, rng: np.random.Generator
    ) -> list[Halves]:
        """Return a bootstrap resample, smaller where there is enough."""
        return [drawn[0].again(rng, min(1.0, max(_SHARE, _ENOUGH / len(drawn[0]))))]
