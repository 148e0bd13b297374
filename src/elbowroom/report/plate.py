"""A figure with words: what every picture of a run is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True, eq=False)
class Motion:
    """A figure that moves.

    Attributes:
        figure: The figure.
        show: Brings the figure to a step, counted from 0.
        steps: How many steps there are.
    """

    figure: "Figure"
    show: Callable[[int], None]
    steps: int


@dataclass(frozen=True, eq=False)
class Plate:
    """A figure of the report.

    Attributes:
        name: Name of its files in figures/.
        figure: The figure.
        caption: What it shows and how to read it.
        numbers: Numbers behind it that a program may want, as plain values.
    """

    name: str
    figure: "Figure"
    caption: str
    numbers: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, eq=False, kw_only=True)
class MovingPlate(Plate):
    """A figure that can move as well.

    Attributes:
        motion: Returns the figure that moves, given how far along it is at each step, from 0 to 1.
    """

    motion: Callable[[np.ndarray], Motion]
