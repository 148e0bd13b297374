"""What the units were while the model was learning: the polarised regime."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from elbowroom.report.house_style import INK, MUTED, OTHER, OURS, canvas, in_house_style, legend

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_COLOURS = {"active": OURS, "mixed": OTHER, "passive": MUTED}
_SHADES = {"active": 0.85, "mixed": 0.85, "passive": 0.3}


@in_house_style
def regime(epochs: Sequence[int], shares: Mapping[str, Sequence[float]]) -> "Figure":
    """Draw the shares of active, mixed and passive units as stacked areas over epochs.

    Args:
        epochs: Numbers of the epochs.
        shares: Kind -> share of the units after each epoch; they add up to 1.

    Example:
        >>> figure = regime([1, 2], {"active": [0.5, 1.0], "passive": [0.5, 0.0]})
        >>> figure.axes[0].get_ylabel()
        'share of the units'
    """
    from matplotlib.patches import Patch
    from matplotlib.ticker import MaxNLocator

    figure, [axes] = canvas(5.8, 2.6)
    names = [name for name in _COLOURS if name in shares]
    areas = axes.stackplot(
        np.asarray(epochs), *(shares[name] for name in names),
        colors=[_COLOURS[name] for name in names], linewidth=0,
    )  # fmt: skip
    for name, area in zip(names, areas, strict=True):
        area.set_alpha(_SHADES[name])
    axes.set_xlim(epochs[0], epochs[-1])
    axes.set_ylim(0, 1)
    axes.yaxis.set_major_formatter(lambda share, _: f"{share:.0%}")
    axes.xaxis.set_major_locator(MaxNLocator("auto", integer=True))
    axes.tick_params(labelcolor=INK)
    axes.set_xlabel("epoch")
    axes.set_ylabel("share of the units")
    handles = [Patch(color=_COLOURS[name], alpha=_SHADES[name], linewidth=0) for name in names]
    ends = [f"{name} ({shares[name][-1]:.0%} in the end)" for name in names]
    legend(figure, handles, ends, loc="outside upper right", ncols=3)
    return figure
