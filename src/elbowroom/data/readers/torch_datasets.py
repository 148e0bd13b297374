"""Datasets of torch (map-style: with a length and items by number)."""

from typing import Any, ClassVar

import numpy as np
import torch

from elbowroom.data.assemble import assemble
from elbowroom.data.dataset import Dataset
from elbowroom.data.on_demand import OnDemand
from elbowroom.data.readers.arrays import is_tensor_dataset, to_numpy
from elbowroom.data.source import Request, Source
from elbowroom.errors import DataError


class TorchDatasets(Source):
    """Items are an array, tensor or image, or a tuple of one and its label.

    Items are taken once and kept when all fit in memory, so that random augmentation is frozen;
    larger sets call `__getitem__` at each visit, and have labels only in an attribute `targets`.
    """

    options: ClassVar = frozenset({"missing", "levels", "shape", "layout", "resident_gb"})

    def recognises(self, source: object) -> bool:
        """A torch Dataset, other than one of tensors."""
        return isinstance(source, torch.utils.data.Dataset) and not is_tensor_dataset(source)

    def read(self, source: Any, request: Request) -> Dataset:
        """Take all items, or arrange to take them as needed."""
        name = type(source).__name__
        if isinstance(source, torch.utils.data.IterableDataset) or not hasattr(source, "__len__"):
            raise DataError(
                f"{name} has no length and no items by number, so it can neither be split nor "
                "shuffled. Give a map-style dataset (with __len__ and __getitem__)."
            )
        if len(source) == 0:
            raise DataError(f"{name} is empty: its length is 0.")
        labels: list[Any] = []
        first = _values(source[0], name)
        rows = OnDemand(len(source), first, lambda i: _values(source[i], name), "item {}".format)
        if rows.nbytes > request.resident_bytes:
            return assemble(rows, request, name=name, labels=getattr(source, "targets", None))

        def once(number: int) -> np.ndarray:
            item = source[number]
            if isinstance(item, tuple | list) and len(item) > 1:
                labels.append(_label(item[1]))
            return _values(item, name)

        array = OnDemand(len(source), first, once, "item {}".format)[:]
        return assemble(array, request, name=name, labels=_usable(labels, len(array)))


def _values(item: Any, name: str) -> np.ndarray:
    """Return the example in an item."""
    value = item[0] if isinstance(item, tuple | list) and len(item) else item
    array = np.asarray(to_numpy(value))
    if array.dtype.kind not in "biuf":
        raise DataError(
            f"An item of {name} is of type {type(value).__name__}; wanted is an array, a tensor or "
            "an image, or a tuple that begins with one."
        )
    return array


def _label(label: Any) -> Any:
    return label.item() if isinstance(label, torch.Tensor) and label.numel() == 1 else label


def _usable(labels: list[Any], count: int) -> np.ndarray | None:
    """Labels only if there is one for each item and each is a single value."""
    single = all(isinstance(x, str | bool | int | float | np.generic) for x in labels)
    return np.asarray(labels) if single and len(labels) == count else None
