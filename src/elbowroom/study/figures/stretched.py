"""An axis that gives room to the best values where a few are far behind."""

from collections.abc import Sequence
from math import floor, log10
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_FAR = 6.0
"""How many times the median distance from the best the worst may be on a plain axis."""

_TICKS = 5


def stretch(axes: "Axes", which: Literal["x", "y"], values: Sequence[float]) -> bool:
    """Stretch an axis of values that are better the higher they are, where that is needed.

    Places are -asinh((best - value) / median distance): plain near the best, logarithmic far from
    it. An autoencoder's ELBO is hundreds of nats below the others', which would all be one dot.

    Args:
        axes: Where.
        which: Which axis.
        values: All values on it.

    Returns:
        Whether it was stretched; the axis then says so.

    Example:
        >>> from elbowroom.report.house_style import canvas
        >>> _, [axes] = canvas(4, 3)
        >>> stretch(axes, "x", (-90.0, -95.0, -100.0)), stretch(axes, "x", (-90, -95, -100, -900))
        (False, True)
    """
    known = np.asarray(values, dtype=float)
    if len(known) < 3:
        return False
    best = known.max()
    typical = float(np.median(best - known))
    if typical <= 0 or np.ptp(known) <= _FAR * typical:
        return False

    def place(value: np.ndarray) -> np.ndarray:
        return -np.arcsinh((best - np.asarray(value, dtype=float)) / typical)

    def value(at: np.ndarray) -> np.ndarray:
        return best - typical * np.sinh(-np.asarray(at, dtype=float))

    low = float(place(known.min()))
    ends = value(np.array([1.06 * low, -0.08 * low]))
    ticks = _round_values(value(np.linspace(low, 0.0, _TICKS)))
    if which == "x":
        axes.set_xscale("function", functions=(place, value))
        axes.set_xlim(*ends)
        axes.set_xticks(ticks, [_text(tick) for tick in ticks])
    else:
        axes.set_yscale("function", functions=(place, value))
        axes.set_ylim(*ends)
        axes.set_yticks(ticks, [_text(tick) for tick in ticks])
    return True


def _round_values(values: np.ndarray) -> list[float]:
    """Round values to what their distances to the next leave room for."""
    gaps = np.abs(np.diff(values))
    near = np.minimum(np.append(gaps, gaps[-1]), np.insert(gaps, 0, gaps[0]))
    steps = [10.0 ** floor(log10(gap)) for gap in near]
    return [float(round(v / step) * step) for v, step in zip(values, steps, strict=True)]


def _text(value: float) -> str:
    return f"{value:.6g}".replace("-", "\u2212")
