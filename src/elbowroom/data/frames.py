"""Named columns to a table of numbers: of frames, pandas or polars alike, or of arrays."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from elbowroom.data.assemble import assemble
from elbowroom.data.dataset import Dataset
from elbowroom.data.source import Request
from elbowroom.data.survey import by_column
from elbowroom.errors import ConfigError, DataError, did_you_mean


def columns_of(frame: Any) -> dict[str, np.ndarray]:
    """Return the columns of a pandas or polars frame; other values than numbers as objects.

    Args:
        frame: The table.

    Returns:
        Arrays (N,) by name; missing values are NaN among numbers, None among objects.
    """
    return {str(name): _array(frame[name]) for name in frame.columns}


def from_columns(
    table: Mapping[str, np.ndarray],
    request: Request,
    *,
    name: str,
    row_name: Callable[[int], str] = "row index {}".format,
    **known: Any,
) -> Dataset:
    """Make a dataset from named columns.

    Args:
        table: Arrays (N,) by name.
        request: The options of `load`; `columns` and `labels` name columns.
        name: What to call the data.
        row_name: Names a row for messages.
        **known: What the source knows besides; see `assemble`.

    Returns:
        A table of the wanted columns, all of them but the labels by default.

    Raises:
        ConfigError: An unknown column.
        DataError: Text or dates where numbers belong.
    """
    wanted = request.columns or tuple(c for c in table if c != request.labels)
    for column in (*wanted, *((request.labels,) if request.labels else ())):
        if column not in table:
            raise ConfigError(
                f"{name!r} has no column {column!r}.{did_you_mean(column, table)} "
                f"It has {', '.join(list(table)[:20])}{' ...' if len(table) > 20 else ''}."
            )
    count = len(next(iter(table.values()), ()))
    if not wanted or not count:
        raise DataError(f"{name!r} is empty: {count:,} rows, {len(wanted)} columns of data.")
    values = [_numbers(table[column], column, name, row_name) for column in wanted]
    if request.labels:
        known["labels"] = table[request.labels]
    return assemble(
        _side_by_side(values),
        request,
        name=name,
        columns=wanted,
        locate=by_column(wanted, row_name),
        **known,
    )


def _array(series: Any) -> np.ndarray:
    """Return one column as an array."""
    values = series.to_numpy()
    if values.dtype.kind in "biufmM":
        return values
    missing = np.asarray(series.isna() if hasattr(series, "isna") else series.is_null())
    objects = values.astype(object)
    objects[missing] = None
    return objects


def _numbers(
    values: np.ndarray, column: str, name: str, row_name: Callable[[int], str]
) -> np.ndarray:
    """Return a column as numbers, missing ones as NaN."""
    if values.dtype.kind in "biuf":
        return values
    if values.dtype.kind in "mM":
        raise DataError(
            f"{name!r} has dates or times in column {column!r} ({row_name(0)}: {values[0]}). "
            "Turn them into numbers, or name the columns to use: columns=('a', 'b') "
            "(--data.columns a,b)."
        )
    numbers = np.full(len(values), np.nan)
    for row, value in enumerate(values):
        try:
            numbers[row] = np.nan if value is None else float(value)
        except (TypeError, ValueError):
            raise DataError(
                f"{name!r} has text where a number belongs: {str(value)[:60]!r} in column "
                f"{column!r}, {row_name(row)}. {_way_out(values, column)}"
            ) from None
    return numbers


def _way_out(values: np.ndarray, column: str) -> str:
    """Suggest what a column of text may be good for."""
    different = {str(value) for value in values}
    mostly_numbers = sum(is_number(value) for value in different) > len(different) / 2
    if mostly_numbers or len(different) > max(20, len(values) // 20):
        return (
            "Mend the value, or name the columns to use: columns=('a', 'b') (--data.columns a,b)."
        )
    return (
        f"If it holds classes, name it as labels={column!r} (--data.labels {column}). Otherwise "
        "name the columns to use: columns=('a', 'b') (--data.columns a,b), or encode it as numbers."
    )


def is_number(text: str) -> bool:
    """Whether a text reads as a number."""
    try:
        float(text)
    except ValueError:
        return False
    return True


def _side_by_side(values: Sequence[np.ndarray]) -> np.ndarray:
    """Stack columns; keep their own type when all are bytes or truth values."""
    kinds = {column.dtype.str[1:] for column in values}
    if kinds not in ({"b1"}, {"u1"}):
        values = [column.astype(np.float64) for column in values]
    return np.column_stack(values)
