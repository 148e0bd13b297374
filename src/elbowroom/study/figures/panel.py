"""A panel of a study's figures: one score, the runs that have it, their floors and ceiling."""

from collections.abc import Callable, Mapping, Sequence
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
class Lines:
    """Floors and ceiling of runs that share them.

    Attributes:
        floors: What the codes score that a good one is to be above, by name.
        ceiling: What the true factors score.
        places: Where across they hold, as `Series.x` or the number of a series; None for all.
    """

    floors: Mapping[str, float] = field(default_factory=dict)
    ceiling: float | None = None
    places: Sequence[float] | None = None


@dataclass(frozen=True)
class Panel:
    """One score.

    Attributes:
        score: Its name.
        series: The runs.
        lines: Floors and ceiling, once for all runs that share them.
        from_zero: Whether the score has a zero that means nothing was found.
        stretchable: Whether more is better without end, so that the axis may give room to the best.
    """

    score: str
    series: Sequence[Series]
    lines: Sequence[Lines] = ()
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


def draw_references(
    axes: "Axes", panel: Panel, reach: Callable[[float], tuple[float, float]] | None = None
) -> None:
    """Draw floors and ceiling as lines across a panel, or over the places where they hold.

    Args:
        axes: Where.
        panel: What is drawn there.
        reach: From where to where the lines of a place go; wanted where some have places.
    """
    names = dict.fromkeys(name for lines in panel.lines for name in lines.floors)
    styles = dict(zip(names, FLOOR_STYLES, strict=False))
    for lines in panel.lines:
        looks: list[tuple[str, float, dict[str, Any]]] = [
            (name, value, {"color": MUTED, "linestyle": styles[name], "linewidth": 1})
            for name, value in lines.floors.items()
            if name in styles
        ]
        if lines.ceiling is not None:
            look = {"color": OTHER, "linewidth": 1.2}
            looks.append(("true factors (ceiling)", lines.ceiling, look))
        for name, value, look in looks:
            if lines.places is None or reach is None:
                axes.axhline(value, label=plain(name), **look)
            else:
                starts, ends = zip(*map(reach, lines.places), strict=True)
                axes.hlines([value] * len(starts), starts, ends, label=plain(name), **look)


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
