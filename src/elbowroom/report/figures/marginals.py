"""Codes against the prior: each unit alone, and two together."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from elbowroom.report.house_style import (
    MUTED,
    OTHER,
    OURS,
    WIDTH,
    canvas,
    in_house_style,
    plain,
    see_through,
    sheet_of_paper,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_HELD = (0.5, 0.9)
"""Shares of the prior's codes that its contours hold."""


@dataclass(frozen=True, eq=False)
class Marginal:
    """One unit: the codes of examples, and the density of the prior.

    Args:
        name: What the unit is called.
        codes: Codes drawn from q(z|x), (N,).
        places: Values at which the density of the prior is known, (n,), rising.
        density: p(z_u) there, (n,).
        note: What else is said of it.
    """

    name: str
    codes: np.ndarray
    places: np.ndarray
    density: np.ndarray
    note: str = ""


@in_house_style
def marginals(units: Sequence[Marginal]) -> "Figure":
    """Draw a panel for each unit: the histogram of its codes, and the prior's density.

    Args:
        units: The units.

    Example:
        >>> z = np.linspace(-2, 2, 50)
        >>> figure = marginals([Marginal("latent unit 0", z, z, np.exp(-z**2 / 2) / 2.5)])
        >>> figure.axes[0].get_title(loc="left")
        'latent unit 0'
    """
    across = min(len(units), 4)
    down = -(-len(units) // across)
    figure, panels = canvas(
        min(WIDTH, 0.5 + 1.95 * max(across, 2)), 1.45 * down + 0.65, down, across
    )
    for axes, unit in zip(panels, units, strict=False):
        _histogram(axes, unit)
        axes.set_title(plain(f"{unit.name}{unit.note}", 40))
        axes.set_yticks([])
    for axes in panels[len(units) :]:
        axes.set_visible(False)
    for axes in panels[::across]:
        axes.set_ylabel("density")
    figure.supxlabel("value of the unit", color=MUTED, fontsize=9)
    _explain(figure)
    return figure


@in_house_style
def joint(across: Marginal, up: Marginal, density: np.ndarray) -> "Figure":
    """Draw the codes of two units as hexagons, with the prior's contours, and each alone.

    Args:
        across: The unit of the horizontal axis.
        up: The unit of the vertical one.
        density: Density of the prior at the places of both, (places across, places up).
    """
    figure = sheet_of_paper(5.2, 5.2)
    grid = figure.add_gridspec(2, 2, width_ratios=[4, 1], height_ratios=[1, 4])
    main = figure.add_subplot(grid[1, 0])
    top = figure.add_subplot(grid[0, 0], sharex=main)
    side = figure.add_subplot(grid[1, 1], sharey=main)
    count = max(min(round(np.sqrt(len(across.codes))), 45), 12)
    hexagons = main.hexbin(
        across.codes, up.codes, gridsize=count, mincnt=1, cmap=see_through(OURS),
        linewidths=0.1, vmin=0,
    )  # fmt: skip
    hexagons.set_rasterized(True)
    main.contour(
        across.places, up.places, density.T, levels=_levels(density), colors=OTHER, linewidths=1.3
    )
    main.set_xlim(across.places[0], across.places[-1])
    main.set_ylim(up.places[0], up.places[-1])
    main.set_xlabel(across.name)
    main.set_ylabel(up.name)
    _histogram(top, across)
    _histogram(side, up, sideways=True)
    for axes, ticks in ((top, top.yaxis), (side, side.xaxis)):
        axes.tick_params(labelbottom=False, labelleft=False)
        ticks.set_ticks([])
    _explain(figure)
    return figure


def _levels(density: np.ndarray) -> list[float]:
    """Return the densities at whose contours the shares `_HELD` of the mass are inside."""
    ranked = np.sort(density.ravel())[::-1]
    held = np.cumsum(ranked) / max(ranked.sum(), 1e-300)
    found = {float(ranked[min(np.searchsorted(held, share), len(ranked) - 1)]) for share in _HELD}
    return sorted(found)


def _histogram(axes: "Axes", unit: Marginal, *, sideways: bool = False) -> None:
    bins = int(np.clip(np.sqrt(len(unit.codes)), 10, 50))
    axes.hist(
        unit.codes, bins=bins, density=True, color=OURS, alpha=0.75,
        orientation="horizontal" if sideways else "vertical",
    )  # fmt: skip
    line = unit.density, unit.places
    axes.plot(*(line if sideways else line[::-1]), color=OTHER, linewidth=1.4)
    axes.grid(visible=False)


def _explain(figure: "Figure") -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    handles = [Patch(color=OURS, alpha=0.75), Line2D([], [], color=OTHER)]
    names = ["codes of examples, drawn from q(z|x)", "prior"]
    figure.legend(handles, names, loc="outside upper right", ncols=2)
