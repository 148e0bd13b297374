"""Scores against the ELBO: does a better model of the data have a better code?"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from elbowroom.report.house_style import CLASSES, PAPER, in_house_style, plain
from elbowroom.study.figures.panel import (
    Panel,
    draw_references,
    name_panel,
    panels_canvas,
    shared_legend,
)
from elbowroom.study.figures.stretched import stretch

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_MARKS = ("o", "s", "D", "^", "v", "P", "X", "<", ">", "p")


@in_house_style
def against_elbo(panels: Sequence[Panel]) -> "Figure":
    """Draw each score of each run against its ELBO, a colour and a mark for each method.

    Args:
        panels: A score each; a series is a method, its x the ELBO.

    Example:
        >>> from elbowroom.study.figures import Series
        >>> figure = against_elbo([Panel("SAP", [Series("elbo", (-90.0,), (0.2,))])])
        >>> figure.axes[0].get_xlabel()
        'ELBO, nats per example'
    """
    figure, axes = panels_canvas(len(panels))
    for one, panel in zip(axes, panels, strict=True):
        draw_references(one, panel)
        for number, series in enumerate(panel.series):
            one.plot(
                series.x, series.y, _MARKS[number % len(_MARKS)],
                color=CLASSES[number % len(CLASSES)], markersize=5, markeredgecolor=PAPER,
                markeredgewidth=0.6, label=plain(series.name), zorder=3,
            )  # fmt: skip
        one.locator_params(axis="x", nbins=5)
        everything = [x for series in panel.series for x in series.x]
        stretched = stretch(one, "x", everything)
        one.set_xlabel(f"ELBO, nats per example{' (stretched)' if stretched else ''}")
        name_panel(one, panel)
    shared_legend(figure, axes)
    return figure
