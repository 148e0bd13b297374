"""Scores of all methods side by side: a point for each seed, the mean as a line."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from elbowroom.report.house_style import INK, OURS, PAPER, in_house_style, plain
from elbowroom.study.figures.panel import (
    Panel,
    draw_references,
    name_panel,
    panels_canvas,
    shared_legend,
    spread_out,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure


_HALF = 0.45
"""Half the width of floors that are those of one method."""


@in_house_style
def by_method(panels: Sequence[Panel]) -> "Figure":
    """Draw each score of each method, with floors and ceiling.

    Args:
        panels: A score each; the series of all have the same names in the same order.

    Example:
        >>> from elbowroom.study.figures import Lines, Series
        >>> runs, floors = [Series("elbo", (), (0.1, 0.2))], [Lines({"PCA": 0.05})]
        >>> figure = by_method([Panel("SAP", runs, floors)])
        >>> [label.get_text() for label in figure.axes[0].get_xticklabels()]
        ['elbo']
    """
    names = [series.name for series in panels[0].series]
    longest = max(map(len, names))
    figure, axes = panels_canvas(len(panels), 2.3 + 0.05 * min(longest, 24))
    for one, panel in zip(axes, panels, strict=True):
        draw_references(one, panel, lambda place: (place - _HALF, place + _HALF))
        for place, series in enumerate(panel.series):
            if not series.y:
                continue
            one.plot(
                place + spread_out(len(series.y)), series.y, "o", color=OURS, markersize=4.5,
                markeredgecolor=PAPER, markeredgewidth=0.6, label="a run (one seed)", zorder=4,
            )  # fmt: skip
            one.hlines(
                float(np.mean(series.y)), place - 0.32, place + 0.32, color=INK, linewidth=1.6,
                label="mean over seeds", zorder=3,
            )  # fmt: skip
        one.set_xticks(
            range(len(names)), [plain(name) for name in names], rotation=40, ha="right",
            rotation_mode="anchor",
        )  # fmt: skip
        one.set_xlim(-0.6, len(names) - 0.4)
        one.grid(axis="x", visible=False)
        name_panel(one, panel)
    shared_legend(figure, axes)
    return figure
