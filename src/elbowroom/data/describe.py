"""What is in a dataset, in numbers."""

from dataclasses import dataclass, field

import numpy as np
import torch

from elbowroom.data.column_summary import ColumnSummary, summarise_columns
from elbowroom.data.dataset import Dataset

MOST_DISTINCT = 100_000
MOST_DRAWN = 2_000


@dataclass(frozen=True)
class Description:
    """What `describe` found; `str()` is a small table, `rows()` its lines.

    Args:
        name: Name of the data.
        count: Number of examples.
        kind: 'image' or 'table'.
        shape: Shape of one example.
        values: The set of possible values, in words.
        levels: Number of levels; None for real numbers.
        dtype: Stored number type.
        low: Smallest value.
        high: Largest value.
        mean: Mean of all values.
        deviation: Standard deviation of all values.
        zeros: Share of values that are 0.
        distinct: Number of different values; None for more than 100,000.
        constant: Which columns, or how many pixels, never vary.
        classes: Examples of each class; None without classes.
        quantities: Smallest and largest label, where labels are quantities.
        official_test: Size of the source's own test set, or 0.
        bytes: Memory that the raw values take.
        resident: Whether they are in memory.
        notes: What was decided or changed when loading.
        columns: What each column of a table holds; empty for images and levels.
        mixed: Whether columns differ in kind, so that numbers over all values mean nothing.
        drawn: Whether examples are drawn when they are asked for, not read.
        factors: How many values each known factor takes; None for a continuous one.
    """

    name: str
    count: int
    kind: str
    shape: tuple[int, ...]
    values: str
    levels: int | None
    dtype: str
    low: float
    high: float
    mean: float
    deviation: float
    zeros: float
    distinct: int | None
    constant: tuple[str, ...]
    classes: dict[str, int] | None
    quantities: tuple[float, float] | None
    official_test: int
    bytes: int
    resident: bool
    notes: tuple[str, ...]
    columns: tuple[ColumnSummary, ...] = ()
    mixed: bool = False
    drawn: bool = False
    factors: dict[str, int | None] = field(default_factory=dict)

    def rows(self) -> list[tuple[str, str]]:
        """Return (what, value) pairs for a table."""
        size = "x".join(map(str, self.shape))
        own = f", {self.official_test:,} of them for test" if self.official_test else ""
        where = "in memory" if self.resident else "read from disk as needed"
        where = "drawn as needed, never held" if self.drawn else where
        unit = "channels x height x width" if self.kind == "image" else "columns"
        lines = [
            ("examples", f"{self.count:,}{own}"),
            ("kind", f"{'images' if self.kind == 'image' else 'table'}, {size} ({unit})"),
            ("values", f"{self.values}, stored as {self.dtype}"),
            *([] if self.mixed else self._over_all_values()),
            ("constant", self._constant()),
            ("labels", self._labels()),
            *([("factors", self._factors())] if self.factors else []),
            ("memory", f"{_bytes(self.bytes)}, {where}"),
        ]
        return lines + [("note", note) for note in self.notes]

    def _factors(self) -> str:
        return ", ".join(f"{name} ({size or 'continuous'})" for name, size in self.factors.items())

    def _over_all_values(self) -> list[tuple[str, str]]:
        return [
            ("range found", f"{self.low:.6g} to {self.high:.6g}"),
            ("mean, deviation", f"{self.mean:.4g}, {self.deviation:.4g}"),
            ("distinct values", f"{self.distinct:,}" if self.distinct else "more than 100,000"),
            ("zeros", f"{self.zeros:.1%}"),
        ]

    def _constant(self) -> str:
        if not self.constant:
            return "none"
        unit = "values" if self.kind == "image" else "columns"
        listed = "" if self.kind == "image" else f": {_listed(self.constant)}"
        return f"{len(self.constant):,} of {np.prod(self.shape):,} {unit} never vary{listed}"

    def _labels(self) -> str:
        if self.quantities is not None:
            return f"quantities from {self.quantities[0]:g} to {self.quantities[1]:g}"
        if self.classes is None:
            return "none"
        counted = [f"{name} ({n:,})" for name, n in self.classes.items()]
        return f"{len(self.classes)} classes: {_listed(tuple(counted), 10)}"

    def __str__(self) -> str:
        width = max(len(what) for what, _ in self.rows())
        lines = [f"{what:<{width}}  {value}" for what, value in self.rows()]
        return "\n".join([self.name, *lines])


