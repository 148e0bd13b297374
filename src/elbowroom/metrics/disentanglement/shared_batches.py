"""Metrics that look at batches whose examples share the value of one factor."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from elbowroom.metrics.disentanglement.metric import Metric
from elbowroom.metrics.disentanglement.representation import Representation
from elbowroom.metrics.disentanglement.sample import Batches, BatchHalves

BATCH = 64
"""Examples, or pairs of them, a batch."""
_RULED = 10_000


class OnBatches(Metric[BatchHalves]):
    """A metric that tells the factor from what such batches have in common.

    A factor is drawn for each batch, then a value as frequent as it is among the examples. Examples
    are parted before batches are drawn: batches of the same examples have their code in common,
    and a code that knows nothing would be recognised by it. Draws are repeated with several seeds;
    the bootstrap draws the examples of a finite table again, and batches from them once for each
    seed. A grid of all combinations has no other examples, so its error is that of the batches.

    Args:
        samples: Number of batches, two thirds to learn from and a third to judge on.
    """

    least: ClassVar[int] = 15
    """Ten to learn from, five to judge on."""
    factors: ClassVar[int] = 2
    seeds: ClassVar[int] = 3
    resamples: ClassVar[int] = 8

    def __init__(self, *, samples: int = 15_000) -> None:
        super().__init__(samples=samples)

    def used(self, representation: Representation) -> int:
        """Return the number of examples: batches are drawn from all."""
        return len(representation)

    def draw(self, representation: Representation, rng: np.random.Generator) -> BatchHalves:
        """Draw batches to learn from and, of other examples, to judge on."""
        return self._batches(representation.parted(rng), rng)

    def again(
        self, drawn: Sequence[BatchHalves], representation: Representation, rng: np.random.Generator
    ) -> list[BatchHalves]:
        """Draw the examples again, and batches from them."""
        parts = representation.parted(rng)
        if not representation.factors.is_grid:
            parts = (parts[0].resampled(rng), parts[1].resampled(rng))
        return [self._batches(parts, rng) for _ in drawn]

    def _batches(
        self, parts: tuple[Representation, Representation], rng: np.random.Generator
    ) -> BatchHalves:
        train, test = parts
        ruler = train.codes(train.positions(min(len(train), _RULED), rng))
        learnt = round(2 / 3 * self.samples)
        return BatchHalves(
            self._of(train, learnt, ruler, rng), self._of(test, self.samples - learnt, ruler, rng)
        )

    def _of(
        self, representation: Representation, batches: int, ruler: np.ndarray,
        rng: np.random.Generator,
    ) -> Batches:  # fmt: skip
        """Draw batches, each sharing the value of a random factor."""
        count = len(representation.factors.names)
        times = np.bincount(rng.integers(count, size=batches), minlength=count)
        seen = [
            part
            for factor, number in enumerate(times)
            if number
            for part in self.summaries(representation, factor, int(number), ruler, rng)
        ]
        return Batches(np.concatenate(seen), np.repeat(np.arange(count), times))

    @abstractmethod
    def summaries(
        self,
        representation: Representation,
        factor: int,
        times: int,
        ruler: np.ndarray,
        rng: np.random.Generator,
    ) -> list[np.ndarray]:
        """Return what is seen of batches that share a factor, in parts, (times, D) in all.

        Args:
            representation: Where to draw from.
            factor: Number of the factor that they share.
            times: Number of batches.
            ruler: Codes of examples that share nothing, (N, D).
            rng: Source of the draws.
        """
