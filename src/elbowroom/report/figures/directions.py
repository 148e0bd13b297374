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
    look: Look,
    weights: np.ndarray,
    sizes: np.ndarray,
    changes: np.ndarray,
    units: Sequence[str],
    numbers: Sequence[int],
) -> "Figure":
    """Draw |V| as cells, the singular values, and the left singular vectors as changes.

    Args:
        look: How examples are shown.
        weights: |V|, (units, directions): each direction in the column of its place by size, each
            unit in the row of the direction that it belongs to.
        sizes: Singular value of each direction, (directions,), falling.
        changes: Left singular vectors as changes of an example, (k, *shape), of the first k
            directions.
        units: What the units are called.
        numbers: Number of each direction, from 1 for the largest.
    """
    count = len(units)
    upper, lower = 0.95 + 0.27 * count, look.changes_height(len(changes)) + 0.3
    wide = min(WIDTH, max(1.05 * count, 5.0))
    figure = sheet_of_paper(wide, upper + lower)
    left_wide = min(0.42 * count + 0.8, 0.66 * wide)
    grid = figure.add_gridspec(
        2, 2, width_ratios=[left_wide, wide - left_wide], height_ratios=[upper, lower]
    )
    left = figure.add_subplot(grid[0, 0])
    cells(left, weights, [f"unit {unit}" for unit in units], [str(one) for one in numbers])
    left.set_xlabel("principal direction, by size\n(cells: weight |V| of a unit, 0 to 1)")
    names = [f"direction {number}" for number in numbers]
    _sizes(figure.add_subplot(grid[0, 1]), sizes, names)
    look.changes(figure, grid[1, :], changes, names[: len(changes)])
    return figure


def _sizes(axes: "Axes", sizes: np.ndarray, names: Sequence[str]) -> None:
    axes.barh(range(len(sizes)), sizes, color=OURS, height=0.62)
    axes.set_yticks(range(len(sizes)), names)
    axes.tick_params(axis="y", length=0, labelcolor=INK)
    axes.set_ylim(len(sizes) - 0.5, -0.5)
    axes.grid(axis="y", visible=False)
    axes.locator_params(axis="x", nbins=5)
    axes.set_xlabel("singular value: change of the\nexample for a step of 1")
