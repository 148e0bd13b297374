"""What can be asked of a session: codes and numbers that are what they should be, or a refusal."""

import numpy as np
import torch
from torch import Tensor

from elbowroom.errors import ConfigError, ShapeError

VALUES = 2**22
"""Values of examples in one answer at most: 16 MB."""


def check_count(count: int, each: int) -> None:
    """Refuse more of something than there is room for in one answer.

    Args:
        count: How many.
        each: Values that each of them takes.

    Raises:
        ConfigError: If there are too many, or none.
    """
    check_number(count, max(VALUES // each, 1))


def check_number(count: int, most: int) -> None:
    """Refuse a number that is not from 1 to `most`.

    Raises:
        ConfigError: If it is not.
    """
    if not 1 <= count <= most:
        raise ConfigError(f"{count:,} were asked for at once; it must be from 1 to {most:,}")


def check_unit(unit: int, units: int) -> None:
    """Refuse a unit that there is none of.

    Raises:
        ConfigError: If there is none.
    """
    if not 0 <= unit < units:
        raise ConfigError(f"there is no unit {unit}; they have numbers from 0 to {units - 1}")


def codes_of(given: np.ndarray, units: int, values: int) -> Tensor:
    """Return codes as float32, (n, units).

    Args:
        given: The codes.
        units: Units of a code.
        values: Values of the example that a code is decoded to.

    Raises:
        ShapeError: If they have another shape.
        ConfigError: If there are too many for one answer.
    """
    if given.ndim != 2 or given.shape[1] != units or not len(given):
        raise ShapeError(
            f"codes of this run have {units} units, one or more codes in a row of values; "
            f"these have the shape {given.shape}"
        )
    check_count(len(given), max(units, values))
    return torch.from_numpy(np.ascontiguousarray(given, dtype=np.float32))
