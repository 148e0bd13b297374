"""Codes two units at a time: a scatter for each pair, each unit alone on the diagonal."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from elbowroom.report.house_style import (
    CLASSES,
    INK,
    MUTED,
    OURS,
    QUANTITY,
    in_house_style,
    plain,
    sheet_of_paper,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.collections import PathCollection
    from matplotlib.figure import Figure

_MOST = len(CLASSES)
"""Classes that have a colour of their own; more are drawn as a quantity."""


@dataclass(frozen=True, eq=False)
class Colouring:
    """What the points are coloured by.

    Args:
        name: What it is called.
        values: Class numbers or quantities, (N,).
        classes: Names of the classes; None for quantities.
    """

    name: str
    values: np.ndarray
    classes: Sequence[str] | None = None

    @property
    def found(self) -> list[int]:
        """The classes that occur, where they are few enough for a colour each."""
        if self.classes is None:
            return []
        found = np.unique(self.values).astype(int).tolist()
        return found if len(found) <= _MOST else []


@in_house_style
def pairs(
    codes: np.ndarray,
    names: Sequence[str],
    colouring: Colouring | None = None,
    radii: tuple[np.ndarray, np.ndarray] | None = None,
) -> "Figure":
    """Draw codes of some units, two at a time.

    Args:
        codes: Codes, (N, units).
        names: What the units are called.
        colouring: What the points are coloured by.
        radii: Mean and standard deviation of each unit under the prior, (units,) both: an ellipse
            of two deviations is drawn, which holds 86% of a Gaussian prior's codes.

    Example:
        >>> figure = pairs(np.random.default_rng(0).normal(size=(50, 3)), ["0", "1", "2"])
        >>> len(figure.axes)
        6
    """
    count = codes.shape[1]
    side = min(1.55 * count + 0.6, 7.4)
    figure = sheet_of_paper(side + (0.9 if colouring is not None else 0), side)
    grid = figure.add_gridspec(count, count)
    spans = [_span(codes[:, unit], radii, unit) for unit in range(count)]
    scatters = []
    for row, column in zip(*np.tril_indices(count), strict=True):
        axes = figure.add_subplot(grid[row, column])
        if row == column:
            _alone(axes, codes[:, row], colouring)
        else:
            scatters.append(_scatter(axes, codes[:, [column, row]], colouring))
            _ellipse(axes, radii, column, row)
            axes.set_ylim(*spans[row])
        axes.set_xlim(*spans[column])
        axes.tick_params(labelleft=column == 0 and row > 0, labelbottom=row == count - 1)
        axes.set_xlabel(names[column] if row == count - 1 else "")
        axes.set_ylabel(names[row] if column == 0 and row > 0 else "")
    _explain(figure, scatters, colouring)
    return figure


def _span(
    values: np.ndarray, radii: tuple[np.ndarray, np.ndarray] | None, unit: int
) -> tuple[float, float]:
    low, high = float(values.min()), float(values.max())
    if radii is not None:
        mean, sd = float(radii[0][unit]), float(radii[1][unit])
        low, high = min(low, mean - 2.1 * sd), max(high, mean + 2.1 * sd)
    margin = 0.04 * (high - low) or 1.0
    return low - margin, high + margin


def _scatter(axes: "Axes", points: np.ndarray, colouring: Colouring | None) -> "PathCollection":
    style: dict[str, Any] = {
        "s": float(np.clip(2500 / len(points), 1.5, 9)), "linewidths": 0, "alpha": 0.7,
        "rasterized": True,
    }  # fmt: skip
    return axes.scatter(*points.T, **_colours(colouring), **style)


def _colours(colouring: Colouring | None) -> dict[str, Any]:
    if colouring is None:
        return {"color": OURS}
    if not colouring.found:
        return {"c": colouring.values, "cmap": QUANTITY}
    colour = dict(zip(colouring.found, CLASSES, strict=False))
    return {"c": [colour[int(value)] for value in colouring.values]}


def _alone(axes: "Axes", values: np.ndarray, colouring: Colouring | None) -> None:
    bins = np.histogram_bin_edges(values, bins=int(np.clip(np.sqrt(len(values)), 8, 30))).tolist()
    found = [] if colouring is None else colouring.found
    if colouring is None or not found:
        axes.hist(values, bins=bins, color=OURS, alpha=0.8)
    for place, group in enumerate(found):
        members = values[np.asarray(colouring.values) == group] if colouring else values
        axes.hist(members, bins=bins, color=CLASSES[place], histtype="step", linewidth=1)
    axes.set_yticks([])
    axes.grid(visible=False)


def _ellipse(
    axes: "Axes", radii: tuple[np.ndarray, np.ndarray] | None, column: int, row: int
) -> None:
    if radii is None:
        return
    from matplotlib.patches import Ellipse

    mean, sd = radii
    axes.add_patch(
        Ellipse(
            (float(mean[column]), float(mean[row])), 4 * float(sd[column]), 4 * float(sd[row]),
            fill=False, edgecolor=INK, linewidth=0.8, linestyle=(0, (3, 3)), zorder=3,
        )
    )  # fmt: skip


def _explain(
    figure: "Figure", scatters: "list[PathCollection]", colouring: Colouring | None
) -> None:
    if colouring is None:
        return
    if colouring.found and colouring.classes is not None:
        from matplotlib.lines import Line2D

        handles = [
            Line2D([], [], marker="o", linestyle="", color=colour, ms=5)
            for _, colour in zip(colouring.found, CLASSES, strict=False)
        ]
        names = [plain(colouring.classes[group], 14) for group in colouring.found]
        drawn = figure.legend(
            handles, names, title=plain(colouring.name), loc="outside right upper",
            handletextpad=0.2, alignment="left",
        )  # fmt: skip
        drawn.get_title().set_color(MUTED)
        return
    if scatters:
        bar = figure.colorbar(
            scatters[0], ax=figure.axes, label=plain(colouring.name), shrink=0.6, pad=0.01
        )
        bar.outline.set_visible(False)
