"""The examples that the explorer shows: some of a split, in an order that was drawn once."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from math import prod

import numpy as np
import torch
from torch import Tensor

from elbowroom.data import Dataset
from elbowroom.data.rows import Resident, Rows
from elbowroom.errors import ConfigError
from elbowroom.explore.seeing import raw_again, seen
from elbowroom.run import Run

MOST = 50_000
"""Examples on the map at most."""

_BYTES, _CODES = 2**29, 2**26
"""Bytes of raw values, and numbers in codes, that a gallery holds at most."""
_ORDER_SEED = 0
_REFERENCE = 5_000


@dataclass(frozen=True, eq=False)
class Gallery:
    """Examples of a run, evenly spaced over a split, in an order drawn once.

    The order makes the first n of them a fair sample, for whatever has room for n only.

    Args:
        run: The run.
        split: Which of its splits they are from.
        data: These examples, a view.
        rows: Their raw values, where they had to be brought into memory.
    """

    run: Run
    split: str
    data: Dataset
    rows: Rows | None = None

    @classmethod
    def of(cls, run: Run, split: str | None = None, most: int = MOST) -> "Gallery":
        """Choose the examples of a run.

        Args:
            run: The run.
            split: Which split; the test set or the best there is when not given.
            most: How many at most; fewer where one example is large.

        Raises:
            ConfigError: If there is no such split, or `most` is out of range.
            RunError: If the data are not to be had.
        """
        if not 1 <= most <= MOST:
            raise ConfigError(f"examples is {most:,}; it must be from 1 to {MOST:,}")
        there = run.facts["splits"]
        split = split or next(name for name in ("test", "validation", "train") if name in there)
        whole = run.dataset(split)
        room = min(_BYTES // max(whole.bytes // len(whole), 1), _CODES // sum(run.model.units))
        count = max(min(most, len(whole), room), 1)
        places = np.linspace(0, len(whole) - 1, count).astype(np.int64)
        data = whole.subset(np.random.default_rng(_ORDER_SEED).permutation(places))
        if data.resident:
            return cls(run, split, data)
        return cls(run, split, data, Resident(torch.cat(list(data.chunks()))))

    def __len__(self) -> int:
        return len(self.data)

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of one example."""
        return tuple(self.data.shape)

    @property
    def values(self) -> int:
        """Values of one example."""
        return prod(self.shape)

    def raw(self, places: Tensor) -> Tensor:
        """Return raw values of some of the examples, (n, *shape)."""
        return (self.rows or self.data).take(places)

    def shown(self, places: Tensor) -> np.ndarray:
        """Return some of the examples as the model sees them, in raw units, (n, *shape)."""
        return raw_again(self.run, seen(self.run, self.raw(places)))

    def chunks(self, size: int) -> Iterator[tuple[Tensor, Tensor]]:
        """Yield places and the examples there as the model sees them, all in order."""
        for places in torch.arange(len(self)).split(size):
            yield places, seen(self.run, self.raw(places))

    @cached_property
    def reference(self) -> np.ndarray:
        """Training examples as the model sees them, in raw units: what ranges are taken from."""
        train = self.run.dataset("train")
        count = min(len(train), _REFERENCE, max(_CODES // self.values, 16))
        places = torch.linspace(0, len(train) - 1, count).long()
        return raw_again(self.run, seen(self.run, train.take(places)))
