"""A person's own table of factors: a column each, a row for every example, not on a grid."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from elbowroom.data.dataset import Dataset
from elbowroom.data.factor import Factor, refuse_constant
from elbowroom.data.factors import Factors
from elbowroom.data.frames import columns_of, declared_in
from elbowroom.data.kinds import Declared
from elbowroom.data.readers.tables import PARQUET, TEXT, read_frame
from elbowroom.errors import ConfigError, DataError

MOST_VALUES = 100
"""Numbers with more different values than this are taken for continuous ones."""


def with_factors(dataset: Dataset, table: Any) -> Dataset:
    """Put the factors of a table beside the examples of a dataset.

    Args:
        dataset: The examples.
        table: What `load` takes as `factors`; None for none.

    Raises:
        ConfigError: The data have factors of their own, or the table is of no known kind.
        DataError: Another number of rows than examples, or a column that cannot be used.
    """
    if table is None:
        return dataset
    if dataset.root_factors is not None:
        names = ", ".join(dataset.root_factors.names)
        raise ConfigError(f"{dataset.name!r} has factors of its own ({names}): give none.")
    factors = table if isinstance(table, Factors) else factors_from(table)
    if len(factors) != len(dataset.rows):
        raise DataError(
            f"{dataset.name!r} has {len(dataset.rows):,} examples, but its factors have "
            f"{len(factors):,} rows. Give one row for each example, in the same order."
        )
    return replace(dataset, root_factors=factors)


def factors_from(table: Any) -> Factors:
    """Read factors from a file, a frame, a dict of arrays or an array (N, F).

    Text, truth values and declared categories are discrete without order, unless a frame says
    that they have one. Numbers are ordered values where at most 100 of them differ and each occurs
    twice on average, and continuous otherwise.

    Args:
        table: The table.

    Raises:
        ConfigError: It is of no known kind.
        DataError: Values are missing or not finite, or a factor has one value.

    Example:
        >>> factors_from({"hue": ["red", "red", "blue", "red"], "angle": [0.1, 0.7, 0.4, 0.2]})
        Factors(4 examples: hue 2, angle continuous)
    """
    columns, declared, name = _columns(table)
    lengths = {column: len(values) for column, values in columns.items()}
    if not columns or len(set(lengths.values())) > 1 or not min(lengths.values()):
        said = ", ".join(f"{column} {length:,}" for column, length in lengths.items())
        raise DataError(f"{name} is no table: its columns have {said or 'no'} rows.")
    read = [_read(column, values, declared.get(column)) for column, values in columns.items()]
    distinct = {factor.name: len(np.unique(codes)) for factor, codes in read}
    refuse_constant(distinct, name)
    return Factors(
        tuple(factor for factor, _ in read), np.column_stack([codes for _, codes in read])
    )


def _columns(table: Any) -> tuple[dict[str, np.ndarray], Mapping[str, Declared], str]:
    """Return columns by name, what the table says of their categories, and what to call it."""
    if isinstance(table, str | Path):
        path = Path(table)
        if not path.is_file() or not path.name.lower().endswith(TEXT + PARQUET):
            raise ConfigError(
                f"factors={str(path)!r} is no table. Give the path of a CSV or Parquet file with "
                "a column for each factor and a row for each example."
            )
        frame, _ = read_frame(path)
        return columns_of(frame), declared_in(frame), str(path)
    if hasattr(table, "columns") and hasattr(table, "__getitem__"):
        return columns_of(table), declared_in(table), "the table of factors"
    if isinstance(table, Mapping):
        return {str(k): np.asarray(v) for k, v in table.items()}, {}, "the table of factors"
    array = np.asarray(table)
    if array.ndim != 2:
        raise ConfigError(
            f"factors of type {type(table).__name__} and shape {array.shape}: give a file, a "
            "frame, a dict of arrays or an array with a row for each example."
        )
    return {f"factor {i}": array[:, i] for i in range(array.shape[1])}, {}, "the array of factors"


def _read(name: str, values: np.ndarray, declared: Declared | None) -> tuple[Factor, np.ndarray]:
    """Return what a factor is, and its codes or numbers (N,) float64."""
    _refuse_unusable(name, values)
    if declared is not None:
        order = {value: code for code, value in enumerate(declared.values)}
        codes = np.array([order[value] for value in values.tolist()], dtype=np.float64)
        return Factor(
            name, "ordered" if declared.ordered else "categorical", declared.values
        ), codes
    number = values.dtype.kind in "iuf"
    distinct, codes = np.unique(values if number else values.astype(str), return_inverse=True)
    if number and (len(distinct) > MOST_VALUES or len(values) < 2 * len(distinct)):
        return Factor(name, "continuous"), values.astype(np.float64)
    kind = "ordered" if number else "categorical"
    return Factor(name, kind, tuple(distinct.tolist())), codes.astype(np.float64)


def _refuse_unusable(name: str, values: np.ndarray) -> None:
    """Raise for dates, several values in one, and values that are missing or infinite."""
    if values.ndim != 1 or values.dtype.kind in "mMcV":
        what = f"shape {values.shape}" if values.ndim != 1 else f"type {values.dtype}"
        raise DataError(f"The factor {name!r} has {what}: give one number or word a row.")
    if values.dtype.kind == "O":
        bad = np.array([value is None or value != value for value in values])
    else:
        bad = ~np.isfinite(values) if values.dtype.kind == "f" else np.zeros(len(values), bool)
    if bad.any():
        raise DataError(
            f"The factor {name!r} is missing or not finite for {int(bad.sum()):,} examples, the "
            f"first at row index {int(bad.argmax())}. Fill it in, or leave the factor out."
        )
