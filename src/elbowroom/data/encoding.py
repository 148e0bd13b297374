"""How a stored array becomes rows: which axis is what, which number type, how many levels.

The rules, in order:

- `(N, D)` is a table, `(N, H, W)` a set of grey images.
- `(N, a, h, b)` is a set of images. Channels come first when only `a` is 1, 3 or 4, last when only
  `b` is; when both or neither are, the array is refused until `layout` says which.
- bool has 2 levels, uint8 256, uint16 65,536. Other whole-number images get 256 or 65,536 levels,
  the smaller that holds them. Floats, and other whole-number tables, are real numbers.
"""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from torch import Tensor

from elbowroom.data.dataset import Kind
from elbowroom.errors import ConfigError, DataError, ShapeError

Layout = Literal["auto", "channels-first", "channels-last"]
CHANNELS = (1, 3, 4)
DECLARED_LEVELS = {"b1": 2, "u1": 256, "u2": 65536}


@dataclass(frozen=True)
class Encoding:
    """From an array of n rows as stored to a tensor (n, *shape).

    Args:
        shape: Shape of one row of the result.
        levels: Number of levels, or None for real numbers.
        channels_last: Whether stored rows are (H, W, C).
    """

    shape: tuple[int, ...]
    levels: int | None
    channels_last: bool = False

    @property
    def kind(self) -> Kind:
        """'image' for three axes, 'table' for one."""
        return "image" if len(self.shape) == 3 else "table"

    @property
    def dtype(self) -> torch.dtype:
        """The narrowest of uint8, int32 and float32 that holds the values."""
        if self.levels is None:
            return torch.float32
        return torch.uint8 if self.levels <= 256 else torch.int32

    def __call__(self, stored: np.ndarray) -> Tensor:
        """Encode rows; shares their memory when nothing has to change."""
        if self.channels_last:
            stored = np.moveaxis(stored, -1, 1)
        wanted = np.dtype(str(self.dtype).removeprefix("torch."))
        values = np.ascontiguousarray(stored.reshape(len(stored), *self.shape), dtype=wanted)
        return torch.from_numpy(values if values.flags.writeable else values.copy())


def row_shape(
    stored: tuple[int, ...], layout: Layout, shape: tuple[int, ...] | None
) -> tuple[tuple[int, ...], bool]:
    """Tell the shape of one example and whether its channels come last.

    Args:
        stored: Shape of the whole array, rows first.
        layout: Where the channels are; 'auto' tells by the rule above.
        shape: What a flat row should be unfolded to, (C, H, W), (H, W) or (D,); None to keep it.

    Returns:
        The shape (C, H, W) or (D,), and whether stored rows are (H, W, C).

    Raises:
        ShapeError: No rule fits.

    Example:
        >>> row_shape((100, 28, 28), "auto", None)
        ((1, 28, 28), False)
        >>> row_shape((100, 32, 32, 3), "auto", None)
        ((3, 32, 32), True)
    """
    if shape is not None:
        if math.prod(shape) != math.prod(stored[1:]) or len(shape) not in (1, 2, 3):
            raise ShapeError(
                f"shape={list(shape)} has {math.prod(shape):,} values, but a row has "
                f"{math.prod(stored[1:]):,} {list(stored[1:])}. Give (C, H, W), (H, W) or (D,) "
                "with the same product."
            )
        if layout == "channels-last" and len(shape) == 3:
            return (shape[2], *shape[:2]), True
        return ((1, *shape) if len(shape) == 2 else tuple(shape)), False
    if len(stored) == 2:
        return stored[1:], False
    if len(stored) == 3:
        return (1, *stored[1:]), False
    if len(stored) != 4:
        raise ShapeError(
            f"An array of shape {stored} has {len(stored)} axes. Wanted are (N, D) for a table, "
            "(N, H, W) for grey images, (N, C, H, W) or (N, H, W, C) for images; reshape it."
        )
    last = {"channels-first": False, "channels-last": True}.get(layout)
    if last is None:
        first, last = stored[1] in CHANNELS, stored[3] in CHANNELS
        if first == last:
            raise ShapeError(
                f"Cannot tell where the channels of shape {stored} are: "
                f"{'both' if first else 'neither'} of axes 1 ({stored[1]}) and 3 ({stored[3]}) "
                f"{'are' if first else 'is'} 1, 3 or 4 long. Say layout='channels-first' or "
                "layout='channels-last'."
            )
    return ((stored[3], stored[1], stored[2]) if last else stored[1:]), last


def levels_of(dtype: np.dtype, kind: Kind, low: float, high: float) -> int | None:
    """Tell the number of levels from the type of the numbers, for whole-number images the range.

    Args:
        dtype: Type of the stored numbers.
        kind: 'image' or 'table'.
        low: Smallest value found.
        high: Largest value found.

    Returns:
        The number of levels; None for real numbers.

    Raises:
        DataError: Whole-number images with values below 0 or above 65,535.
    """
    declared = DECLARED_LEVELS.get(dtype.str[1:])
    if declared is not None or dtype.kind == "f" or kind == "table":
        return declared
    if low < 0 or high > 65535:
        raise DataError(
            f"These images hold whole numbers ({dtype}) from {low:g} to {high:g}; levels are "
            "counted from 0 to at most 65,535. Subtract the smallest value, or convert the array "
            "to float32 to treat them as real numbers."
        )
    return 256 if high <= 255 else 65536


def checked_levels(levels: int | None) -> int | None:
    """Return the option `levels` if a dataset can have that many.

    Raises:
        ConfigError: Fewer than 2 or more than 2**24 levels.
    """
    if levels is not None and not 2 <= levels <= 2**24:
        raise ConfigError(f"levels={levels} was asked for; it must be from 2 to {2**24:,}.")
    return levels
