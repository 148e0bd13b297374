"""How every figure looks: ink, colours that colour-blind people can tell apart, type, words.

Figures are drawn once, in the colours of a white page. The report's page then turns the neutral
colours named here into its own variables, so that one drawing is right on light and on dark paper;
the data's colours are mid-tones that stand out on both.
"""

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colors import LinearSegmentedColormap
    from matplotlib.figure import Figure

INK, MUTED, FAINT, PAPER = "#1d2733", "#5f6b7a", "#d5dae1", "#fefefe"
"""Neutral colours: text, secondary text, rules, page."""

OURS, OTHER = "#3a7fc8", "#d9772b"
"""The model (or validation), and what it is compared with (PCA, or training)."""

CLASSES = (
    "#0762d9", "#c5b52c", "#b5052c", "#29befa", "#a673fa",
    "#0c655c", "#8a2e9e", "#18a25f", "#eb6305", "#f98dc0",
)  # fmt: skip
"""Ten class colours, the first few the farthest apart.

Found by search: any two are .18 apart in OKLab (Ottosson 2020), and .09 as people without red,
green or blue cones see them (Machado et al. 2009); all stand out on white and on dark paper, with a
contrast of 2 and more, and none is grey.
"""

QUANTITY, DIVERGING = "viridis", "RdBu_r"
"""Colour maps for quantities, and for quantities with a middle."""

WIDTH = 8.2
"""Width of a full figure, inches."""

_STYLE: dict[str, Any] = {
    "font.size": 9,
    "axes.titlesize": 9,
    "axes.labelsize": 9,
    "xtick.labelsize": 8,
    "ytick.labelsize": 8,
    "legend.fontsize": 8,
    "legend.frameon": False,
    "text.color": INK,
    "axes.titlecolor": INK,
    "axes.labelcolor": MUTED,
    "axes.titlelocation": "left",
    "axes.edgecolor": FAINT,
    "axes.facecolor": "none",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": FAINT,
    "grid.linewidth": 0.5,
    "xtick.color": FAINT,
    "ytick.color": FAINT,
    "xtick.labelcolor": MUTED,
    "ytick.labelcolor": MUTED,
    "lines.linewidth": 1.5,
    "lines.solid_capstyle": "round",
    # Names come from people's data: a dollar sign in them is a dollar sign, not a formula.
    "text.parse_math": False,
    "axes.unicode_minus": True,
}

P = ParamSpec("P")
R = TypeVar("R")


def in_house_style(draw: Callable[P, R]) -> Callable[P, R]:
    """Draw in the house style, whatever a person's own Matplotlib settings are, and restore them.

    Example:
        >>> @in_house_style
        ... def empty():
        ...     figure, [axes] = canvas(4, 3)
        ...     return figure
        >>> float(empty().get_figwidth())
        4.0
    """

    @wraps(draw)
    def styled(*args: P.args, **kwargs: P.kwargs) -> R:
        with house_style():
            return draw(*args, **kwargs)

    return styled


@contextmanager
def house_style(**more: Any) -> Generator[None]:
    """Set Matplotlib to the house style and these settings, and put a person's own back after.

    Matplotlib makes ticks only when it renders, so rendering needs the style as drawing does.
    """
    import matplotlib

    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        settings: Any = {**_STYLE, **more}
        matplotlib.rcParams.update(settings)
        yield


def canvas(
    width: float, height: float, rows: int = 1, columns: int = 1, **layout: Any
) -> "tuple[Figure, list[Axes]]":
    """Return a figure that belongs to no window, and its axes, row by row."""
    figure = sheet_of_paper(width, height)
    return figure, list(figure.subplots(rows, columns, squeeze=False, **layout).flat)


def sheet_of_paper(width: float, height: float) -> "Figure":
    """Return a figure that belongs to no window, without axes."""
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    layout_engine = ConstrainedLayoutEngine(w_pad=0.03, h_pad=0.03)
    return Figure(figsize=(width, height), dpi=100, layout=layout_engine)


def see_through(colour: str) -> "LinearSegmentedColormap":
    """Return a colour map from nothing to a colour, which is right on light and on dark paper."""
    from matplotlib.colors import LinearSegmentedColormap, to_rgb

    ends = [(*to_rgb(colour), 0.0), (*to_rgb(colour), 1.0)]
    return LinearSegmentedColormap.from_list("see-through", ends)


def bare(axes: "Axes") -> None:
    """Take away frame, grid and tick marks; labels stay."""
    axes.grid(False)
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)


def plain(name: object, most: int = 24) -> str:
    """Return a name from somebody's data as a short text that can be drawn.

    Example:
        >>> plain("a name that goes on", most=8)
        'a name …'
    """
    text = " ".join("".join(c if c.isprintable() else " " for c in str(name)).split())
    text = text if len(text) <= most else text[: most - 1] + "…"
    # Matplotlib leaves names that begin with an underscore out of legends.
    return f"\u200b{text}" if text.startswith("_") else text


def legend(on: "Axes | Figure", handles: Sequence[Any], names: Sequence[str], **where: Any) -> None:
    """Add a legend without a frame."""
    on.legend(list(handles), [plain(name) for name in names], **where)
