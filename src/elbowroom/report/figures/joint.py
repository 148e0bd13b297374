"""Codes of two units together against the prior, with each unit alone at the sides."""

from typing import TYPE_CHECKING

import numpy as np

from elbowroom.report.density import PlaneDensity
from elbowroom.report.figures.marginals import Marginal, explain, histogram
from elbowroom.report.house_style import (
    MUTED,
    OTHER,
    OURS,
    PAPER,
    in_house_style,
    see_through,
    sheet_of_paper,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.collections import PolyCollection
    from matplotlib.figure import Figure

_HELD = (0.5, 0.9)
"""Shares of the prior's codes that its contours hold."""

_GAP, _DEEP = 0.03, 0.24
"""Room between the plane and the panels beside it, and how deep these are: shares of its side."""


@in_house_style
def joint(across: Marginal, up: Marginal, prior: PlaneDensity) -> "Figure":
    """Draw the codes of two units as hexagons, with the prior's contours, and each alone.

    Args:
        across: The unit of the horizontal axis.
        up: The unit of the vertical one; both have places over ranges of one length.
        prior: Density of the prior.
    """
    figure = sheet_of_paper(5.4, 5.5)
    main = figure.subplots()
    main.set_aspect("equal")
    hexagons = _hexagons(main, across, up)
    _contours(main, prior)
    main.set_xlabel(across.name)
    main.set_ylabel(up.name)
    top = main.inset_axes((0, 1 + _GAP, 1, _DEEP), sharex=main)
    side = main.inset_axes((1 + _GAP, 0, _DEEP, 1), sharey=main)
    histogram(top, across)
    histogram(side, up, sideways=True)
    for axes, ticks in ((top, top.yaxis), (side, side.xaxis)):
        axes.tick_params(labelbottom=False, labelleft=False)
        ticks.set_ticks([])
    # In the corner that the two leave free.
    scale = main.inset_axes((1 + 2 * _GAP, 1 + _DEEP / 2, _DEEP - _GAP, 0.03))
    _scale(figure, scale, hexagons)
    explain(figure)
    return figure


def _hexagons(axes: "Axes", across: Marginal, up: Marginal) -> "PolyCollection":
    left, right, low, high = (float(one.places[end]) for one in (across, up) for end in (0, -1))
    # Not larger than the margin that the places leave around the codes.
    count = max(min(round(np.sqrt(len(across.codes))), 45), 14)
    drawn = axes.hexbin(
        across.codes, up.codes, gridsize=count, extent=(left, right, low, high), mincnt=1,
        cmap=see_through(OURS), linewidths=0.1, vmin=0,
    )  # fmt: skip
    drawn.set_rasterized(True)
    axes.set_xlim(left, right)
    axes.set_ylim(low, high)
    return drawn


def _contours(axes: "Axes", prior: PlaneDensity) -> None:
    from matplotlib.patheffects import withStroke

    held = {prior.level(share): f"{share:.0%}" for share in _HELD}
    drawn = axes.contour(
        prior.across, prior.up, prior.values.T, levels=sorted(held), colors=OTHER, linewidths=1.3
    )
    for word in axes.clabel(drawn, fmt=held, fontsize=7, inline=False):
        word.set_path_effects([withStroke(linewidth=2.5, foreground=PAPER)])


def _scale(figure: "Figure", axes: "Axes", hexagons: "PolyCollection") -> None:
    """Say how many examples the strongest colour is."""
    bar = figure.colorbar(hexagons, cax=axes, orientation="horizontal")
    bar.outline.set_visible(False)
    bar.set_ticks([0, round(axes.get_xlim()[1])])
    axes.tick_params(length=0, labelsize=7)
    axes.set_title("examples in\na hexagon", fontsize=7, color=MUTED)
