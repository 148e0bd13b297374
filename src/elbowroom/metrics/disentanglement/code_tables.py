"""Tables of codes as they are given: checked, and which of their dimensions vary."""

import numpy as np
from torch import Tensor

from elbowroom.errors import DataError, ShapeError

_ROUNDING = 1e-6
"""Range of a dimension, as a share of its largest number, that single precision leaves to chance:
the last bits of one and the same number."""


def varies(codes: np.ndarray) -> np.ndarray:
    """Return which dimensions of codes (N, D) differ by more than rounding errors, bool (D,).

    >>> varies(np.array([[7.0, 0.0, 1e-9], [7.0000005, 0.0, 3e-9]]))
    array([False, False,  True])
    """
    return np.ptp(codes, axis=0) > _ROUNDING * np.abs(codes).max(0)


def rows_of(table: np.ndarray | Tensor, name: str, count: int) -> np.ndarray:
    """Return a table as an array of a row for each of `count` examples.

    Raises:
        ShapeError: If it is no table, or has another number of rows.
        DataError: If one of its numbers is not finite; examples are not looked at.
    """
    rows = table.detach().cpu().numpy() if isinstance(table, Tensor) else np.asarray(table)
    if rows.ndim < 2 or (rows.ndim > 2 and name != "examples") or 0 in rows.shape[1:]:
        raise ShapeError(f"{name} have shape {rows.shape}: give a row for each example, (N, D)")
    if len(rows) != count:
        raise ShapeError(
            f"there are {len(rows):,} {name} and factors of {count:,} examples: give the "
            "factors of exactly these examples, in the same order"
        )
    if name != "examples":
        refuse_not_finite(rows, name)
    return rows


def refuse_not_finite(rows: np.ndarray, name: str) -> None:
    """Raise for rows that hold NaN or infinity.

    Raises:
        DataError: With their number and the first of them.
    """
    finite = np.isfinite(rows).all(1)
    if not finite.all():
        raise DataError(
            f"{(~finite).sum():,} of {len(rows):,} {name} hold NaN or infinity, the first at index "
            f"{int(finite.argmin())}: remove them, and look for what made them"
        )
