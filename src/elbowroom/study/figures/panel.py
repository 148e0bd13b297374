"""A panel of a study's figures: one score, the runs that have it, its floors and its ceiling."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import TYPE_CHECKING, Any

import numpy as np

from elbowroom.report.house_style import INK, MUTED, OTHER, WIDTH, canvas, plain
from elbowroom.study.figures.stretched import stretch

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_ACROSS = 3
FLOOR_STYLES = (":", "--", "-.", (0, (9, 3)), (0, (4, 1, 1, 1, 1, 1)))
"""Line styles of the floors, in their order."""


@dataclass(frozen=True)
class Series:
    """Runs that belong together: a method, or a method at a strength.

    Attributes:
        name: What they are called.
        x: Where each stands across: a strength, an ELBO, or nothing where the place is the name's.
        y: The score of each.
    """

    name: str
    x: Sequence[float]
    y: Sequence[float]


@dataclass(frozen=True)
class Panel:
    """One score.

    Attributes:
        score: Its name.
        series: The runs.
        floors: What the codes score that a good one is to be above, by name.
        ceiling: What the true factors score.
        from_zero: Whether the score has a zero that means nothing was found.
        stretchable: Whether more is better without end, so that the axis may give room to the best.
    """

    score: str
    series: Sequence[Series]
    floors: Mapping[str, float] = field(default_factory=dict)
    ceiling: float | None = None
    from_zero: bool = False
    stretchable: bool = False


def panels_canvas(count: int, height: float = 2.5) -> "tuple[Figure, list[Axes]]":
    """Return a figure with room for so many panels, three in a row."""
    across = min(count, _ACROSS)
    down = ceil(count / across)
    width = WIDTH if across > 1 else 5.2
    figure, axes = canvas(width, height * down + 0.35, down, across)
    for unused in axes[count:]:
        unused.set_visible(False)
    return figure, axes[:count]


def draw_references(axes: "Axes", panel: Panel) -> list[Any]:
    """Draw floors and ceiling as lines across a panel."""
    handles = []
    for (name, value), style in zip(panel.floors.items(), FLOOR_STYLES, strict=False):
        handles.append(
            axes.axhline(value, color=MUTED, linestyle=style, linewidth=1, label=plain(name))
        )
    if panel.ceiling is not None:
        name = "true factors (ceiling)"
        handles.append(axes.axhline(panel.ceiling, color=OTHER, linewidth=1.2, label=plain(name)))
    return handles


def name_panel(axes: "Axes", panel: Panel) -> None:
    """Write the score above its panel, and keep scores between 0 and 1 comparable."""
    stretched = panel.stretchable and stretch(
        axes, "y", [y for series in panel.series for y in series.y]
    )
    axes.set_title(plain(panel.score, 34) + (" (axis stretched)" if stretched else ""), color=INK)
    if panel.from_zero:
        low = min(0.0, axes.get_ylim()[0])
        high = max(axes.get_ylim()[1], 0.1)
        axes.set_ylim(low, high + 0.03 * (high - low))


def shared_legend(figure: "Figure", axes: "Sequence[Axes]") -> None:
    """Put one legend above all panels, each name in it once."""
    known: dict[str, Any] = {}
    for one in axes:
        for handle, name in zip(*one.get_legend_handles_labels(), strict=True):
            known.setdefault(name, handle)
    if known:
        figure.legend(
            handles=list(known.values()), labels=list(known), loc="outside upper left",
            ncols=4, handletextpad=0.5, columnspacing=1.4,
        )  # fmt: skip


def spread_out(count: int, width: float = 0.34) -> np.ndarray:
    """Return offsets that keep points of equal place apart, in the order of their seeds."""
    return np.linspace(-width / 2, width / 2, count) if count > 1 else np.zeros(1)
