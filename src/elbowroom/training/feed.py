"""Batches as the model sees them: read, moved to the device, preprocessed."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from elbowroom.data import Batches, Dataset, Labelling, Preprocessing, in_order, learn_labels
from elbowroom.distributions import Likelihood
from elbowroom.errors import ShapeError
from elbowroom.models import LatentModel


class Batch(NamedTuple):
    """Some examples as the model sees them, and what a conditional model is given with them.

    Attributes:
        x: Examples, (B, *event).
        y: Conditions, (B, c), or None of a model without any.
    """

    x: Tensor
    y: Tensor | None = None

    def bind(self, model: LatentModel) -> LatentModel:
        """Return the model of these examples."""
        return model if self.y is None else model.given(self.y)


@dataclass(frozen=True)
class Feed:
    """Turns a dataset's raw rows into model inputs on a device.

    Args:
        dataset: Raw examples.
        preprocessing: From raw rows to model inputs; its noise is the global generator's.
        device: Where the model is.
        batch_size: Examples at a time.
        seed: Seed of the order in training.
        labelling: What the labels are to a conditional model.
    """

    dataset: Dataset
    preprocessing: Preprocessing
    device: torch.device
    batch_size: int
    seed: int = 0
    labelling: Labelling | None = None

    def shuffled(self, epoch: int, start: int = 0) -> Iterator[Batch]:
        """Yield full batches in the order of an epoch, from batch number `start` on."""
        batches = Batches(self.dataset, self.batch_size, self.seed)
        return map(self._batch, batches.numbers(epoch, start), batches.epoch(epoch, start))

    def in_order(self) -> Iterator[Batch]:
        """Yield every example once."""
        return (self._batch(*part) for part in in_order(self.dataset, self.batch_size))

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

    @cached_property
    def _labels(self) -> np.ndarray | None:
        """The labels of all examples."""
        return self.labelling.read(self.dataset) if self.labelling else None

    def _batch(self, numbers: Tensor, rows: Tensor) -> Batch:
        if self.labelling is None or self._labels is None:
            return Batch(self._ready(rows))
        y = self.labelling.encode(self._labels[numbers.numpy()])
        return Batch(self._ready(rows), y.to(self.device, non_blocking=True))

    def _ready(self, rows: Tensor) -> Tensor:
        x = self.preprocessing(rows.to(self.device, non_blocking=True))
        # Convolutions run faster on channels-last; for one channel the two layouts are one.
        return x.contiguous(memory_format=torch.channels_last) if x.dim() == 4 else x


def labels_for(
    model: LatentModel, train: Dataset, labelling: Labelling | None = None
) -> Labelling | None:
    """Return what labels are to a model, or None of a model that is not conditional.

    Args:
        model: The model.
        train: Training examples, to learn it from.
        labelling: What was learned before, if it was.

    Raises:
        DataError: If the model is conditional and the examples have no labels.
        ShapeError: If the model takes conditions of another size.
    """
    if not model.condition_size:
        return None
    labelling = labelling or learn_labels(train)
    if labelling.size != model.condition_size:
        raise ShapeError(
            f"the model takes conditions of {model.condition_size} values, and the labels of "
            f"{train.name!r} have {labelling.size}: build it with condition={labelling.size}"
        )
    return labelling
