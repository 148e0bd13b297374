"""Rate against distortion: where runs operate, and at what ELBO (Alemi et al. 2018).

On the line rate = -ELBO - distortion all models have the same ELBO, so that a run is better the
nearer it is to the lower left, whatever its beta.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from elbowroom.report.house_style import (
    INK,
    MUTED,
    OURS,
    PAPER,
    WIDTH,
    canvas,
    in_house_style,
    plain,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from elbowroom.experiment import Evaluation

_LINES = 6


@dataclass(frozen=True)
class Operating:
    """Where a run operates.

    Args:
        run: Its name.
        distortion: In nats per example.
        rate: In nats per example.
        distortion_error: Standard error over examples.
        rate_error: Standard error over examples.
        of: What the examples are, in words.
    """

    run: str
    distortion: float
    rate: float
    distortion_error: float = 0.0
    rate_error: float = 0.0
    of: str = ""

    @classmethod
    def of_evaluation(cls, evaluation: "Evaluation") -> "Operating":
        """Return where an evaluation puts its run."""
        distortion, rate = (evaluation.estimates[name] for name in ("distortion", "rate"))
        words = (
            f"{evaluation.examples:,} {evaluation.split} examples, "
            f"{evaluation.yardstick.measure.words}"
        )
        return cls(
            evaluation.run, distortion.value, rate.value, distortion.data_error, rate.data_error,
            words,
        )  # fmt: skip


@in_house_style
def rate_distortion(panels: Sequence[Sequence[Operating]]) -> "Figure":
    """Draw runs as points; a panel for each group of runs that can be ranked.

    Args:
        panels: The runs of each panel, one or more.

    Example:
        >>> figure = rate_distortion([[Operating("a", 87.0, 16.0), Operating("b", 107.0, 8.0)]])
        >>> figure.axes[0].get_xlabel()
        'distortion, nats per example'
    """
    across = min(len(panels), 2)
    down = -(-len(panels) // across)
    figure, axes = canvas(5.6 if across == 1 else WIDTH, 4.2 * down, down, across)
    for one, runs in zip(axes, panels, strict=False):
        _panel(one, runs)
    for one in axes[len(panels) :]:
        one.set_visible(False)
    return figure


def _panel(axes: "Axes", runs: Sequence[Operating]) -> None:
    x, y = np.array([r.distortion for r in runs]), np.array([r.rate for r in runs])
    axes.errorbar(
        x, y, xerr=[r.distortion_error for r in runs], yerr=[r.rate_error for r in runs],
        fmt="none", ecolor=OURS, elinewidth=1, alpha=0.7,
    )  # fmt: skip
    axes.plot(x, y, "o", color=OURS, markersize=6, markeredgecolor=PAPER, zorder=3)
    errors = [max(run.distortion_error, run.rate_error) for run in runs]
    _limits(axes, x, y, 3 * max(errors))
    _lines(axes)
    for run in runs:
        _name(axes, run)
    axes.set_xlabel("distortion, nats per example")
    axes.set_ylabel("rate, nats per example")
    axes.set_title(runs[0].of)


def _limits(axes: "Axes", x: np.ndarray, y: np.ndarray, least: float) -> None:
    """Give both axes the same span, so that lines of equal ELBO fall at 45 degrees."""
    span = 1.4 * max(np.ptp(x), np.ptp(y), least, 0.1)
    middle = (x.min() + x.max()) / 2, (y.min() + y.max()) / 2
    axes.set_xlim(middle[0] - span / 2, middle[0] + span / 2)
    low = max(middle[1] - span / 2, -0.03 * span)  # a rate is not below 0
    axes.set_ylim(low, low + span)
    axes.set_aspect("equal")


def _lines(axes: "Axes") -> None:
    from matplotlib.ticker import MaxNLocator

    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    axes.grid(False)
    sums = np.array(MaxNLocator(_LINES).tick_values(left + bottom, right + top))
    for total in sums[(sums > left + bottom) & (sums < right + top)]:
        axes.axline(
            (total - bottom, bottom), slope=-1, color=MUTED, linewidth=0.6, alpha=0.6, zorder=0
        )
        # Named where the line leaves the panel on the left, or at the top.
        x = max(left, total - top)
        axes.annotate(
            f"ELBO {-total:.4g}".replace("-", "\u2212"), (x, total - x), (5, -5),
            textcoords="offset points", fontsize=7, color=MUTED, rotation=-45,
            rotation_mode="anchor", va="top", ha="left",
        )  # fmt: skip


def _name(axes: "Axes", run: Operating) -> None:
    from matplotlib.patheffects import withStroke

    right = run.distortion > np.mean(axes.get_xlim())
    axes.annotate(
        plain(run.run), (run.distortion, run.rate), (-7 if right else 7, 5),
        textcoords="offset points", fontsize=8, color=INK, ha="right" if right else "left",
        path_effects=[withStroke(linewidth=2.5, foreground=PAPER)], zorder=4,
    )  # fmt: skip
