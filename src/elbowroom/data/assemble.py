"""From an array to a dataset, by way of every check: where most sources meet."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from elbowroom.data.columns import Column, in_words
from elbowroom.data.dataset import CHUNK_BYTES, Dataset
from elbowroom.data.encoding import (
    DECLARED_LEVELS,
    Encoding,
    checked_levels,
    levels_of,
    row_shape,
)
from elbowroom.data.labels import encode_labels
from elbowroom.data.on_demand import OnDemand
from elbowroom.data.rows import Lazy, Resident, Rows
from elbowroom.data.source import Request
from elbowroom.data.survey import Locate, Survey, by_index, refuse_gaps, refuse_off_grid, survey
from elbowroom.errors import ConfigError, DataError, ShapeError


def assemble(
    array: np.ndarray | OnDemand,
    request: Request,
    *,
    name: str,
    labels: Any = None,
    label_names: tuple[str, ...] | None = None,
    columns: tuple[str, ...] | None = None,
    kinds: tuple[Column, ...] | None = None,
    official_test: np.ndarray | None = None,
    notes: tuple[str, ...] = (),
    locate: Locate = by_index,
) -> Dataset:
    """Check an array of examples and wrap it as a dataset.

    Args:
        array: Examples along the first axis; a memory map stays on disk when it is large.
        request: The options of `load`.
        name: What to call the data.
        labels: One label for each example, of any type.
        label_names: Names of the classes, when the source has better ones than the labels.
        columns: Names of the columns of a table.
        kinds: What they hold, in a table of mixed type.
        official_test: Marks the source's own test set, (N,) bool.
        notes: What the reader changed or decided.
        locate: Names a position for messages.

    Returns:
        The dataset, with all values known to be usable.

    Raises:
        DataError: Empty, one example, not numbers, not finite.
        ShapeError: A number of axes that fits neither tables nor images.
    """
    name = request.name or name
    array = numeric(array, name)
    refuse_too_few(array.shape, name)
    _refuse_uniform(kinds, request, name)
    shape, channels_last = row_shape(array.shape, request.layout, request.shape)
    kind = "image" if len(shape) == 3 else "table"

    found = _survey(array, name, request)
    keep = np.delete(np.arange(len(array)), found.bad)
    if len(keep) < len(array):
        if request.missing == "refuse":
            remedy = "Fill them in, or drop those rows: missing='drop' (--data.missing drop)."
            refuse_gaps(found, name, locate, remedy)
        refuse_too_few((len(keep), *array.shape[1:]), f"{name} without incomplete rows")
        notes += (f"{len(found.bad):,} rows with missing or infinite values were dropped.",)

    levels = checked_levels(request.levels) or levels_of(array.dtype, kind, found.low, found.high)
    if request.levels:
        refuse_off_grid(row_chunks(array), request.levels, name, locate, found)
    encoding = Encoding(shape, levels, channels_last)
    codes, names = (None, None) if labels is None else encode_labels(labels, len(array), name)
    unit = levels is None and kinds is None and found.low >= 0 and found.high <= 1
    dataset = Dataset(
        rows=_rows(array, encoding, request),
        name=name,
        kind=kind,
        levels=levels,
        low=0.0 if unit else -np.inf,
        high=1.0 if unit else np.inf,
        columns=_columns(columns, shape) if kind == "table" else None,
        kinds=kinds,
        root_labels=codes,
        label_names=label_names if names is not None and label_names else names,
        root_official=official_test,
        notes=notes + (_hints(found, levels, request) if kinds is None else ()),
    )
    return dataset if len(keep) == len(array) else dataset.subset(keep)


def numeric(array: np.ndarray | OnDemand, name: str) -> np.ndarray | OnDemand:
    """Return the array if it holds plain numbers; arrays of objects are converted.

    Raises:
        DataError: With the first value that is no number.
    """
    if array.dtype.kind in "biuf":
        return array
    if isinstance(array, np.ndarray) and array.dtype.kind in "OUS":
        try:
            return array.astype(np.float64)
        except (TypeError, ValueError):
            for index in np.ndindex(array.shape):
                try:
                    float(array[index])
                except (TypeError, ValueError):
                    raise DataError(
                        f"{name!r} has {str(array[index])[:40]!r} at {by_index(index)} where a "
                        "number belongs. Leave that column out, or encode it as numbers."
                    ) from None
    raise DataError(
        f"{name!r} holds values of type {array.dtype}; wanted are whole or real numbers. "
        "Convert it first, for example with array.astype('float32')."
    )


def refuse_too_few(shape: tuple[int, ...], name: str) -> None:
    """Raise unless there are two examples with at least one value each.

    Raises:
        ShapeError: A single axis or none.
        DataError: No examples, one example, or examples without values.
    """
    if len(shape) < 2:
        raise ShapeError(
            f"{name!r} has shape {shape}: {'a single axis' if shape else 'a single number'}. "
            "Examples go along the first axis and their values along the others; "
            "array.reshape(-1, 1) makes a table of one column."
        )
    if 0 in shape:
        raise DataError(f"{name!r} is empty: its shape is {shape}. Give at least 2 examples.")
    if shape[0] == 1:
        raise DataError(
            f"{name!r} has one example (shape {shape}). A model needs at least 2, and some kept "
            "apart for validation and test."
        )


def row_chunks(array: np.ndarray | OnDemand) -> Iterator[np.ndarray]:
    """Yield consecutive rows, about 32 MB at a time."""
    size = max(1, CHUNK_BYTES // max(1, array.nbytes // len(array)))
    for start in range(0, len(array), size):
        yield np.asarray(array[start : start + size])


def file_name(path: Path) -> str:
    """Name a dataset after its file: 'train.npy' -> 'train'."""
    return path.name.split(".")[0] or path.name


def _survey(array: np.ndarray | OnDemand, name: str, request: Request) -> Survey:
    """Look at all values, unless their type says enough."""
    declared = DECLARED_LEVELS.get(array.dtype.str[1:])
    if declared and request.levels is None:
        return Survey.by_type(declared)
    return survey(row_chunks(array), name)


def _rows(array: np.ndarray | OnDemand, encoding: Encoding, request: Request) -> Rows:
    """Keep the rows in memory, unless they come from a disk and are too many."""
    if not isinstance(array, np.memmap | OnDemand):
        return Resident(encoding(array))
    if array.nbytes <= request.resident_bytes:
        return Resident(encoding(np.array(array[:])))
    return Lazy(len(array), encoding.shape, encoding.dtype, lambda rows: encoding(array[rows]))


def _refuse_uniform(kinds: tuple[Column, ...] | None, request: Request, name: str) -> None:
    """Raise for options that say the same of all values where columns differ in kind.

    Raises:
        ConfigError: `levels` or `shape` was given.
    """
    given = [option for option in ("levels", "shape") if getattr(request, option) is not None]
    if kinds is not None and given:
        raise ConfigError(
            f"{given[0]} says something of all values alike, but {name!r} has {in_words(kinds)}. "
            "Leave it out, or use columns of one kind: columns=('a', 'b') (--data.columns a,b)."
        )


def _columns(columns: tuple[str, ...] | None, shape: tuple[int, ...]) -> tuple[str, ...]:
    return columns or tuple(f"column {i}" for i in range(shape[0]))


def _hints(found: Survey, levels: int | None, request: Request) -> tuple[str, ...]:
    """Say what the person may have meant: whole numbers that are treated as real ones."""
    if levels or request.levels or not found.whole or found.low < 0 or found.high > 65535:
        return ()
    wanted = int(found.high) + 1
    if wanted >= 2:
        return (
            f"All values are whole numbers from {found.low:g} to {found.high:g}, treated as real "
            f"ones. If they are counts on a scale, say how many with levels={wanted} (or more).",
        )
    return ()
