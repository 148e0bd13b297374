"""NumPy arrays and torch tensors, alone or with labels."""

from typing import Any, ClassVar

import numpy as np
import torch

from elbowroom.data.assemble import assemble
from elbowroom.data.dataset import Dataset
from elbowroom.data.source import Request, Source


class Arrays(Source):
    """An array or a tensor of examples, or a pair of one and its labels."""

    options: ClassVar = frozenset({"missing", "levels", "shape", "layout"})

    def recognises(self, source: object) -> bool:
        """An array or tensor, or a pair that begins with one, or torch's TensorDataset."""
        return is_array(source) or _is_pair(source) or is_tensor_dataset(source)

    def read(self, source: Any, request: Request) -> Dataset:
        """Wrap the array; memory is shared where the number type allows it."""
        pair = source.tensors if is_tensor_dataset(source) else source
        examples, labels = (pair, None) if is_array(pair) else (*pair, None)[:2]
        labels = to_numpy(labels) if is_array(labels) else labels
        return assemble(to_numpy(examples), request, name="array", labels=labels)


def is_array(source: object) -> bool:
    """Whether this is a NumPy array or a torch tensor."""
    return isinstance(source, np.ndarray | torch.Tensor)


def is_tensor_dataset(source: object) -> bool:
    """Whether this is torch's TensorDataset, which holds its tensors in memory."""
    return isinstance(source, torch.utils.data.TensorDataset)


def to_numpy(array: Any) -> np.ndarray:
    """Return an array as NumPy's; bfloat16, which NumPy lacks, as float32."""
    if isinstance(array, torch.Tensor):
        array = array.detach().cpu()
        return (array.float() if array.dtype == torch.bfloat16 else array).numpy()
    return array


def _is_pair(source: object) -> bool:
    return isinstance(source, tuple | list) and len(source) == 2 and is_array(source[0])
