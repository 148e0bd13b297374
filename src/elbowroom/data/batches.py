"""Batches: shuffled ones of a fixed size to train on, and every example once to evaluate."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from elbowroom.data.dataset import Dataset
from elbowroom.data.prefetch import prefetched
from elbowroom.errors import ConfigError


@dataclass(frozen=True)
class Batches:
    """Training batches: all of one size, in an order that differs in every epoch.

    The order is a pure function of (seed, epoch), so a run that was killed goes on in the middle of
    an epoch as if nothing had happened. The ragged tail of each epoch is left out; as the order
    changes, it is a different one each time.

    Args:
        dataset: What to train on.
        batch_size: Examples a batch, on each process.
        seed: Seeds all orders.
        rank: Number of this process.
        ranks: Number of processes that share each epoch.

    Raises:
        ConfigError: A batch larger than the data, or smaller than 1.

    Example:
        >>> from elbowroom.data import load
        >>> batches = Batches(load("digits"), batch_size=128, seed=0)
        >>> len(batches), next(batches.epoch(0)).shape
        (14, torch.Size([128, 1, 8, 8]))
    """

    dataset: Dataset
    batch_size: int
    seed: int = 0
    rank: int = 0
    ranks: int = 1

    def __post_init__(self) -> None:
        if self.batch_size < 1:
            raise ConfigError(f"batch_size={self.batch_size} was asked for; use 1 or more.")
        if self.batch_size * self.ranks > len(self.dataset):
            each = f" on each of {self.ranks} processes" if self.ranks > 1 else ""
            raise ConfigError(
                f"batch_size={self.batch_size}{each} is more than the {len(self.dataset):,} "
                f"training examples of {self.dataset.name!r}. "
                f"Use batch_size={len(self.dataset) // self.ranks} or less."
            )

    def __len__(self) -> int:
        """Number of batches in an epoch."""
        return len(self.dataset) // (self.batch_size * self.ranks)

    def order(self, epoch: int) -> Tensor:
        """Return the order of an epoch, int64 positions (N,): a function of seed and epoch only."""
        state = np.random.SeedSequence([self.seed, epoch]).generate_state(1, np.uint64)
        generator = torch.Generator().manual_seed(int(state[0] >> np.uint64(1)))
        return torch.randperm(len(self.dataset), generator=generator)

    def epoch(self, epoch: int, start: int = 0) -> Iterator[Tensor]:
        """Go through one epoch.

        Args:
            epoch: Number of the epoch, from 0.
            start: Number of the first batch, to go on in the middle.

        Yields:
            Raw values (batch_size, *shape). Rows that are not resident are read ahead by a
            background thread, which ends with the loop, also when that is left early.
        """
        batches = (self.dataset.take(numbers) for numbers in self.numbers(epoch, start))
        return batches if self.dataset.resident else prefetched(batches)

    def numbers(self, epoch: int, start: int = 0) -> Iterator[Tensor]:
        """Yield which examples the batches of an epoch hold, int64 positions (batch_size,)."""
        order = self.order(epoch)
        step = self.batch_size * self.ranks
        first = self.rank * self.batch_size
        for b in range(start, len(self)):
            yield order[b * step + first : b * step + first + self.batch_size]


def in_order(
    dataset: Dataset, batch_size: int, *, shard: int = 0, shards: int = 1
) -> Iterator[tuple[Tensor, Tensor]]:
    """Go through every example once, to evaluate.

    Args:
        dataset: What to go through.
        batch_size: Examples a batch; the last may be smaller.
        shard: Which part to take: the examples shard, shard + shards, ... Parts are disjoint and
            together complete, with nothing padded.
        shards: Number of parts.

    Yields:
        Positions (n,) and raw values (n, *shape).

    Raises:
        ConfigError: batch_size below 1, or no such shard.
    """
    if batch_size < 1 or not 0 <= shard < shards:
        raise ConfigError(
            f"batch_size={batch_size}, shard={shard} of {shards}: use a batch size of 1 or more, "
            "and shards from 0."
        )
    positions = torch.arange(shard, len(dataset), shards)
    batches = ((part, dataset.take(part)) for part in positions.split(batch_size) if len(part))
    return batches if dataset.resident else prefetched(batches)
