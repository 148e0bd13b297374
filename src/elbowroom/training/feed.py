"""Batches as the model sees them: read, moved to the device, preprocessed."""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from elbowroom.data import Batches, Dataset, Preprocessing, in_order
from elbowroom.distributions import Likelihood


@dataclass(frozen=True)
class Feed:
    """Turns a dataset's raw rows into model inputs on a device.

    Args:
        dataset: Raw examples.
        preprocessing: From raw rows to model inputs; its noise is the global generator's.
        device: Where the model is.
        batch_size: Examples at a time.
        seed: Seed of the order in training.
    """

    dataset: Dataset
    preprocessing: Preprocessing
    device: torch.device
    batch_size: int
    seed: int = 0

    def shuffled(self, epoch: int, start: int = 0) -> Iterator[Tensor]:
        """Yield full batches in the order of an epoch, from batch number `start` on."""
        batches = Batches(self.dataset, self.batch_size, self.seed)
        return map(self._ready, batches.epoch(epoch, start))

    def in_order(self) -> Iterator[Tensor]:
        """Yield every example once."""
        return (self._ready(rows) for _, rows in in_order(self.dataset, self.batch_size))

    def check(self, likelihood: Likelihood) -> None:
        """Refuse examples that a likelihood cannot describe, before any computing.

        All examples that are in memory; of data read from disk as needed, some thousand evenly
        spaced ones stand for all. Random steps draw here too; the global random state is left as
        it was.

        Raises:
            ShapeError: If the examples have another shape.
            DataError: If a value is not finite.
            SupportError: If a value is outside the support, with the fix.
        """
        devices = [self.device] if self.device.type == "cuda" else []
        count = len(self.dataset) if self.dataset.resident else min(len(self.dataset), 1024)
        chosen = torch.arange(count) * len(self.dataset) // count
        with torch.random.fork_rng(devices), torch.no_grad():
            for numbers in chosen.split(1024):
                x = self._ready(self.dataset.take(numbers))
                likelihood.check(x, self.dataset.columns, numbers=numbers)

    def _ready(self, rows: Tensor) -> Tensor:
        x = self.preprocessing(rows.to(self.device, non_blocking=True))
        # Convolutions run faster on channels-last; for one channel the two layouts are one.
        return x.contiguous(memory_format=torch.channels_last) if x.dim() == 4 else x
