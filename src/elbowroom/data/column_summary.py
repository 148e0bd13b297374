"""What each column of a table was taken for, what is in it, and what else it may be."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch

from elbowroom.data.columns import Column
from elbowroom.data.dataset import Dataset

_MOST_ROWS = 200_000
_FEW = 20
_SKEWED = 2.0


@dataclass(frozen=True)
class ColumnSummary:
    """One column in brief.

    Attributes:
        name: Name of the column.
        kind: What it was taken for, an option of `load`.
        found: What is in it, in words.
        hint: What else it may be, and how to say so; empty where nothing is to be asked.
    """

    name: str
    kind: str
    found: str
    hint: str = ""


def summarise_columns(dataset: Dataset) -> tuple[ColumnSummary, ...]:
    """Look at each column of a table; nothing for images.

    Example:
        >>> from elbowroom.data import load
        >>> summarise_columns(load("diabetes"))[1].hint
        'only two values: --data.binary sex'
    """
    if dataset.columns is None or dataset.levels is not None:
        return ()
    spaced = torch.linspace(0, len(dataset) - 1, min(len(dataset), _MOST_ROWS)).long()
    values = dataset.take(spaced).double().numpy()
    columns = dataset.kinds or tuple(Column(name, "real") for name in dataset.columns)
    return tuple(_summary(column, values[:, i]) for i, column in enumerate(columns))


def _summary(column: Column, values: np.ndarray) -> ColumnSummary:
    if column.named:
        return ColumnSummary(column.name, column.kind, _shares(column, values))
    found = f"{values.min():.6g} to {values.max():.6g}, mean {values.mean():.4g}"
    hints = (hint for fits, hint in _HINTS if column.kind == "real" and fits(values))
    hint = next(hints, "").format(f"{column.name!r}" if " " in column.name else column.name)
    return ColumnSummary(column.name, column.kind, found, hint)


def _shares(column: Column, values: np.ndarray) -> str:
    counts = np.bincount(values.astype(np.int64), minlength=len(column.values))
    most = range(len(counts)) if column.kind == "ordinal" else np.argsort(-counts, kind="stable")
    named = [f"{column.values[i]} {counts[i] / len(values):.0%}" for i in most]
    more = f" and {len(named) - 5} more" if len(named) > 5 else ""
    return ", ".join(named[:5]) + more


def _whole(values: np.ndarray) -> bool:
    return bool((values == np.floor(values)).all())


def _skew(values: np.ndarray) -> float:
    spread = values.std()
    return float(((values - values.mean()) ** 3).mean() / spread**3) if spread else 0.0


_HINTS: tuple[tuple[Callable[[np.ndarray], bool], str], ...] = (
    (lambda x: len(np.unique(x)) == 2, "only two values: --data.binary {}"),
    (
        lambda x: _whole(x) and x.min() >= 0 and len(np.unique(x)) <= _FEW,
        "few whole numbers: --data.counts, --data.ordinal or --data.categorical {}",
    ),
    (
        lambda x: _whole(x) and x.min() >= 0 and _skew(x) > _SKEWED / 2,
        "whole numbers with a long tail: --data.counts {}",
    ),
    (
        lambda x: x.min() > 0 and _skew(x) > _SKEWED,
        "above 0 with a long tail: --data.positive {}",
    ),
)
