"""Panels of a table: its columns over a plane, profiles that move, changes as bars.

All values are in standard deviations of the columns.
"""

import re
from collections.abc import Sequence
from textwrap import wrap
from typing import TYPE_CHECKING, Any

import numpy as np

from elbowroom.report.house_style import (
    DIVERGING,
    FAINT,
    INK,
    MUTED,
    OTHER,
    OURS,
    WIDTH,
    bare,
    canvas,
    plain,
)
from elbowroom.report.plate import Motion

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.gridspec import SubplotSpec
    from matplotlib.lines import Line2D

_PANELS, _ACROSS = 12, 6
NAMED = 40
"""Columns that can have a line with their name each; more are drawn as curves over the index."""


def most_moved(values: np.ndarray, count: int = _PANELS) -> list[int]:
    """Return the columns of (..., D) that vary most, in the order of the table."""
    spread = np.nan_to_num(values.reshape(-1, values.shape[-1]).std(0))
    return sorted(np.argsort(-spread, kind="stable")[:count].tolist())


def lines_of(title: str, letters: int) -> list[str]:
    r"""Return a title in lines of so many letters; what belongs together stays together.

    >>> lines_of("latent unit 1 (1.1 nats), example 3", 20)
    ['latent unit 1', '(1.1\xa0nats),', 'example\xa03']
    """
    words = re.sub(
        r"\(.*?\)|example \d+$", lambda found: found[0].replace(" ", "\u00a0"), plain(title, 48)
    )
    return wrap(words, letters)


