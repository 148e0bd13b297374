"""The check at the door: one streaming pass over real data before anything else sees it."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from elbowroom.errors import DataError, SupportError

Locate = Callable[[tuple[int, ...]], str]


@dataclass(frozen=True)
class Survey:
    """What one pass found.

    Args:
        low: Smallest finite value.
        high: Largest finite value.
        whole: Whether all values are whole numbers.
        bad: Row numbers that hold NaN or infinity, sorted.
        n_nan: Number of NaN values.
        n_infinite: Number of infinite values.
        first: Index of the first value that is not finite.
    """

    low: float
    high: float
    whole: bool
    bad: np.ndarray
    n_nan: int = 0
    n_infinite: int = 0
    first: tuple[int, ...] | None = None

    @classmethod
    def by_type(cls, levels: int) -> "Survey":
        """Return what the number type alone says, without looking: 0 to levels - 1, no gaps."""
        return cls(0, levels - 1, True, np.zeros(0, dtype=np.int64))


def survey(chunks: Iterable[np.ndarray], name: str) -> Survey:
    """Look at every value once.

    Args:
        chunks: Numeric arrays (n, ...), consecutive rows.
        name: What to call the data in messages.

    Returns:
        The range, whether all are whole numbers, and where values are not finite.

    Raises:
        DataError: float32 cannot tell the values of a column apart, or hold them at all.
    """
    lows, highs, bad, whole, row = [], [], [], True, 0
    n_nan = n_infinite = 0
    first: tuple[int, ...] | None = None
    for chunk in chunks:
        finite = np.isfinite(chunk)
        if not finite.all():
            nan = np.isnan(chunk)
            n_nan, n_infinite = n_nan + int(nan.sum()), n_infinite + int((~finite & ~nan).sum())
            where = np.argwhere(~finite)
            first = first or (int(where[0][0]) + row, *(int(i) for i in where[0][1:]))
            bad.append(np.unique(where[:, 0]) + row)
            chunk = chunk[finite.reshape(len(chunk), -1).all(axis=1)]
        row += len(finite)
        if len(chunk):
            lows.append(chunk.min(axis=0))
            highs.append(chunk.max(axis=0))
            whole = whole and (chunk.dtype.kind != "f" or bool((chunk == np.floor(chunk)).all()))
    low = np.min(lows, axis=0) if lows else np.zeros(1)
    high = np.max(highs, axis=0) if highs else np.zeros(1)
    _check_float32(low.astype(np.float64), high.astype(np.float64), name)
    rows = np.concatenate(bad) if bad else np.zeros(0, dtype=np.int64)
    return Survey(float(low.min()), float(high.max()), whole, rows, n_nan, n_infinite, first)


def refuse_gaps(
    found: Survey, name: str, locate: Locate, remedy: str = "Remove or fill them in."
) -> None:
    """Raise when the survey met values that are not finite.

    Raises:
        DataError: With the counts, the first position and the number of rows affected.
    """
    if found.first is None:
        return
    counted = ((found.n_nan, "missing (NaN)"), (found.n_infinite, "infinite"))
    what = " and ".join(f"{n:,} {kind}" for n, kind in counted if n)
    total = found.n_nan + found.n_infinite
    raise DataError(
        f"{name!r} has {what} value{'s' if total > 1 else ''} in {len(found.bad):,} "
        f"row{'s' if len(found.bad) > 1 else ''}; the first is at {locate(found.first)}. {remedy}"
    )


def refuse_off_grid(
    chunks: Iterable[np.ndarray], levels: int, name: str, locate: Locate, found: Survey
) -> None:
    """Raise unless every value is one of 0 .. levels - 1.

    Raises:
        SupportError: With the count, the first position and the range found.
    """
    if found.whole and found.low >= 0 and found.high <= levels - 1:
        return
    count, row, first, value = 0, 0, None, math.nan
    for chunk in chunks:
        off = (chunk < 0) | (chunk > levels - 1) | (chunk != np.floor(chunk))
        if off.any() and first is None:
            where = np.argwhere(off)[0]
            value = float(chunk[tuple(where)])
            first = (int(where[0]) + row, *(int(i) for i in where[1:]))
        count, row = count + int(off.sum()), row + len(chunk)
    raise SupportError(
        f"levels={levels} means whole numbers from 0 to {levels - 1}, but {name!r} has {count:,} "
        f"other value{'s' if count > 1 else ''}; the first is {value:g} at "
        f"{locate(first or (0,))}, and the range is {found.low:g} to {found.high:g}. "
        "Leave `levels` out for real numbers, or rescale."
    )


def by_index(index: tuple[int, ...]) -> str:
    """Name a position in an array: 'index [3, 0, 5]'."""
    return f"index {list(index)}"


def by_column(columns: Sequence[str], row_name: Callable[[int], str]) -> Locate:
    """Name positions in a table: "row 3, column 'age'"."""
    return lambda index: f"{row_name(index[0])}, column {columns[index[-1]]!r}"


def _check_float32(low: np.ndarray, high: np.ndarray, name: str) -> None:
    """Values are kept as float32: refuse columns that it would flatten or overflow."""
    largest = np.maximum(np.abs(low), np.abs(high))
    if largest.max() > np.finfo(np.float32).max:
        raise DataError(
            f"{name!r} has values up to {largest.max():g}, beyond float32. Rescale the data."
        )
    resolution = np.spacing(largest.astype(np.float32)).astype(np.float64)
    flat = (high > low) & (high - low < 1000 * resolution)
    if flat.any():
        where = tuple(int(i) for i in np.argwhere(flat)[0])
        raise DataError(
            f"{name!r} has values from {low[where]:.17g} to {high[where]:.17g} in column "
            f"{where[-1] if where else 0}: their spread is too small for their size, and float32 "
            "would merge them. Subtract the smallest value first (dates and counters often need "
            "this)."
        )
