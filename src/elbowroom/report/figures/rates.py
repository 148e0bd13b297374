"""Rate per latent unit: how many nats each carries, and which are used at all."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from elbowroom.report.house_style import INK, MUTED, OURS, WIDTH, canvas, in_house_style, legend
from elbowroom.report.words import nats

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_NAMED = 48
_LEAST = 0.1
"""Height of the panel at least, nats."""


@in_house_style
def rates(
    rate: Sequence[float] | np.ndarray,
    active: Sequence[bool] | np.ndarray,
    labels: Sequence[str] = (),
) -> "Figure":
    """Draw a bar for each latent unit, from the largest rate to the smallest.

    Args:
        rate: Mean KL of each unit, (latent,), in nats per example.
        active: Which units are active, (latent,).
        labels: What the units are called; their numbers when not given.

    Example:
        >>> rates([0.1, 2.0], [False, True]).axes[0].get_ylabel()
        'rate, nats per example'
    """
    rate, active = np.asarray(rate, dtype=float), np.asarray(active, dtype=bool)
    order = np.argsort(-rate, kind="stable")
    wide = min(WIDTH, 2.6 + 0.28 * len(rate))
    figure, [axes] = canvas(wide, 2.5)
    places = np.arange(len(rate))
    shown = active[order]
    axes.bar(places[shown], rate[order][shown], color=OURS, width=0.72)
    axes.bar(
        places[~shown], rate[order][~shown], facecolor="none", edgecolor=MUTED, width=0.72, lw=0.8
    )
    if len(rate) <= 24:
        for place, value in zip(places, rate[order], strict=True):
            axes.annotate(
                nats(value), (place, value), (0, 2), textcoords="offset points",
                ha="center", va="bottom", fontsize=7, color=MUTED,
            )  # fmt: skip
    if len(rate) <= _NAMED:
        axes.set_xticks(places, [labels[unit] if labels else str(unit) for unit in order])
        axes.tick_params(axis="x", length=0, labelcolor=INK)
    else:
        axes.set_xticks([])
    axes.grid(axis="x", visible=False)
    axes.margins(y=0.12)
    axes.set_xlim(-0.7, len(rate) - 0.3)
    # Bars of a collapsed model are next to nothing, and look it.
    axes.set_ylim(0, max(axes.get_ylim()[1], _LEAST))
    axes.set_xlabel("latent unit, by rate")
    axes.set_ylabel("rate, nats per example")
    _explain(axes, active)
    return figure


def _explain(axes: "Axes", active: np.ndarray) -> None:
    from matplotlib.patches import Patch

    used = int(active.sum())
    handles = [Patch(facecolor=OURS), Patch(facecolor="none", edgecolor=MUTED)]
    names = [f"active ({used})", f"not active ({len(active) - used})"]
    kept = [bool(used), used < len(active)]
    legend(
        axes,
        [handle for handle, keep in zip(handles, kept, strict=True) if keep],
        [name for name, keep in zip(names, kept, strict=True) if keep],
        loc="upper right",
    )
