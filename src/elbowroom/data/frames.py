"""Named columns to a dataset: of frames, pandas or polars alike, or of arrays."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from elbowroom.data.assemble import assemble
from elbowroom.data.columns import Column
from elbowroom.data.dataset import Dataset
from elbowroom.data.kinds import Declared, learn
from elbowroom.data.source import Request
from elbowroom.data.survey import by_column
from elbowroom.errors import ConfigError, DataError, did_you_mean


def from_frame(frame: Any, request: Request, *, name: str, **known: Any) -> Dataset:
    """Make a dataset from a pandas or polars frame; see `from_columns`."""
    columns = columns_of(frame)
    return from_columns(columns, request, name=name, declared=declared_in(frame), **known)


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
    declared: Mapping[str, Declared] | None = None,
    **known: Any,
) -> Dataset:
    """Make a dataset from named columns.

    Args:
        table: Arrays (N,) by name.
        request: The options of `load`; `columns`, `labels`, `exclude` and the kinds name columns.
        name: What to call the data.
        row_name: Names a row for messages.
        declared: What the source says of columns of categories.
        **known: What the source knows besides; see `assemble`.

    Returns:
        A table of the wanted columns, all of them but the labels by default.

    Raises:
        ConfigError: An unknown column.
        DataError: Values that cannot be used; the message names the column.
    """
    wanted = _wanted(table, request, name)
    for column in wanted:
        _refuse_dates(table[column], column, name, row_name)

    def locate(row: int, column: str) -> str:
        return f"{row_name(row)}, column {column!r}"

    kinds = request.known or learn(table, wanted, request, declared or {}, name, locate)
    read = [Column(column, "real") for column in wanted] if kinds is None else kinds
    values = [_encoded(column, table[column.name], kinds is None, name, locate) for column in read]
    if request.labels:
        known["labels"] = table[request.labels]
    return assemble(
        _side_by_side(values),
        request,
        name=name,
        columns=wanted,
        kinds=kinds,
        locate=by_column(wanted, row_name),
        **known,
    )


def _wanted(table: Mapping[str, np.ndarray], request: Request, name: str) -> tuple[str, ...]:
    """Return the columns to use."""
    excluded = request.exclude or ()
    chosen = request.columns
    if request.known is not None:
        chosen = tuple(column.name for column in request.known)
    wanted = tuple(
        c for c in chosen or table if c not in excluded and (chosen or c != request.labels)
    )
    for column in (*wanted, *excluded, *((request.labels,) if request.labels else ())):
        if column not in table:
            raise ConfigError(
                f"{name!r} has no column {column!r}.{did_you_mean(column, table)} "
                f"It has {', '.join(list(table)[:20])}{' ...' if len(table) > 20 else ''}."
            )
    count = len(next(iter(table.values()), ()))
    if not wanted or not count:
        raise DataError(f"{name!r} is empty: {count:,} rows, {len(wanted)} columns of data.")
    return wanted


def _encoded(
    column: Column, found: np.ndarray, plain: bool, name: str, locate: Callable[[int, str], str]
) -> np.ndarray:
    """Return a column as numbers; of a table of one kind, in the type that they have."""
    if plain and found.dtype.kind in "biuf":
        return found
    try:
        return column.encode(found, lambda row: locate(row, column.name))
    except DataError as error:
        raise DataError(f"{name!r} has {error}") from None


def declared_in(frame: Any) -> dict[str, Declared]:
    """Return the categories that a pandas frame declares, of those that occur."""
    declared = {}
    for name in frame.columns:
        dtype = frame[name].dtype
        categories = getattr(dtype, "categories", None)
        if categories is not None and hasattr(dtype, "ordered"):
            occurring = set(frame[name].dropna().unique())
            values = tuple(v for v in np.asarray(categories).tolist() if v in occurring)
            declared[str(name)] = Declared(values, bool(dtype.ordered))
    return declared


def _array(series: Any) -> np.ndarray:
    """Return one column as an array."""
    values = series.to_numpy()
    if values.dtype.kind in "biufmM":
        return values
    missing = np.asarray(series.isna() if hasattr(series, "isna") else series.is_null())
    objects = values.astype(object)
    objects[missing] = None
    return objects


def _refuse_dates(
    values: np.ndarray, column: str, name: str, row_name: Callable[[int], str]
) -> None:
    """Raise for dates and times: what they are to mean is for a person to say."""
    if values.dtype.kind in "mM":
        raise DataError(
            f"{name!r} has dates or times in column {column!r} ({row_name(0)}: {values[0]}). "
            "Turn them into numbers, leave the column out (--data.exclude), or name the columns "
            "to use: columns=('a', 'b') (--data.columns a,b)."
        )


def _side_by_side(values: Sequence[np.ndarray]) -> np.ndarray:
    """Stack columns; keep their own type when all are bytes or truth values."""
    kinds = {column.dtype.str[1:] for column in values}
    if kinds not in ({"b1"}, {"u1"}):
        values = [column.astype(np.float64) for column in values]
    return np.column_stack(values)
