"""A picture of a dataset: a contact sheet of images, or the histograms of a table."""

from typing import TYPE_CHECKING

import numpy as np
import torch

from elbowroom.data.dataset import Dataset

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ACROSS = 16
MOST_CLASS_ROWS = 12
MOST_COLUMNS = 24
MOST_EXAMPLES = 20_000
INK, BAR, EDGE = "#222222", "#3b6ea5", "#bbbbbb"


def figure(dataset: Dataset) -> "Figure":
    """Draw a dataset.

    Images: one row a factor, which alone varies along it, where all combinations of known factors
    are there; one row of examples a class where there are at most 12 classes, otherwise a sheet
    with the class under each. Tables: a histogram of each of the first 24 columns.

    Args:
        dataset: What to draw.

    Returns:
        A Matplotlib figure that belongs to no window, to save or show.

    Example:
        >>> from elbowroom.data import load
        >>> figure(load("digits")).savefig("digits.png")  # doctest: +SKIP
    """
    return _sheet(dataset) if dataset.kind == "image" else _histograms(dataset)


def _sheet(dataset: Dataset) -> "Figure":
    classes = () if dataset.labels is None else dataset.label_names or ()
    names = _factor_names(dataset)
    by_class = not names and 1 < len(classes) <= MOST_CLASS_ROWS
    names = classes if by_class else names
    if by_class:
        rows = _rows_by_class(dataset, len(classes))
    else:
        rows = _rows_by_factor(dataset) if names else _rows_in_order(dataset)
    height, width = dataset.shape[1:]
    gap = max(1, round(min(height, width) / 14))
    sheet = np.ones((len(rows) * (height + gap) + gap, ACROSS * (width + gap) + gap, 3))
    for r, row in enumerate(rows):
        for c, picture in enumerate(_pictures(dataset, row)):
            top, left = gap + r * (height + gap), gap + c * (width + gap)
            sheet[top : top + height, left : left + width] = picture
    fig, axes = _canvas(9.0, 9.0 * sheet.shape[0] / sheet.shape[1] + 0.3)
    axes.imshow(sheet, interpolation="nearest", extent=(0, sheet.shape[1], sheet.shape[0], 0))
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines[:].set_visible(False)
    if names:
        middles = [gap + r * (height + gap) + height / 2 for r in range(len(rows))]
        axes.set_yticks(middles, [_short(name) for name in names])
        axes.tick_params(length=0, labelsize=10, colors=INK)
    elif classes:
        names = np.asarray(classes)[dataset.labels]
        _captions(axes, [names[row] for row in rows], dataset.shape[1:], gap)
    axes.set_title(_title(dataset), loc="left", fontsize=11, color=INK)
    return fig


def _captions(axes: "Axes", names: list[np.ndarray], size: tuple[int, ...], gap: int) -> None:
    height, width = size
    for r, row in enumerate(names):
        for c, name in enumerate(row):
            axes.text(
                gap + c * (width + gap) + width / 2,
                (r + 1) * (height + gap),
                _short(str(name), 9),
                ha="center",
                va="bottom",
                fontsize=5,
                color=INK,
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6, "alpha": 0.85},
            )


def _factor_names(dataset: Dataset) -> tuple[str, ...]:
    """Return the factors that can be varied one by one."""
    return dataset.factors.names if dataset.factors and dataset.factors.is_grid else ()


def _rows_by_factor(dataset: Dataset) -> list[np.ndarray]:
    """Vary each factor from its first value to its last, and hold the others in between."""
    factors = dataset.factors
    if factors is None:
        return []
    sizes = np.array([size or 1 for size in factors.sizes])
    held = sizes * np.arange(len(sizes), 0, -1) // (len(sizes) + 1)  # not all in the same place
    sorts = np.array([kind == "categorical" for kind in factors.kinds])
    rows = []
    for number, size in enumerate(sizes):
        there = np.where(sorts, number % sizes, held)  # another sort in each row
        codes = np.tile(there, (min(size, ACROSS), 1))
        codes[:, number] = np.linspace(0, size - 1, len(codes))
        rows.append(factors.index_of(codes))
    return rows


