"""Codes against the prior, each unit alone."""

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
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


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
        histogram(axes, unit)
        axes.set_title(plain(f"{unit.name}{unit.note}", 40))
        axes.set_yticks([])
    for axes in panels[len(units) :]:
        axes.set_visible(False)
    for axes in panels[::across]:
        axes.set_ylabel("density")
    figure.supxlabel("value of the unit", color=MUTED, fontsize=9)
    explain(figure)
    return figure


def histogram(axes: "Axes", unit: Marginal, *, sideways: bool = False) -> None:
    """Draw the codes of a unit as a histogram, and the density of its prior as a line."""
    bins = int(np.clip(np.sqrt(len(unit.codes)), 10, 50))
    axes.hist(
        unit.codes, bins=bins, density=True, color=OURS, alpha=0.75,
        orientation="horizontal" if sideways else "vertical",
    )  # fmt: skip
    line = unit.density, unit.places
    axes.plot(*(line if sideways else line[::-1]), color=OTHER, linewidth=1.4)
    axes.grid(visible=False)


def explain(figure: "Figure") -> None:
    """Say which colour is the codes and which the prior."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    handles = [Patch(color=OURS, alpha=0.75), Line2D([], [], color=OTHER)]
    names = ["codes of examples, drawn from q(z|x)", "prior"]
    figure.legend(handles, names, loc="outside upper right", ncols=2)
