"""What each latent unit tells about each factor: mutual information as a heat map."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from elbowroom.metrics.disentanglement.information import gap
from elbowroom.report.figures.cells import cells
from elbowroom.report.house_style import INK, MUTED, OURS, WIDTH, canvas, in_house_style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


@in_house_style
def information_map(
    shares: np.ndarray,
    entropies: np.ndarray,
    units: Sequence[str],
    factors: Sequence[str],
    *,
    shuffled: np.ndarray | None = None,
) -> "Figure":
    """Draw I(z_u; v_f) / H(v_f), and for each factor how far the best unit is ahead.

    Args:
        shares: The share of each factor's entropy that each unit tells, (units, factors).
        entropies: H(v_f), (factors,), in nats.
        units: What the units are called.
        factors: What the factors are called.
        shuffled: The share that codes in shuffled order tell of each factor, (factors,).

    Example:
        >>> figure = information_map(np.array([[0.9], [0.1]]), np.array([1.1]), "01", ["hue"])
        >>> f"{figure.axes[1].patches[0].get_width():.2f}"
        '0.80'
    """
    names = [f"{name} ({nats:.2f} nats)" for name, nats in zip(factors, entropies, strict=True)]
    margin = 0.4 + 0.062 * max(map(len, names))
    wide = min(WIDTH, margin + 0.42 * len(units) + 1.5)
    figure, [left, right] = canvas(
        max(wide, 4.2), 0.85 + 0.34 * len(factors), 1, 2, sharey=True,
        gridspec_kw={"width_ratios": [max(wide, 4.2) - margin - 1.1, 1.1]},
    )  # fmt: skip
    cells(left, shares.T, names, units)
    below = "" if shuffled is None else f"\n(shuffled codes: {span_of(shuffled)})"
    left.set_xlabel(f"latent unit{below}")
    _gaps(right, gap(shares))
    return figure


def span_of(values: np.ndarray) -> str:
    """Return the least and the largest of some numbers in words, or the one that they are.

    >>> span_of(np.array([0.1, 0.25])), span_of(np.array([0.1]))
    ('0.10 to 0.25', '0.10')
    """
    low, high = f"{values.min():.2f}", f"{values.max():.2f}"
    return low if low == high else f"{low} to {high}"


def _gaps(axes: "Axes", gaps: np.ndarray) -> None:
    axes.barh(range(len(gaps)), gaps, color=OURS, height=0.62)
    for place, value in enumerate(gaps):
        axes.annotate(
            f"{value:.2f}", (value, place), (3, 0), textcoords="offset points", va="center",
            fontsize=7.5, color=INK,
        )  # fmt: skip
    axes.set_xlim(0, 1.3)
    axes.set_xticks([0, 1])
    axes.tick_params(axis="y", length=0, labelleft=False)
    axes.grid(axis="y", visible=False)
    axes.axvline(1, color=MUTED, linewidth=0.6, linestyle=(0, (3, 3)))
    axes.set_xlabel("first ahead\nof second")
