"""The decoder's local axes: how they meet the latent axes, and what a step along each changes."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from elbowroom.report.figures.cells import cells
from elbowroom.report.house_style import INK, OURS, WIDTH, in_house_style, sheet_of_paper
from elbowroom.report.looks import Look

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


@in_house_style
def directions(
    look: Look, weights: np.ndarray, sizes: np.ndarray, changes: np.ndarray, units: Sequence[str]
) -> "Figure":
    """Draw |V| as cells, the singular values, and the left singular vectors as changes.

    Args:
        look: How examples are shown.
        weights: |V|, (units, directions): each direction in the column of the unit it belongs to.
        sizes: Singular value of each direction, (directions,).
        changes: Left singular vectors as changes of an example, (k, *shape), of the first k
            directions.
        units: What the units are called.
    """
    count = len(units)
    upper, lower = 0.75 + 0.27 * count, look.changes_height(len(changes)) + 0.3
    wide = min(WIDTH, max(1.05 * count, 5.0))
    figure = sheet_of_paper(wide, upper + lower)
    left_wide = min(0.42 * count + 0.8, 0.66 * wide)
    grid = figure.add_gridspec(
        2, 2, width_ratios=[left_wide, wide - left_wide], height_ratios=[upper, lower]
    )
    left = figure.add_subplot(grid[0, 0])
    cells(left, weights, [f"unit {unit}" for unit in units], units)
    left.set_xlabel("principal direction")
    _sizes(figure.add_subplot(grid[0, 1]), sizes, units)
    names = [f"along {unit}" for unit in units[: len(changes)]]
    look.changes(figure, grid[1, :], changes, names)
    return figure


def _sizes(axes: "Axes", sizes: np.ndarray, units: Sequence[str]) -> None:
    axes.barh(range(len(sizes)), sizes, color=OURS, height=0.62)
    axes.set_yticks(range(len(sizes)), [f"along {unit}" for unit in units])
    axes.tick_params(axis="y", length=0, labelcolor=INK)
    axes.set_ylim(len(sizes) - 0.5, -0.5)
    axes.grid(axis="y", visible=False)
    axes.set_xlabel("change for a step of 1")
