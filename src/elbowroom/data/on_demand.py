"""An array whose rows are made when they are asked for: decoded images, items of a dataset."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from elbowroom.errors import DataError


@dataclass(frozen=True, eq=False)
class OnDemand:
    """Looks like an array (N, *row) to those who read it by rows.

    Args:
        count: Number of rows.
        example: One row; all others have its shape and number type.
        row: Makes one row, by number.
        describe: Names a row for messages.
    """

    count: int
    example: np.ndarray
    row: Callable[[int], np.ndarray]
    describe: Callable[[int], str] = "row index {}".format

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the whole."""
        return (self.count, *self.example.shape)

    @property
    def dtype(self) -> np.dtype:
        """Type of the numbers."""
        return self.example.dtype

    @property
    def nbytes(self) -> int:
        """Memory that the whole would take."""
        return self.count * self.example.nbytes

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, rows: slice | np.ndarray) -> np.ndarray:
        numbers = range(*rows.indices(self.count)) if isinstance(rows, slice) else rows.tolist()
        out = np.empty((len(numbers), *self.example.shape), self.dtype)
        for place, number in enumerate(numbers):
            value = self.row(number)
            if value.shape != self.example.shape or value.dtype != self.dtype:
                raise DataError(
                    f"{self.describe(number)} has shape {value.shape} and type {value.dtype}, but "
                    f"the first has {self.example.shape} and {self.dtype}. All must be alike: "
                    "resize or convert them."
                )
            out[place] = value
        return out
