"""A matrix as cells: the stronger the colour the larger the number, with the numbers in them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from elbowroom.report.house_style import INK, OURS, bare, plain, see_through

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_PIXELS = 32
_WRITTEN = 20
"""Columns that leave room for a number in each cell."""
_STRONG, _ON_COLOUR = 0.75, "#ffffff"
"""On a strong cell text is white, whatever the colours of the page."""


def cells(
    axes: "Axes",
    strength: np.ndarray,
    rows: Sequence[str],
    columns: Sequence[str],
    words: np.ndarray | None = None,
) -> None:
    """Draw a matrix.

    Args:
        axes: Where.
        strength: How strong each cell is, from 0 to 1, (R, C).
        rows: Names of the rows.
        columns: Names of the columns.
        words: What is written in each cell, (R, C); its strength when not given.
    """
    from matplotlib.ticker import FixedLocator

    colours = see_through(OURS)(np.clip(strength, 0, 1), bytes=True)
    down, across = strength.shape
    # Magnified here, so that no viewer smooths one cell into the next.
    axes.imshow(
        colours.repeat(_PIXELS, 0).repeat(_PIXELS, 1), aspect="auto", interpolation="none",
        extent=(-0.5, across - 0.5, down - 0.5, -0.5),
    )  # fmt: skip
    bare(axes)
    axes.set_yticks(range(len(rows)), [plain(name) for name in rows])
    axes.set_xticks(range(len(columns)), [plain(name, 8) for name in columns])
    axes.tick_params(labelcolor=INK)
    for minor, count in ((axes.xaxis, len(columns)), (axes.yaxis, len(rows))):
        minor.set_minor_locator(FixedLocator((np.arange(count + 1) - 0.5).tolist()))
    axes.grid(True, which="minor", linewidth=0.5)
    axes.tick_params(which="minor", length=0)
    if len(columns) > _WRITTEN:
        return
    for (row, column), value in np.ndenumerate(strength):
        axes.text(
            column, row, f"{value:.2f}" if words is None else str(words[row, column]),
            ha="center", va="center", fontsize=7.5,
            color=_ON_COLOUR if value > _STRONG else INK,
        )  # fmt: skip