def plane(
    values: np.ndarray,
    columns: Sequence[str],
    down: Sequence[str],
    across: Sequence[str],
    *,
    along: str,
    of: str,
) -> "Figure":
    """Draw a panel for each of the columns that vary most: its value over the plane.

    Args:
        values: (rows, columns of the plane, D), the top row first.
        columns: Names of the D columns.
        down: Mark of each row of the plane.
        across: Mark of each column of it.
        along: What these go along, in words.
        of: What the rows go along.
    """
    shown = most_moved(values)
    wide = min(len(shown), 4)
    tall = -(-len(shown) // wide)
    limit = float(np.nanpercentile(np.abs(values[..., shown]), 99)) or 1.0
    figure, panels = canvas(
        min(WIDTH, 2.1 * wide + 1.3), 1.95 * tall + 0.6, tall, wide, sharex=True, sharey=True
    )
    for axes, column in zip(panels, shown, strict=False):
        drawn = axes.imshow(
            values[..., column], cmap=DIVERGING, vmin=-limit, vmax=limit, rasterized=True
        )
        axes.set_title(plain(columns[column], 19))
        bare(axes)
        axes.tick_params(labelsize=7)
        axes.set_xticks(range(len(across)), across)
        axes.set_yticks(range(len(down)), down)
    for axes in panels[len(shown) :]:
        axes.set_visible(False)
    for place, axes in enumerate(panels):
        axes.tick_params(labelbottom=place + wide >= len(shown))
    figure.supxlabel(along, color=MUTED, fontsize=9)
    figure.supylabel(of, color=MUTED, fontsize=9)
    bar = figure.colorbar(drawn, ax=panels, label="standard deviations", shrink=0.9, pad=0.01)
    bar.outline.set_visible(False)
    return figure


def profiles(
    values: np.ndarray,
    columns: Sequence[str],
    rows: Sequence[str],
    names: Sequence[str],
    *,
    of: str,
) -> Motion:
    """Draw a panel for each example that moves: its columns, and the value of each.

    Args:
        values: (steps, rows, columns of panels, D).
        columns: Names of the D columns.
        rows: Name of each row of panels, or nothing.
        names: Name of each column of panels.
        of: What the columns of panels are, in words.
    """
    _, down, across, size = values.shape
    named = size <= NAMED
    tall = (max(0.17 * size, 1.0) if named else 1.4) + 0.45
    figure, panels = canvas(
        min(WIDTH, 1.4 + 1.5 * across) if named else WIDTH,
        down * tall + 0.4, down, across, sharex=True, sharey=True,
    )  # fmt: skip
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    margin = 0.06 * (high - low) or 1.0
    draw = _markers if named else _curve
    lines = [
        draw(axes, values[0, place // across, place % across], (low - margin, high + margin))
        for place, axes in enumerate(panels)
    ]
    for place, axes in enumerate(panels):
        row = [plain(rows[place // across])] if rows else []
        axes.set_title("\n".join([*lines_of(f"{of} {names[place % across]}", 24), *row]))
        axes.tick_params(axis="y", length=0)
    _name(panels[0], columns, named, "standard\ndeviations")
    along = "standard deviations from the column's mean" if named else "column"
    figure.supxlabel(along, color=MUTED, fontsize=9)

    def show(step: int) -> None:
        for place, line in enumerate(lines):
            here = values[step, place // across, place % across]
            line.set_xdata(here) if named else line.set_ydata(here)

    return Motion(figure, show, len(values))


def bars_height(count: int, size: int) -> float:
    """Return the height that `bars` of so many changes of so many columns take, inches."""
    if size > NAMED:
        return 0.9 * count
    return -(-count // _ACROSS) * (max(0.17 * size, 1.0) + 0.35)


def bars(
    figure: "Figure",
    where: "SubplotSpec",
    changes: np.ndarray,
    columns: Sequence[str],
    names: Sequence[str],
) -> None:
    """Draw a panel for each change: a bar for each column, or a curve over many.

    Args:
        figure: The figure that they are a part of.
        where: The place in it.
        changes: (k, D).
        columns: Names of the D columns.
        names: What each change is.
    """
    count, size = changes.shape
    named = size <= NAMED
    rows = -(-count // _ACROSS) if named else count
    across = -(-count // rows)
    grid = where.subgridspec(rows, across)
    panels: list[Axes] = []
    for place, (change, name) in enumerate(zip(changes, names, strict=True)):
        shared: dict[str, Any] = {"sharex": panels[0], "sharey": panels[0]} if panels else {}
        axes = figure.add_subplot(grid[place // across, place % across], **shared)
        panels.append(axes)
        (_bar if named else _line)(axes, change)
        axes.set_title(name, fontsize=8)
        axes.tick_params(labelbottom=place + across >= count, labelleft=place % across == 0)
        axes.tick_params(axis="y", length=0)
        axes.locator_params(axis="x", nbins=3)
        axes.set_xlabel("change" if named and place + across >= count else "")
    for axes in panels[:: across if named else count]:
        _name(axes, columns, named, "change")
    if not named:
        panels[-1].set_xlabel("column")


def _bar(axes: "Axes", change: np.ndarray) -> None:
    colours = [OTHER if value < 0 else OURS for value in change]
    axes.barh(np.arange(len(change)), change, color=colours, height=0.7)
    axes.axvline(0, color=MUTED, linewidth=0.6)
    axes.grid(axis="y", visible=False)


def _line(axes: "Axes", change: np.ndarray) -> None:
    axes.plot(change, color=OURS, linewidth=1)


def _markers(axes: "Axes", values: np.ndarray, limits: tuple[float, float]) -> "Line2D":
    axes.axvline(0, color=FAINT, linewidth=0.8, zorder=0)
    axes.set_xlim(*limits)
    axes.grid(axis="y", visible=False)
    return axes.plot(values, np.arange(len(values)), "o", color=OURS, ms=4.2)[0]


def _curve(axes: "Axes", values: np.ndarray, limits: tuple[float, float]) -> "Line2D":
    axes.set_ylim(*limits)
    return axes.plot(values, color=OURS, linewidth=1)[0]


def _name(axes: "Axes", columns: Sequence[str], named: bool, value: str) -> None:
    """Name the columns at the side, or, where they are too many, what a curve of them is."""
    if not named:
        axes.set_ylabel(value)
        return
    axes.set_yticks(range(len(columns)), [plain(name) for name in columns])
    axes.tick_params(axis="y", length=0, labelcolor=INK)
    axes.set_ylim(len(columns) - 0.4, -0.6)
