"""Maps of codes: every example a point, coloured by its label."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from elbowroom.report.density import PlaneDensity
from elbowroom.report.figures.group_names import group_names
from elbowroom.report.house_style import (
    CLASSES,
    FAINT,
    INK,
    OURS,
    PAPER,
    QUANTITY,
    WIDTH,
    canvas,
    in_house_style,
    legend,
    plain,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_NAMED = 24
"""Classes up to which their names are written on the map and in a legend."""

_CROWD = 100
"""Points from which on a name among them does not hide too many."""

_INSIDE = 1 - np.exp(-2)
"""Share of the prior's codes within its line: two standard deviations of a normal one."""

_MARGIN = 0.06
"""Share of the map's side that is left free at each end."""


@dataclass(frozen=True, eq=False)
class CodeMap:
    """Codes as they are laid out on paper.

    Args:
        points: Coordinates, (N, 2), or (N, 1) for codes of one unit.
        names: What the coordinates are, in words.
        title: What the map is of.
        basis: What codes are multiplied with to become coordinates, (latent, 2), where codes of
            the prior can be laid out in the same way.
        prior: Density of the prior's codes on the map, or None for none.
    """

    points: np.ndarray
    names: tuple[str, ...]
    title: str
    basis: np.ndarray | None = None
    prior: PlaneDensity | None = None

    @classmethod
    def of_units(cls, codes: np.ndarray, units: Sequence[int], title: str) -> "CodeMap":
        """Lay out one or two units of codes (N, latent) as they are."""
        chosen = list(units[:2])
        names = tuple(f"latent unit {unit}" for unit in chosen)
        return cls(codes[:, chosen], names, title, np.eye(codes.shape[1])[:, chosen])

    @classmethod
    def of_components(cls, codes: np.ndarray, title: str) -> "CodeMap":
        """Lay out the first two principal components (N, components)."""
        count = min(codes.shape[1], 2)
        names = tuple(f"principal component {i + 1}" for i in range(count))
        return cls(codes[:, :count], names, title)

    @classmethod
    def of_directions(cls, codes: np.ndarray, title: str) -> "CodeMap":
        """Lay out codes (N, latent) along the two directions in which they vary most."""
        centred = (codes - codes.mean(0)).astype(np.float64)
        # Through the covariance and not the singular values: it is small, and there for one code.
        variance, directions = np.linalg.eigh(centred.T @ centred)
        variance, directions = variance[::-1], directions.T[::-1][:2]
        # The sign of a direction is arbitrary; fixing it keeps the map the same on any machine.
        directions = directions * np.sign(directions[[0, 1], np.abs(directions).argmax(1)])[:, None]
        share = variance[:2] / max(variance.sum(), 1e-300)
        names = tuple(
            f"{order} principal direction ({part:.0%} of the codes' variance)"
            for order, part in zip(("first", "second"), share, strict=True)
        )
        return cls(codes @ directions.T, names, title, directions.T)

    def with_prior(self, density: PlaneDensity) -> "CodeMap":
        """Return the map with a line around most of the prior's codes."""
        return replace(self, prior=density)


@in_house_style
def code_maps(
    maps: Sequence[CodeMap],
    labels: np.ndarray | None = None,
    label_names: Sequence[str] | None = None,
) -> "Figure":
    """Draw maps of the same examples beside each other.

    Args:
        maps: The maps, of N codes each.
        labels: Class numbers or quantities, (N,), or None.
        label_names: Names of the classes; None when labels are quantities.
    """
    classes = _classes(labels, label_names)
    height = 4.0 if maps[0].points.shape[1] == 2 else 1.2 + 0.24 * max(len(classes), 2)
    wide = WIDTH if len(maps) > 1 or height < 4 else 5.6
    figure, panels = canvas(wide, height, 1, len(maps))
    for axes, one in zip(panels, maps, strict=True):
        draw = _scatter if one.points.shape[1] == 2 else _rows
        drawn = draw(axes, one, labels, classes)
        axes.set_title(one.title)
    if labels is not None and label_names is None:
        bar = figure.colorbar(drawn, ax=panels, label="label", shrink=0.8, pad=0.01)
        bar.outline.set_visible(False)
    elif 1 < len(classes) <= _NAMED and maps[0].points.shape[1] == 2:
        _legend(figure, classes)
    return figure


@dataclass(frozen=True, eq=False)
class _Class:
    name: str
    colour: Any
    members: np.ndarray


def _classes(labels: np.ndarray | None, names: Sequence[str] | None) -> list[_Class]:
    """Return the classes that occur; none for quantities and for no labels."""
    if labels is None or names is None:
        return []
    found = np.unique(labels)
    return [
        _Class(plain(names[code], 14), colour, labels == code)
        for code, colour in zip(found, _palette(len(found)), strict=True)
    ]


