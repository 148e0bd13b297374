"""Figures of the evidence: bounds against K, each example's log p(x), the parts of gap and rate."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from elbowroom.report.house_style import (
    INK,
    MUTED,
    OTHER,
    OURS,
    WIDTH,
    canvas,
    in_house_style,
    legend,
    plain,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Number = Mapping[str, Any]


@in_house_style
def bound_curve(elbo: Number, bounds: Sequence[Number], reference: Number) -> "Figure":
    """Draw the importance-sampled bound against K, between the ELBO and the reference.

    Args:
        elbo: The bound at K = 1, as plain values of an estimate.
        bounds: The bounds, by increasing K.
        reference: What they should rise to.

    Example:
        >>> number = {"value": -3.0, "mc_error": 0.1, "samples": 50, "method": "x", "flagged": 0.0}
        >>> bound_curve(number, [number], number).axes[0].get_xscale()
        'log'
    """
    figure, [axes] = canvas(5.8, 3.0)
    counts = [1, *(bound["samples"] for bound in bounds)]
    values = [elbo["value"], *(bound["value"] for bound in bounds)]
    errors = [elbo["mc_error"], *(bound["mc_error"] for bound in bounds)]
    axes.axhspan(
        *(reference["value"] + side * 1.96 * reference["mc_error"] for side in (-1, 1)),
        color=OTHER, alpha=0.3, linewidth=0,
    )  # fmt: skip
    axes.axhline(
        reference["value"], color=OTHER, linewidth=1.2, label=plain(reference["method"], 60)
    )
    axes.errorbar(
        counts, values, yerr=1.96 * np.array(errors), color=OURS, marker="o", markersize=4,
        elinewidth=1, label="importance sampling",
    )  # fmt: skip
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.set_xlabel("K, samples for each example")
    axes.set_ylabel("nats per example")
    for count, value, bound in zip(counts[1:], values[1:], bounds, strict=True):
        if count in (50, 500, 5000) and bound["flagged"] is not None:
            axes.annotate(
                f"{bound['flagged']:.0%} flagged", (count, value), (0, -9),
                textcoords="offset points", fontsize=7, color=MUTED, ha="center", va="top",
            )  # fmt: skip
    axes.annotate("ELBO", (1, values[0]), (7, 0), textcoords="offset points", fontsize=8,
                  color=INK, va="center")  # fmt: skip
    axes.margins(y=0.12)
    figure.legend(loc="outside upper right", ncols=2)
    return figure


@in_house_style
def each_example(log_p: np.ndarray, elbo: np.ndarray, flagged: np.ndarray) -> "Figure":
    """Draw how log p(x) is spread over examples, and how far below it each one's ELBO is.

    Args:
        log_p: Log p(x) of each example, (N,).
        elbo: ELBO of each, (N,).
        flagged: Whether the diagnostics of each are bad, (N,).
    """
    figure, [left, right] = canvas(WIDTH, 2.8, 1, 2)
    bins = np.histogram_bin_edges(log_p, bins=min(40, max(8, len(log_p) // 12))).tolist()
    left.hist(log_p, bins=bins, color=OURS, alpha=0.85)
    if flagged.any():
        left.hist(log_p[flagged], bins=bins, color=OTHER)
    left.axvline(log_p.mean(), color=INK, linewidth=1, linestyle=(0, (3, 3)))
    left.annotate(
        "mean", (log_p.mean(), 1), (3, -2), xycoords=("data", "axes fraction"),
        textcoords="offset points", fontsize=7, color=INK, va="top",
    )  # fmt: skip
    left.set_xlabel("log p(x), nats")
    left.set_ylabel("examples")
    gap = log_p - elbo
    size = float(np.clip(4000 / len(gap), 4, 16))
    for which, colour, larger in ((~flagged, OURS, 1), (flagged, OTHER, 3)):
        right.scatter(log_p[which], gap[which], s=larger * size, color=colour, linewidths=0,
                      alpha=0.6, rasterized=True)  # fmt: skip
    right.set_xlabel("log p(x), nats")
    right.set_ylabel("log p(x) \u2212 ELBO, nats")
    if flagged.any():
        from matplotlib.patches import Patch

        names = [f"good diagnostics ({(~flagged).sum():,})", f"flagged ({flagged.sum():,})"]
        legend(figure, [Patch(color=OURS), Patch(color=OTHER)], names,
               loc="outside upper right", ncols=2)  # fmt: skip
    return figure


@in_house_style
def parts(bars: Mapping[str, Mapping[str, tuple[float, float]]]) -> "Figure":
    """Draw what numbers are made of: a panel for each, a bar for each part.

    Args:
        bars: Title -> name of the part -> its value and its error, in nats.

    Example:
        >>> figure = parts({"gap": {"family": (0.7, 0.1), "amortisation": (7.4, 0.8)}})
        >>> [label.get_text() for label in figure.axes[0].get_yticklabels()]
        ['family', 'amortisation']
    """
    rows = max(len(panel) for panel in bars.values())
    figure, panels = canvas(WIDTH if len(bars) > 1 else 5.2, 0.75 + 0.32 * rows, 1, len(bars))
    for axes, (title, panel) in zip(panels, bars.items(), strict=True):
        _bars(axes, panel)
        axes.set_title(title)
    return figure


def _bars(axes: "Axes", panel: Mapping[str, tuple[float, float]]) -> None:
    values, errors = np.array(list(panel.values())).T
    places = np.arange(len(values))
    axes.barh(places, values, color=OURS, height=0.62)
    axes.errorbar(values, places, xerr=errors, fmt="none", ecolor=INK, elinewidth=1)
    for place, value, error in zip(places, values, errors, strict=True):
        axes.annotate(
            f"{value:.2f}".replace("-", "\u2212"), (max(value, 0) + error, place), (4, 0),
            textcoords="offset points", fontsize=8, color=INK, va="center",
            clip_on=False, zorder=5,
        )  # fmt: skip
    axes.set_yticks(places, [plain(name) for name in panel])
    axes.tick_params(axis="y", length=0, labelcolor=INK)
    axes.set_ylim(len(values) - 0.5, -0.5)
    axes.margins(x=0.18)
    axes.axvline(0, color=MUTED, linewidth=0.6)
    axes.grid(axis="y", visible=False)
    axes.set_xlabel("nats per example")


@in_house_style
def unit_history(rates: np.ndarray, active: np.ndarray, dead_below: float) -> "Figure":
    """Draw the rate of each unit while the model was learning.

    Args:
        rates: Rate of each unit after each epoch, (epochs, latent), in nats.
        active: Which units are active in the end, (latent,).
        dead_below: Rate below which a unit counts as dead.
    """
    figure, [axes] = canvas(WIDTH, 2.6)
    epochs = np.arange(1, len(rates) + 1)
    for unit in range(rates.shape[1]):
        colour = OURS if active[unit] else OTHER
        axes.plot(epochs, np.maximum(rates[:, unit], 1e-4), color=colour, linewidth=1, alpha=0.75)
    axes.axhline(dead_below, color=MUTED, linewidth=0.8, linestyle=(0, (3, 3)))
    axes.set_yscale("log")
    axes.yaxis.set_major_formatter("{x:g}")
    axes.set_xlabel("epoch")
    axes.set_ylabel("rate of a unit, nats")
    from matplotlib.lines import Line2D

    kinds = ((OURS, "active", int(active.sum())), (OTHER, "collapsed", int((~active).sum())))
    there = [(colour, f"{name} ({count})") for colour, name, count in kinds if count]
    handles = [Line2D([], [], color=colour) for colour, _ in there]
    legend(figure, handles, [name for _, name in there], loc="outside upper right", ncols=2)
    return figure