def describe(dataset: Dataset) -> Description:
    """Go once through a dataset and say what is in it.

    Of a set that is drawn as needed, numbers over all values are those of 2,000 evenly spaced
    examples, and a note says so.

    Args:
        dataset: Any dataset; views are described alone.

    Returns:
        The description.

    Example:
        >>> from elbowroom.data import load
        >>> found = describe(load("digits"))
        >>> found.levels, found.distinct, len(found.constant), found.classes["3"]
        (17, 17, 3, 183)
    """
    seen = _looked_at(dataset)
    first = next(seen.chunks(1)).flatten()
    low, high = first.clone(), first.clone()
    count = zeros = 0
    total = square = 0.0
    distinct: np.ndarray | None = np.zeros(0)
    for chunk in seen.chunks():
        values = chunk.flatten(1)
        low, high = torch.minimum(low, values.amin(0)), torch.maximum(high, values.amax(0))
        zeros += int((values == 0).sum())
        count += values.numel()
        total += float(values.sum(dtype=torch.float64))
        square += float(values.to(torch.float64).square().sum())
        distinct = _merge(distinct, values)
    mean = total / count
    classes, quantities = _summarise_labels(dataset)
    still = torch.nonzero(torch.eq(low, high)).flatten().tolist()
    names, factors = dataset.columns, dataset.factors
    official = dataset.official_test
    return Description(
        name=dataset.name,
        count=len(dataset),
        kind=dataset.kind,
        shape=dataset.shape,
        values=str(dataset.domain),
        levels=dataset.levels,
        dtype=str(dataset.dtype).removeprefix("torch."),
        low=float(low.min()),
        high=float(high.max()),
        mean=mean,
        deviation=max(0.0, square / count - mean**2) ** 0.5,
        zeros=zeros / count,
        distinct=None if distinct is None else len(distinct),
        constant=tuple(names[i] if names else _pixel(i, dataset.shape) for i in still),
        classes=classes,
        quantities=quantities,
        official_test=0 if official is None else int(official.sum()),
        bytes=dataset.bytes,
        resident=dataset.resident,
        notes=dataset.notes + _said_of(seen, dataset),
        columns=summarise_columns(dataset),
        mixed=dataset.kinds is not None,
        drawn=dataset.rows.definition is not None,
        factors=dict(zip(factors.names, factors.sizes, strict=True)) if factors else {},
    )


def _looked_at(dataset: Dataset) -> Dataset:
    """Return the examples whose values are counted."""
    if dataset.rows.definition is None or len(dataset) <= MOST_DRAWN:
        return dataset
    return dataset.subset(torch.linspace(0, len(dataset) - 1, MOST_DRAWN).long())


def _said_of(seen: Dataset, dataset: Dataset) -> tuple[str, ...]:
    if seen is dataset:
        return ()
    return (f"Numbers over all values are those of {len(seen):,} evenly spaced examples.",)


def _merge(known: np.ndarray | None, values: torch.Tensor) -> np.ndarray | None:
    """Add the different values of a chunk to those known; None once they are too many."""
    if known is None:
        return None
    if values.dtype == torch.float32:
        sample = torch.unique(values.flatten()[: MOST_DISTINCT * 2])
        if len(sample) > MOST_DISTINCT:
            return None
        found = torch.unique(values).numpy()
    else:
        found = torch.bincount(values.flatten().to(torch.int64)).nonzero().flatten().numpy()
    merged = np.union1d(known, found)
    return None if len(merged) > MOST_DISTINCT else merged


def _summarise_labels(
    dataset: Dataset,
) -> tuple[dict[str, int] | None, tuple[float, float] | None]:
    labels = dataset.labels
    if labels is None:
        return None, None
    if dataset.label_names is None:
        return None, (float(labels.min()), float(labels.max()))
    counts = np.bincount(labels, minlength=len(dataset.label_names))
    return dict(zip(dataset.label_names, counts.tolist(), strict=True)), None


def _pixel(index: int, shape: tuple[int, ...]) -> str:
    return str([int(i) for i in np.unravel_index(index, shape)])


def _listed(names: tuple[str, ...], most: int = 6) -> str:
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


def _bytes(count: float) -> str:
    for unit in ("B", "KB", "MB", "GB"):
        if count < 1000:
            return f"{count:.3g} {unit}"
        count /= 1000
    return f"{count:.3g} TB"