def _palette(count: int) -> Sequence[Any]:
    if count <= len(CLASSES):
        return CLASSES[:count]
    import matplotlib

    return list(matplotlib.colormaps["turbo"](np.linspace(0.05, 0.95, count)))


def _scatter(axes: "Axes", one: CodeMap, labels: np.ndarray | None, classes: list[_Class]) -> Any:
    # Drawn as points of a picture: as vectors, thousands of circles make a page slow.
    size = float(np.clip(6000 / len(one.points), 4, 18))
    style: dict[str, Any] = {"s": size, "linewidths": 0, "alpha": 0.75, "rasterized": True}
    x, y = one.points.T
    if classes:
        colours = np.empty((len(x), 4))
        from matplotlib.colors import to_rgba

        for group in classes:
            colours[group.members] = to_rgba(group.colour)
        drawn = axes.scatter(x, y, c=colours, **style)
    elif labels is not None:
        drawn = axes.scatter(x, y, c=labels, cmap=QUANTITY, **style)
    else:
        drawn = axes.scatter(x, y, color=OURS, **style)
    if one.prior is not None:
        _outline(axes, one.prior)
    side = _frame(axes, one.points)
    if len(classes) <= _NAMED and len(x) >= _CROWD:
        for name in group_names(one.points, {c.name: c.members for c in classes}, side):
            axes.text(
                name.x, name.y, name.name, ha="center", va="center", fontsize=10,
                fontweight="bold", color=INK, path_effects=_halo(), zorder=5,
            )  # fmt: skip
    axes.set_xlabel(one.names[0])
    axes.set_ylabel(one.names[1])
    return drawn


def _frame(axes: "Axes", points: np.ndarray) -> float:
    """Make the map a square around all that is on it, and return its side."""
    lines = [path.vertices for drawn in axes.collections[1:] for path in drawn.get_paths()]
    seen = np.concatenate([points, *lines])
    low, high = seen.min(0), seen.max(0)
    side = float((high - low).max() or 1.0) * (1 + 2 * _MARGIN)
    for limit, middle in zip((axes.set_xlim, axes.set_ylim), (low + high) / 2, strict=True):
        limit(middle - side / 2, middle + side / 2)
    axes.set_aspect("equal")
    axes.locator_params(nbins=7)
    return side


def _halo() -> list:
    """Keep text readable on top of points."""
    from matplotlib.patheffects import withStroke

    return [withStroke(linewidth=3, foreground=PAPER)]


def _outline(axes: "Axes", prior: PlaneDensity) -> None:
    """Draw the line that holds `_INSIDE` of the prior's codes."""
    drawn = axes.contour(
        prior.across, prior.up, prior.values.T, levels=[prior.level(float(_INSIDE))],
        colors=INK, linewidths=0.9, linestyles=[(0, (3, 3))], zorder=3,
    )  # fmt: skip
    lowest = min((line for line in drawn.allsegs[0]), key=lambda line: line[:, 1].min())
    axes.annotate(
        f"{_INSIDE:.0%} of the prior", lowest[lowest[:, 1].argmin()], (0, -3),
        textcoords="offset points", ha="center", va="top", fontsize=7, color=INK,
        path_effects=_halo(), zorder=4,
    )  # fmt: skip


def _rows(axes: "Axes", one: CodeMap, labels: np.ndarray | None, classes: list[_Class]) -> Any:
    """Draw codes of one unit as a row of points for each class, spread so that they can be seen."""
    x = one.points[:, 0]
    spread = np.random.default_rng(0).uniform(-0.3, 0.3, len(x))
    groups = classes or [_Class("all", OURS, np.ones(len(x), dtype=bool))]
    for place, group in enumerate(groups):
        chosen = group.members
        coloured: dict[str, Any] = {"color": group.colour}
        if labels is not None and not classes:
            coloured = {"c": labels, "cmap": QUANTITY}
        drawn = axes.scatter(
            x[chosen], place + spread[chosen], s=7, linewidths=0, alpha=0.6, rasterized=True,
            **coloured,
        )  # fmt: skip
        axes.plot(np.median(x[chosen]), place, "|", color=INK, markersize=11, markeredgewidth=1.5)
    axes.set_yticks(range(len(groups)), [group.name for group in groups] if classes else [""])
    axes.tick_params(axis="y", length=0, labelcolor=INK)
    axes.set_ylim(len(groups) - 0.4, -0.6)
    axes.set_xlabel(one.names[0])
    axes.set_ylabel("label" if classes else "(spread out)")
    axes.grid(axis="y", visible=False)
    axes.spines["bottom"].set_color(FAINT)
    return drawn


def _legend(figure: "Figure", classes: list[_Class]) -> None:
    from matplotlib.lines import Line2D

    handles = [Line2D([], [], marker="o", linestyle="", color=c.colour, ms=5) for c in classes]
    legend(
        figure, handles, [c.name for c in classes], loc="outside right upper",
        handletextpad=0.2, borderaxespad=0.2,
    )  # fmt: skip
