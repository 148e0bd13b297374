"""Scores of one method against its strength."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from elbowroom.report.house_style import OURS, PAPER, in_house_style
from elbowroom.study.figures.panel import (
    Panel,
    draw_references,
    name_panel,
    panels_canvas,
    shared_legend,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_DECADE = 8.0
"""Ratio of the largest strength to the smallest from which the axis is logarithmic."""

_NEAR = 0.45
"""How far floors that are those of one strength go, as a share of the way to the next."""


@in_house_style
def against_strength(panels: Sequence[Panel], setting: str) -> "Figure":
    """Draw each score against the strength of a method: points for seeds, a line of their means.

    Args:
        panels: A score each, with one series.
        setting: The setting that is the strength, in words.

    Example:
        >>> from elbowroom.study.figures import Series
        >>> runs = Series("beta-vae", (2.0, 2.0, 4.0), (0.1, 0.2, 0.3))
        >>> figure = against_strength([Panel("SAP", [runs])], "objective.beta")
        >>> figure.axes[0].get_xlabel()
        'objective.beta'
    """
    figure, axes = panels_canvas(len(panels))
    for one, panel in zip(axes, panels, strict=True):
        # Floors may be known of a strength whose runs have no such score.
        across = [*(s.x for s in panel.series), *(lines.places or () for lines in panel.lines)]
        strengths = sorted({float(value) for values in across for value in values})
        logarithmic = _spans_decades(strengths)
        draw_references(one, panel, _half_way(strengths, logarithmic))
        for series in panel.series:
            x, y = np.asarray(series.x, dtype=float), np.asarray(series.y, dtype=float)
            places = np.unique(x)
            means = [y[x == place].mean() for place in places]
            one.plot(
                x, y, "o", color=OURS, markersize=4.5, markeredgecolor=PAPER, markeredgewidth=0.6,
                label="a run (one seed)", zorder=3,
            )  # fmt: skip
            one.plot(places, means, color=OURS, label="mean over seeds", zorder=2)
        if logarithmic:
            one.set_xscale("log")
        if strengths:
            one.set_xticks(strengths, [f"{value:g}" for value in strengths])
            one.set_xticks([], minor=True)
        one.margins(x=0.1)
        one.set_xlabel(setting)
        name_panel(one, panel)
    shared_legend(figure, axes)
    return figure


def _spans_decades(strengths: Sequence[float]) -> bool:
    return bool(strengths) and strengths[0] > 0 and strengths[-1] / strengths[0] >= _DECADE


def _half_way(
    strengths: Sequence[float], logarithmic: bool
) -> Callable[[float], tuple[float, float]]:
    """Return what tells from where to where floors of a strength go: near its neighbours' ends."""
    to, back = (np.log, np.exp) if logarithmic else (np.asarray, np.asarray)
    at = to(np.asarray(strengths, dtype=float))
    gaps = np.diff(at) if len(at) > 1 else np.ones(1)
    before, after = np.append(gaps[0], gaps), np.append(gaps, gaps[-1])
    ends = {
        strength: (float(back(at[i] - _NEAR * before[i])), float(back(at[i] + _NEAR * after[i])))
        for i, strength in enumerate(strengths)
    }
    return ends.__getitem__
