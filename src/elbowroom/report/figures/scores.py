"""Scores of disentanglement beside what they are to be compared with."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from elbowroom.report.house_style import (
    FAINT,
    INK,
    MUTED,
    OTHER,
    OURS,
    PAPER,
    WIDTH,
    canvas,
    in_house_style,
    plain,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Score = Mapping[str, Any]
CEILING = "true factors"
_MARKS = ("^", "s", "v", "P", "X", "<")
"""Filled, so that a line of the grid does not take one for another."""


@in_house_style
def scores(found: Sequence[Score], references: Mapping[str, Sequence[Score]]) -> "Figure":
    """Draw each score as a dot with its error, its references as marks on the same line.

    Args:
        found: Scores of the code: 'name', 'value' and 'error' of each.
        references: Scores of each reference by its name; that of the true factors is the ceiling.

    Example:
        >>> mig = {"name": "MIG", "value": 0.4, "error": 0.01}
        >>> figure = scores([mig], {"PCA": [{**mig, "value": 0.1}]})
        >>> [label.get_text() for label in figure.axes[0].get_yticklabels()]
        ['MIG']
    """
    names = [score["name"] for score in found]
    figure, [axes] = canvas(WIDTH, 0.95 + 0.29 * len(names))
    handles = []
    floors = [name for name in references if name != CEILING]
    for name, mark in zip(floors, _MARKS, strict=False):
        handles += axes.plot(
            *_points(references[name], names), mark, color=MUTED, ms=6.5, markeredgecolor=PAPER,
            mew=0.6, label=plain(name),
        )  # fmt: skip
    if CEILING in references:
        handles += axes.plot(
            *_points(references[CEILING], names), "D", markerfacecolor="none", color=OTHER, ms=6,
            mew=1.3, label=f"{CEILING} (ceiling)",
        )  # fmt: skip
    places = np.arange(len(names))
    drawn = axes.errorbar(
        [score["value"] for score in found], places, xerr=[_spread(score) for score in found],
        fmt="o", color=OURS, ms=6.5, elinewidth=1.6, label="this run", zorder=4,
    )  # fmt: skip
    axes.set_yticks(places, [plain(name, 40) for name in names])
    axes.tick_params(axis="y", length=0, labelcolor=INK)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.grid(axis="y", color=FAINT)
    least, most = axes.get_xlim()
    axes.set_xlim(min(least, -0.02), max(most, 1.02))
    axes.set_xlabel("score; the line is 95% over samples and seeds")
    figure.legend(
        handles=[drawn, *handles], loc="outside upper right", ncols=min(len(handles) + 1, 6),
        handletextpad=0.3, columnspacing=1.2,
    )  # fmt: skip
    return figure


def _points(scored: Sequence[Score], names: Sequence[str]) -> tuple[list[float], list[int]]:
    known = {score["name"]: score["value"] for score in scored}
    shown = [(known[name], place) for place, name in enumerate(names) if name in known]
    return [value for value, _ in shown], [place for _, place in shown]


def _spread(score: Score) -> float:
    """Return 1.96 standard errors, over samples and, where it draws, over the mean of seeds."""
    seeds = (score.get("spread") or 0.0) / np.sqrt(score.get("seeds") or 1)
    return float(1.96 * np.hypot(score["error"], seeds))
