"""The dataset: rows, what they are, and views of them."""

import hashlib
import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np
import torch
from torch import Tensor

from elbowroom.data.columns import Column
from elbowroom.data.domain import Domain
from elbowroom.data.factors import Factors
from elbowroom.data.rows import Resident, Rows
from elbowroom.errors import DataError

Kind = Literal["image", "table"]
CHUNK_BYTES = 2**25


@dataclass(frozen=True, eq=False, repr=False)
class Dataset:
    """Examples of one shape, in raw units, with optional labels. Made by `load`.

    A dataset never changes and `subset` copies nothing: a view keeps the same rows and remembers
    which of them are its own (`indices`).

    Args:
        rows: Where the values are, `Resident` or `Lazy`.
        name: What to call it in tables and titles.
        kind: 'image' for rows of shape (C, H, W), 'table' for (D,).
        levels: Values are the whole numbers 0 .. levels - 1; None for real numbers.
        low: Smallest value that real-valued data can take.
        high: Largest value that real-valued data can take.
        columns: Names of the D columns of a table.
        kinds: What each column of a table of mixed type holds; None where all values are alike.
        root_labels: One label for each of `rows`: int64 class numbers, or float64 quantities.
        label_names: Names of the classes; None when labels are quantities.
        root_factors: The factors that each of `rows` was made from.
        root_official: Marks which of `rows` are the source's own test set.
        notes: What was decided or changed on the way in, as sentences.
        indices: Which of `rows` belong to this view; None for all.

    Example:
        >>> from elbowroom.data import load
        >>> digits = load("digits")
        >>> digits
        Dataset('digits', 1,797 images of 1x8x8, 17 levels from 0 to 16, 10 classes)
        >>> digits.subset([3, 1, 4]).take(torch.tensor([0])).shape
        torch.Size([1, 1, 8, 8])
    """

    rows: Rows
    name: str
    kind: Kind
    levels: int | None = None
    low: float = -math.inf
    high: float = math.inf
    columns: tuple[str, ...] | None = None
    kinds: tuple[Column, ...] | None = None
    root_labels: np.ndarray | None = None
    label_names: tuple[str, ...] | None = None
    root_factors: Factors | None = None
    root_official: np.ndarray | None = None
    notes: tuple[str, ...] = ()
    indices: Tensor | None = None

    def __len__(self) -> int:
        return len(self.rows) if self.indices is None else len(self.indices)

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of one example, (C, H, W) or (D,)."""
        return self.rows.shape

    @property
    def dtype(self) -> torch.dtype:
        """Type of the raw values: uint8, int32 (more than 256 levels) or float32."""
        return self.rows.dtype

    @property
    def resident(self) -> bool:
        """Whether all rows are held in memory."""
        return self.rows.resident

    @property
    def domain(self) -> Domain:
        """The set of possible raw values."""
        if self.levels is None:
            return Domain(self.shape, None, self.low, self.high, self.kinds)
        return Domain(self.shape, self.levels, 0, self.levels - 1)

    @property
    def labels(self) -> np.ndarray | None:
        """Labels of these examples, (N,); None when there are none."""
        return self._own(self.root_labels)

    @cached_property
    def factors(self) -> Factors | None:
        """What these examples were made from; None where that is not known."""
        if self.root_factors is None or self.indices is None:
            return self.root_factors
        return self.root_factors.subset(self.root_positions)

    @property
    def official_test(self) -> np.ndarray | None:
        """Marks the examples of the source's own test set, (N,) bool; None when it has none."""
        return self._own(self.root_official)

    @property
    def root_positions(self) -> np.ndarray:
        """Which of the rows these examples are, int64 (N,)."""
        return np.arange(len(self)) if self.indices is None else self.indices.cpu().numpy()

    @property
    def bytes(self) -> int:
        """Memory that the raw values of these examples take."""
        return len(self) * max(1, math.prod(self.shape)) * self.dtype.itemsize

    def take(self, indices: Tensor) -> Tensor:
        """Return examples by position, raw values in the stored type.

        Args:
            indices: int64 positions within this dataset, (n,).

        Returns:
            A tensor (n, *shape), a copy.
        """
        return self.rows.take(indices if self.indices is None else self.indices[indices])

    def subset(self, indices: Tensor | np.ndarray | Sequence[int]) -> "Dataset":
        """Return a view of some of these examples, in the order given.

        Args:
            indices: Positions within this dataset, from 0 to N - 1.

        Returns:
            A dataset that shares the rows.

        Raises:
            DataError: No positions, or one beyond the end.
        """
        chosen = torch.as_tensor(indices, dtype=torch.int64)
        if chosen.numel() == 0:
            raise DataError(f"A subset of {self.name!r} without examples. Give at least one index.")
        low, high = int(chosen.min()), int(chosen.max())
        if low < 0 or high >= len(self):
            raise DataError(
                f"{self.name!r} has examples 0 to {len(self) - 1:,}, "
                f"but the subset asks for {low if low < 0 else high:,}."
            )
        return replace(self, indices=chosen if self.indices is None else self.indices[chosen])

    def chunks(self, size: int | None = None) -> Iterator[Tensor]:
        """Go once through all examples in order.

        Args:
            size: Examples a chunk; None for about 32 MB.

        Yields:
            Raw values (n, *shape); the last chunk may be shorter.
        """
        size = size or max(1, CHUNK_BYTES // max(1, self.bytes // len(self)))
        for start in range(0, len(self), size):
            yield self.take(torch.arange(start, min(start + size, len(self))))

    def digest(self) -> str:
        """Return the SHA-256 of shape, type, levels and values, in hexadecimal.

        Equal for equal content wherever it came from; labels and names do not count, but what a
        code stands for does. Computed once in a streaming pass and remembered. Of rows that are
        drawn from a definition, that and the choice of rows are hashed instead of their values.
        """
        return self._digest

    @property
    def meaning(self) -> str:
        """What the numbers of a table of mixed type stand for; empty where they are just numbers.

        A digest of values begins with it, since equal numbers are not equal data if they mean
        different things.
        """
        if self.kinds is None:
            return ""
        return json.dumps([[column.counting, column.values] for column in self.kinds])

    def to(self, device: torch.device | str) -> "Dataset":
        """Return the same data on another device; rows that are read lazily stay where they are."""
        if not isinstance(self.rows, Resident):
            return self
        indices = None if self.indices is None else self.indices.to(device)
        return replace(self, rows=Resident(self.rows.values.to(device)), indices=indices)

    @cached_property
    def _digest(self) -> str:
        sha = hashlib.sha256(f"{self.shape} {self.dtype} {self.levels}".encode())
        sha.update(self.meaning.encode())
        if self.rows.definition is not None:
            sha.update(self.rows.definition.encode() + self.root_positions.astype("<i8").tobytes())
            return sha.hexdigest()
        for chunk in self.chunks():
            sha.update(np.ascontiguousarray(chunk.cpu().numpy()).data)
        return sha.hexdigest()

    def _own(self, values: np.ndarray | None) -> np.ndarray | None:
        return values if values is None else values[self.root_positions]

    def __repr__(self) -> str:
        rows = "images" if self.kind == "image" else "rows"
        parts = [
            repr(self.name),
            f"{len(self):,} {rows} of {'x'.join(map(str, self.shape))}",
            str(self.domain),
        ]
        if self.label_names is not None:
            parts.append(f"{len(self.label_names)} classes")
        if not self.resident:
            parts.append(
                "read from disk as needed" if self.rows.definition is None else "drawn as needed"
            )
        return f"Dataset({', '.join(parts)})"