def _rows_by_class(dataset: Dataset, classes: int) -> list[np.ndarray]:
    return [np.flatnonzero(dataset.labels == code)[:ACROSS] for code in range(classes)]


def _rows_in_order(dataset: Dataset) -> list[np.ndarray]:
    """Evenly spaced examples, so that a sorted dataset shows all its sorts."""
    count = min(len(dataset), ACROSS * 8)
    chosen = np.linspace(0, len(dataset) - 1, count).astype(np.int64)
    return [chosen[start : start + ACROSS] for start in range(0, count, ACROSS)]


def _pictures(dataset: Dataset, indices: np.ndarray) -> np.ndarray:
    """Return examples as (n, H, W, 3) in [0, 1], ink as stored: 0 is black."""
    if not len(indices):
        return np.zeros((0, *dataset.shape[1:], 3))
    x = dataset.take(torch.from_numpy(indices)).to(torch.float32).numpy()
    domain = dataset.domain
    low, high = domain.low, domain.high
    if not (np.isfinite(low) and np.isfinite(high)):
        low, high = np.percentile(x, [0.5, 99.5])
    x = np.clip((x - low) / max(high - low, 1e-12), 0, 1).transpose(0, 2, 3, 1)
    if x.shape[-1] == 4:
        return x[..., :3] * x[..., 3:] + (1 - x[..., 3:])  # transparent on white
    return x if x.shape[-1] == 3 else np.repeat(x.mean(-1, keepdims=True), 3, -1)


def _histograms(dataset: Dataset) -> "Figure":
    spaced = torch.linspace(0, len(dataset) - 1, min(len(dataset), MOST_EXAMPLES)).long()
    values = dataset.take(spaced).numpy()
    shown = min(values.shape[1], MOST_COLUMNS)
    down = -(-shown // 6)
    across = -(-shown // down)  # rows as equal as they can be
    columns = dataset.columns or tuple(map(str, range(values.shape[1])))
    fig, grid = _canvas(1.6 * across + 0.4, 1.35 * down + 0.6, down, across)
    for place, axes in enumerate(np.atleast_1d(grid).flat):
        axes.spines[["top", "right", "left"]].set_visible(False)
        axes.spines["bottom"].set_color(EDGE)
        axes.set_yticks([])
        if place >= shown:
            axes.set_visible(False)
            continue
        _histogram(axes, values[:, place], columns[place])
    more = "" if shown == values.shape[1] else f" (the first {shown} of {values.shape[1]} columns)"
    fig.suptitle(_title(dataset) + more, x=0.01, ha="left", fontsize=11, color=INK)
    return fig


def _histogram(axes: "Axes", column: np.ndarray, name: str) -> None:
    low, high = float(column.min()), float(column.max())
    if low == high:
        axes.text(0.5, 0.5, f"always {low:g}", transform=axes.transAxes, ha="center", color=INK)
        axes.set_xticks([])
    else:
        axes.hist(column, bins=min(30, max(5, len(np.unique(column)))), color=BAR)
        axes.set_xticks([low, high], [f"{low:.4g}", f"{high:.4g}"])
        for label, side in zip(axes.get_xticklabels(), ("left", "right"), strict=True):
            label.set_horizontalalignment(side)
    axes.tick_params(length=2, labelsize=7, colors=INK)
    axes.set_title(_short(name, 24), fontsize=8, color=INK)


def _canvas(width: float, height: float, down: int = 1, across: int = 1) -> tuple:
    """Make a figure without pyplot, which would keep it alive and pick a window system."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    fig = Figure(figsize=(width, height), dpi=150, layout="constrained", facecolor="white")
    FigureCanvasAgg(fig)
    return fig, fig.subplots(down, across)


def _title(dataset: Dataset) -> str:
    size = "x".join(map(str, dataset.shape))
    unit = "images of" if dataset.kind == "image" else "rows of"
    columns = "" if dataset.kind == "image" else " columns"
    return f"{dataset.name}: {len(dataset):,} {unit} {size}{columns}, {dataset.domain}"


def _short(name: str, most: int = 16) -> str:
    return name if len(name) <= most else name[: most - 1] + "…"
