"""Which units a predictor of each factor uses: importances as a Hinton diagram."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from elbowroom.report.house_style import (
    FAINT,
    INK,
    MUTED,
    OURS,
    WIDTH,
    bare,
    canvas,
    in_house_style,
    plain,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_CELL = 0.42
_LONG, _ABOVE, _RIGHT, _HEADING = 1.5, 1.0, 3.0, 0.7
"""In cells: a bar of a score of 1, the room around bars above, for bars at the right, and for a
heading."""


@in_house_style
def hinton(
    importances: np.ndarray,
    disentangled: np.ndarray,
    complete: np.ndarray,
    units: Sequence[str],
    factors: Sequence[str],
) -> "Figure":
    """Draw importances as squares whose areas they are, with the scores of rows and columns.

    Args:
        importances: Share of each unit in the predictor of each factor, 0 or more,
            (units, factors).
        disentangled: How far each unit serves one factor, (units,), NaN where that has no meaning.
        complete: How far each factor is held by one unit, (factors,).
        units: What the units are called.
        factors: What the factors are called.

    Example:
        >>> figure = hinton(np.eye(2), np.ones(2), np.ones(2), "01", ["hue", "size"])
        >>> [patch.get_width().__round__(1) for patch in figure.axes[0].patches][:4]
        [0.9, 0.0, 0.0, 0.9]
    """
    across, down = len(units), len(factors)
    names = 0.4 + 0.062 * max(len(plain(name)) for name in factors)
    several = np.isfinite(disentangled).any()
    above = _ABOVE + _LONG * float(np.nanmax(disentangled)) if several else _HEADING
    names = max(names, 1.4) if several else names
    cell = min(_CELL, (WIDTH - names) / (across + _RIGHT))
    figure, [axes] = canvas(names + cell * (across + _RIGHT), cell * (down + above) + 0.5)
    _squares(axes, importances.T)
    _scores(axes, disentangled, complete)
    axes.set_xlim(-0.5, across - 0.5 + _RIGHT)
    axes.set_ylim(down - 0.5, -0.5 - above)
    axes.set_aspect("equal", anchor="W")
    bare(axes)
    axes.set_xticks(range(across), [plain(name, 8) for name in units])
    named = [plain(name) for name in factors]
    axes.set_yticks([*range(down), -0.95], [*named, "disentanglement" if several else ""])
    axes.tick_params(labelcolor=INK)
    # In the middle of the columns, not of the panel, which has the bars at the right as well.
    axes.set_xlabel("latent unit", x=across / 2 / (across + _RIGHT))
    return figure


def _squares(axes: "Axes", shares: np.ndarray) -> None:
    from matplotlib.patches import Rectangle

    down, across = shares.shape
    largest = shares.max() or 1.0
    axes.vlines(np.arange(across + 1) - 0.5, -0.5, down - 0.5, color=FAINT, linewidth=0.5)
    axes.hlines(np.arange(down + 1) - 0.5, -0.5, across - 0.5, color=FAINT, linewidth=0.5)
    for (row, column), share in np.ndenumerate(shares):
        side = 0.92 * float(np.sqrt(max(share, 0.0) / largest))
        corner = column - side / 2, row - side / 2
        axes.add_patch(Rectangle(corner, side, side, color=OURS, linewidth=0))


def _scores(axes: "Axes", disentangled: np.ndarray, complete: np.ndarray) -> None:
    """Draw a bar above each column and at the right of each row, a cell and a half long for 1."""
    end = len(disentangled) - 0.3
    if np.isfinite(disentangled).any():
        columns = np.arange(len(disentangled))
        tall = _LONG * np.nan_to_num(disentangled)
        axes.bar(columns, -tall, 0.6, bottom=-0.7, color=MUTED, alpha=0.55)
        for column, (score, top) in enumerate(zip(disentangled, tall, strict=True)):
            _write(axes, column, -0.8 - top, score, ha="center", va="bottom")
    wide = _LONG * np.nan_to_num(complete)
    axes.barh(np.arange(len(complete)), wide, 0.6, left=end, color=MUTED, alpha=0.55)
    for row, (score, length) in enumerate(zip(complete, wide, strict=True)):
        _write(axes, end + length + 0.12, row, score, ha="left", va="center")
    axes.text(end, -0.75, "completeness", fontsize=8, color=MUTED)


def _write(axes: "Axes", x: float, y: float, score: float, **where: Any) -> None:
    text = "\u2013" if np.isnan(score) else f"{score:.2f}"
    axes.text(x, y, text, fontsize=7, color=INK, **where)
