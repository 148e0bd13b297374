"""How metrics agree: rank correlations over all runs."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from elbowroom.report.house_style import (
    DIVERGING,
    FAINT,
    INK,
    MUTED,
    PAPER,
    bare,
    canvas,
    in_house_style,
    plain,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_DARK = 0.65
_ROUNDING = 1e-9


@in_house_style
def agreement(
    names: Sequence[str], correlations: np.ndarray, levels: np.ndarray | None = None
) -> "Figure":
    """Draw rank correlations between scores as a coloured table with its numbers.

    Args:
        names: The scores.
        correlations: Spearman's rank correlation of each pair, (scores, scores); NaN where it is
            not known.
        levels: What the magnitude of each must exceed not to be greyed out, (scores, scores).
            The diagonal never is.

    Example:
        >>> figure = agreement(["MIG", "SAP"], np.array([[1.0, 0.5], [0.5, 1.0]]))
        >>> [text.get_text() for text in figure.axes[0].texts]
        ['1', '0.50', '0.50', '1']
    """
    import matplotlib

    count = len(names)
    side = 0.46 * count + 2.2
    figure, [axes] = canvas(min(side + 1.1, 8.2), min(side, 7.4))
    least = np.full_like(correlations, -1.0) if levels is None else levels
    told = (np.abs(correlations) > least + _ROUNDING) | np.eye(count, dtype=bool)
    colours = matplotlib.colormaps[DIVERGING].with_extremes(bad=FAINT)
    shown = axes.imshow(np.where(told, correlations, np.nan), cmap=colours, vmin=-1, vmax=1)
    labels = [plain(name, 32) for name in names]
    axes.set_xticks(range(count), labels, rotation=40, ha="right", rotation_mode="anchor")
    axes.set_yticks(range(count), labels)
    bare(axes)
    for row in range(count):
        for column in range(count):
            value = float(correlations[row, column])
            text = "" if np.isnan(value) else "1" if row == column else f"{value:.2f}"
            axes.text(
                column, row, text.replace("-", "\u2212"), ha="center", va="center", fontsize=7.5,
                color=MUTED if not told[row, column] else PAPER if abs(value) > _DARK else INK,
            )  # fmt: skip
    bar = figure.colorbar(shown, ax=axes, shrink=0.7, aspect=22, pad=0.03)
    bar.outline.set_visible(False)
    bar.set_label("rank correlation over runs")
    return figure
