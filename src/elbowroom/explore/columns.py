"""The columns of a table, and the range of an image's values, as the page needs to know them."""

from dataclasses import dataclass

import numpy as np

from elbowroom.data import Column, Domain
from elbowroom.explore.gallery import Gallery

# What the kinds of columns are called on the page.
_KINDS = {
    "real": "real",
    "positive": "positive",
    "counts": "count",
    "binary": "binary",
    "ordinal": "ordinal",
    "categorical": "category",
}


@dataclass(frozen=True)
class ShownColumn:
    """A column of a table.

    Attributes:
        name: Its name.
        kind: 'real', 'positive', 'count', 'binary', 'ordinal' or 'category'.
        low: 1st percentile among the training examples.
        high: 99th percentile.
        mean: Mean there.
        sd: Standard deviation there.
        choices: What the codes 0, 1, ... stand for; None for numbers.
        mode: The commonest code there; None for numbers.
    """

    name: str
    kind: str
    low: float
    high: float
    mean: float
    sd: float
    choices: tuple[str, ...] | None
    mode: float | None


@dataclass(frozen=True)
class Range:
    """The values of an image: what is black, what is white, and how many levels there are."""

    low: float
    high: float
    levels: int | None


def columns_of(gallery: Gallery) -> tuple[ShownColumn, ...] | None:
    """Return the columns of a table, or None for images."""
    data = gallery.data
    if data.kind == "image":
        return None
    width = gallery.values
    kinds = data.kinds or tuple(_alike(data.domain, name) for name in _names(data.columns, width))
    return tuple(
        _shown(column, values)
        for column, values in zip(kinds, gallery.reference.T.astype(np.float64), strict=True)
    )


def range_of(gallery: Gallery) -> Range:
    """Return the range of values: that which is possible, else that of the training examples."""
    domain = gallery.data.domain
    if np.isfinite(domain.low) and np.isfinite(domain.high):
        return Range(float(domain.low), float(domain.high), domain.levels)
    return Range(float(gallery.reference.min()), float(gallery.reference.max()), None)


def _shown(column: Column, values: np.ndarray) -> ShownColumn:
    low, high = np.percentile(values, [1, 99]).tolist()
    choices = tuple(map(str, column.values)) or None
    mean, sd = float(values.mean()), float(values.std())
    mode = float(np.bincount(values.astype(np.int64)).argmax()) if choices else None
    return ShownColumn(column.name, _KINDS[column.kind], low, high, mean, sd, choices, mode)


def _names(columns: tuple[str, ...] | None, width: int) -> tuple[str, ...]:
    return columns or tuple(f"column {number}" for number in range(width))


def _alike(domain: Domain, name: str) -> Column:
    """Return a column of a table whose values are all of one kind."""
    if domain.levels is None:
        return Column(name, "real")
    return Column(name, "binary", (0, 1)) if domain.levels == 2 else Column(name, "counts")
