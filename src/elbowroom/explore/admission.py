"""Values that a person made: brought into the set that the data live in, or refused in words."""

from math import prod

import numpy as np
import torch
from torch import Tensor

from elbowroom.data import Column, Domain
from elbowroom.data.columns import KINDS
from elbowroom.errors import DataError, ShapeError


def admitted(values: np.ndarray, domain: Domain) -> Tensor:
    """Return raw values as examples that the data could hold.

    Levels and codes of categories are rounded to the nearest there is, and values beyond the ends
    are brought to them. What has no nearest, such as a negative number where only positive ones
    are possible, is refused.

    Args:
        values: Raw values of N examples, (N, values).
        domain: The possible values of the raw data.

    Returns:
        Examples, (N, *shape), float32.

    Raises:
        ShapeError: If there are more or fewer values than an example has.
        DataError: If a value is not finite or does not belong where it is.

    Example:
        >>> admitted(np.array([[-1.0, 2.4]]), Domain((2,), levels=5, low=0, high=4))
        tensor([[0., 2.]])
    """
    size = prod(domain.shape)
    if values.ndim != 2 or values.shape[1] != size:
        raise ShapeError(
            f"an example of this run has {size:,} values (shape {tuple(domain.shape)}), and "
            f"{values.shape[-1]:,} were given"
        )
    if not np.isfinite(values).all():
        raise DataError("a value is not a finite number; leave no field empty")
    if domain.columns is not None:
        columns = zip(values.T, domain.columns, strict=True)
        made = np.stack([_column(numbers, column) for numbers, column in columns], axis=1)
    else:
        made = np.clip(values, domain.low, domain.high)
        if domain.levels is not None:
            made = domain.low + np.rint((made - domain.low) / domain.spacing) * domain.spacing
    return torch.from_numpy(made.astype(np.float32)).reshape(-1, *domain.shape)


def _column(numbers: np.ndarray, column: Column) -> np.ndarray:
    if column.levels is not None:
        return np.clip(np.rint(numbers), 0, column.levels - 1)
    made = np.rint(numbers) if column.kind == "counts" else numbers
    kind = KINDS[column.kind]
    bad = ~kind.takes(made)
    if bad.any():
        raise DataError(
            f"{numbers[bad.argmax()]:g} does not belong in the column {column.name!r} of "
            f"{kind.words}: wanted are {kind.wanted}"
        )
    return made
