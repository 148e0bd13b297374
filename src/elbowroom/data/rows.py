"""Where the rows of a dataset are: in memory, or read when they are asked for."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import torch
from torch import Tensor


class Rows(ABC):
    """A numbered sequence of equally shaped tensors."""

    resident: ClassVar[bool]

    @abstractmethod
    def __len__(self) -> int:
        """Number of rows."""

    @abstractmethod
    def take(self, indices: Tensor) -> Tensor:
        """Return the rows with these numbers, in this order, (n, *shape)."""

    @property
    @abstractmethod
    def shape(self) -> tuple[int, ...]:
        """Shape of one row."""

    @property
    @abstractmethod
    def dtype(self) -> torch.dtype:
        """Type of the values."""

    @property
    def definition(self) -> str | None:
        """What all values follow from, where they are computed and not read."""
        return None


class Resident(Rows):
    """Rows held in one tensor: the fast way, for everything that fits in memory."""

    resident: ClassVar[bool] = True

    def __init__(self, values: Tensor) -> None:
        self.values = values

    def __len__(self) -> int:
        return self.values.shape[0]

    def take(self, indices: Tensor) -> Tensor:
        """Gather with one index_select; no Python per row."""
        return self.values.index_select(0, indices.to(self.values.device))

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of one row."""
        return tuple(self.values.shape[1:])

    @property
    def dtype(self) -> torch.dtype:
        """Type of the values."""
        return self.values.dtype


@dataclass(frozen=True, eq=False)
class Lazy(Rows):
    """Rows read or decoded at each visit, for sets larger than memory.

    Args:
        count: Number of rows.
        row_shape: Shape of one row.
        row_dtype: Type of the values that `read` returns.
        read: Called with an int64 array of row numbers, returns their values (n, *row_shape).
            Called from a background thread while training, so it must not share mutable state.
    """

    count: int
    row_shape: tuple[int, ...]
    row_dtype: torch.dtype
    read: Callable[[np.ndarray], Tensor]

    resident: ClassVar[bool] = False

    def __len__(self) -> int:
        return self.count

    def take(self, indices: Tensor) -> Tensor:
        """Read these rows now."""
        return self.read(indices.cpu().numpy())

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of one row."""
        return self.row_shape

    @property
    def dtype(self) -> torch.dtype:
        """Type of the values."""
        return self.row_dtype


@dataclass(frozen=True, eq=False)
class Computed(Lazy):
    """Rows that are made from their numbers alone.

    Args:
        defined_by: What they follow from, in words: rows of one definition are equal.
    """

    defined_by: str = ""

    @property
    def definition(self) -> str | None:
        """What all values follow from."""
        return self.defined_by
