"""Metrics that look at batches whose examples share the value of one factor."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from elbowroom.metrics.disentanglement.metric import Metric
from elbowroom.metrics.disentanglement.representation import Representation
from elbowroom.metrics.disentanglement.sample import Batches

BATCH = 64
"""Examples, or pairs of them, a batch."""


class OnBatches(Metric[Batches]):
    """A metric that tells the factor from what such batches have in common.

    A factor is drawn for each batch, then a value as frequent as it is among the examples. Draws
    are repeated with several seeds; the bootstrap draws the examples of a finite table again, and
    the batches from them.

    Args:
        samples: Number of batches, two thirds to learn from and a third to judge on.
    """

    factors: ClassVar[int] = 2
    seeds: ClassVar[int] = 3
    resamples: ClassVar[int] = 8

    def __init__(self, *, samples: int = 15_000) -> None:
        super().__init__(samples=samples)

    def least(self, sizes: Mapping[str, int]) -> int:
        """Sixteen examples for each value, a quarter of a batch."""
        return 16 * max(sizes.values())

    def draw(self, representation: Representation, rng: np.random.Generator) -> Batches:
        """Draw batches, each sharing the value of a random factor."""
        count = len(representation.factors.names)
        times = np.bincount(rng.integers(count, size=self.samples), minlength=count)
        shared = np.repeat(np.arange(count), times)
        ruler = representation.sample(
            representation.positions(min(len(representation), 10_000), rng)
        ).codes
        seen = np.concatenate([
            part
            for factor, number in enumerate(times)
            if number
            for part in self.summaries(representation, factor, int(number), ruler, rng)
        ])  # fmt: skip
        order = rng.permutation(len(shared))
        return Batches(seen[order], shared[order])

    def again(
        self, material: Batches, representation: Representation, rng: np.random.Generator
    ) -> Batches:
        """Draw the examples again, and batches from them."""
        return self.draw(representation.resampled(rng), rng)

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
