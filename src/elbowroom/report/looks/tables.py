"""Rows of a table as profiles: each column in standard deviations from its mean."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from elbowroom.report.house_style import (
    DIVERGING,
    INK,
    MUTED,
    OTHER,
    OURS,
    PAPER,
    WIDTH,
    bare,
    canvas,
    in_house_style,
    plain,
)
from elbowroom.report.looks.look import Look
from elbowroom.report.looks.table_panels import NAMED, bars, bars_height, lines_of, plane, profiles
from elbowroom.report.plate import Motion

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.gridspec import SubplotSpec

_UNIT = "standard deviations from the column's mean"
_MARKS = (("o", INK), ("D", OURS), ("x", OTHER))
_SIDES = "left", "center", "right"
_LETTERS = 76
"""Letters of titles that fit beside each other."""


@dataclass(frozen=True, eq=False)
class Table(Look):
    """Rows of D numbers whose columns have units of their own.

    Args:
        columns: Names of the columns.
        centre: Mean of each column, (D,).
        scale: Standard deviation of each column, (D,); 1 where a column is constant.
    """

    columns: tuple[str, ...]
    centre: np.ndarray
    scale: np.ndarray
    draws: ClassVar[bool] = True
    unit: ClassVar[str] = "standard deviations of the columns, root mean square"

    @classmethod
    def of(cls, columns: tuple[str, ...] | None, examples: np.ndarray) -> "Table":
        """Take the mean and the standard deviation of each column from examples (n, D)."""
        examples = np.asarray(examples, dtype=np.float64)
        scale = examples.std(axis=0)
        names = columns or tuple(f"column {i}" for i in range(examples.shape[1]))
        return cls(tuple(names), examples.mean(axis=0), np.where(scale > 0, scale, 1.0))

    @property
    def reading(self) -> str:
        """How to read a gallery, in sentences."""
        marks = (
            "The thick bar holds the middle half of a column's values, the thin one 5 to 95% of "
            "them, the gap is at the median."
            if self._named
            else "The line is the median of a column, the band holds 5 to 95% of its values."
        )
        return f"{marks} Where samples and data differ, the model has not learned that column."

    def comparable(self, examples: np.ndarray) -> np.ndarray:
        """Return examples in standard deviations from the columns' means."""
        return (np.asarray(examples, dtype=np.float64) - self.centre) / self.scale

    def from_comparable(self, values: np.ndarray) -> np.ndarray:
        """Return rows in the units of their columns."""
        return np.asarray(values) * self.scale + self.centre

    @in_house_style
    def stacked(self, rows: Mapping[str, np.ndarray]) -> "Figure":
        """Show a panel for each example: its columns, and each version's value of them."""
        versions = {name: self.comparable(made) for name, made in rows.items()}
        count = min(len(next(iter(versions.values()))), 5 if self._named else 6)
        if self._named:
            figure, panels = canvas(WIDTH, self._height(), 1, count, sharex=True, sharey=True)
            draw = self._dots
        else:
            figure, panels = canvas(WIDTH, 0.85 * count + 0.8, count, 1, sharex=True, sharey=True)
            draw = self._curves
        for i, axes in enumerate(panels):
            handles = draw(axes, [made[i] for made in versions.values()])
            if self._named:
                axes.set_title(f"example {i + 1}", color=MUTED)
        if self._named:
            self._name_columns(panels[0])
            figure.supxlabel(_UNIT, color=MUTED, fontsize=9)
        else:
            figure.supylabel(_UNIT, color=MUTED, fontsize=9)
            panels[-1].set_xlabel("column")
        names = [plain(name) for name in versions]
        figure.legend(handles, names, loc="outside upper right", ncols=len(names))
        return figure

    @in_house_style
    def gallery(self, made: np.ndarray, data: np.ndarray) -> "Figure":
        """Show how the made and the real values of each column are spread."""
        shades = (("data", self.comparable(data), INK), ("samples", self.comparable(made), OURS))
        if not self._named:
            return self._bands(shades)
        figure, [axes] = canvas(WIDTH, self._height(0.26))
        handles = []
        for (_, values, colour), shift in zip(shades, (-0.17, 0.17), strict=True):
            places = np.arange(len(self.columns)) + shift
            low, lower, middle, upper, high = np.percentile(values, [5, 25, 50, 75, 95], axis=0)
            axes.hlines(places, low, high, color=colour, linewidth=1.0, alpha=0.75)
            handles.append(axes.hlines(places, lower, upper, color=colour, linewidth=4.5))
            axes.plot(middle, places, "|", color=PAPER, markersize=5, markeredgewidth=1.4)
        self._name_columns(axes)
        axes.set_xlabel(_UNIT)
        figure.legend(handles, [s[0] for s in shades], loc="outside upper right", ncols=2)
        return figure

    @in_house_style
    def strips(
        self,
        frames: np.ndarray,
        names: Sequence[str],
        steps: Sequence[str],
        *,
        along: str,
        of: str,
        ends: bool = False,
        group: int = 0,
    ) -> "Figure":
        """Show a panel for each path: colour is the value of a column at a step."""
        values = self.comparable(frames)
        limit = float(np.nanpercentile(np.abs(values), 99)) or 1.0
        across = min(len(values), 5)
        down = -(-len(values) // across)
        tall = down * self._height(0.16 if self._named else 0.02)
        figure, panels = canvas(WIDTH, tall, down, across, sharex=True, sharey=True)
        for axes, path in zip(panels, values, strict=False):
            drawn = axes.imshow(
                path.T, aspect="auto", cmap=DIVERGING, vmin=-limit, vmax=limit, rasterized=True
            )
        for axes, name in zip(panels, names, strict=False):
            axes.set_title("\n".join(lines_of(f"{of} {name}", _LETTERS // across)))
        for axes in panels[len(values) :]:
            axes.set_visible(False)
        # A panel has room for three marks: the first, the middle and the last.
        places = [0, len(steps) // 2, len(steps) - 1]
        for place, axes in enumerate(panels):
            bare(axes)
            # Where the last row is not full, the panels above the gap have the marks.
            axes.tick_params(labelbottom=place + across >= len(values))
            axes.set_xticks(places, [steps[place] for place in places])
            if ends:
                for word, side in zip(axes.get_xticklabels(), _SIDES, strict=True):
                    word.set_horizontalalignment(side)  # else they meet those of the next panel
                for edge in (0.5, values.shape[1] - 1.5):
                    axes.axvline(edge, color=PAPER, linewidth=2)
        for axes in panels[::across]:
            self._name_columns(axes, invert=False)
        figure.supxlabel(along, color=MUTED, fontsize=9)
        bar = figure.colorbar(drawn, ax=panels, label="standard deviations", shrink=0.9, pad=0.01)
        bar.outline.set_visible(False)
        return figure

    @in_house_style
    def grid(
        self,
        frames: np.ndarray,
        down: Sequence[str],
        across: Sequence[str],
        *,
        along: str,
        of: str,
    ) -> "Figure":
        """Show a panel for each of the columns that vary most over the plane."""
        return plane(self.comparable(frames), self.columns, down, across, along=along, of=of)

    @in_house_style
    def moving(
        self, frames: np.ndarray, rows: Sequence[str], columns: Sequence[str], *, of: str
    ) -> Motion:
        """Show a panel for each example that moves."""
        return profiles(self.comparable(frames), self.columns, rows, columns, of=of)

    def changes_reading(self, directions: np.ndarray) -> str:
        """Return how to read changes, in words that end a sentence."""
        return "each column by its bar" if self._named else "column by column"

    def changes_height(self, count: int) -> float:
        """Return the height that panels of changes take, inches."""
        return bars_height(count, len(self.columns))

    def changes(
        self, figure: "Figure", where: "SubplotSpec", directions: np.ndarray, names: Sequence[str]
    ) -> None:
        """Show a panel for each change, a bar for each column."""
        bars(figure, where, directions, self.columns, names)

    @property
    def _named(self) -> bool:
        return len(self.columns) <= NAMED

    def _height(self, each: float = 0.2) -> float:
        return max(each * len(self.columns) if self._named else 2.2, 1.0) + 0.8

    def _name_columns(self, axes: "Axes", *, invert: bool = True) -> None:
        if not self._named:
            axes.set_ylabel("column")
            return
        axes.set_yticks(range(len(self.columns)), [plain(name) for name in self.columns])
        axes.tick_params(axis="y", length=0, labelcolor=INK)
        if invert:
            axes.set_ylim(len(self.columns) - 0.4, -0.6)

    def _dots(self, axes: "Axes", versions: list[np.ndarray]) -> list:
        places = np.arange(len(self.columns))
        if len(versions) > 1:
            axes.hlines(places, versions[0], versions[1], color=OURS, linewidth=1, alpha=0.6)
        handles = []
        for values, (mark, colour) in zip(versions, _MARKS, strict=False):
            face = "none" if mark == "o" else colour
            handles += axes.plot(
                values, places, mark, color=colour, ms=4.2, mew=1.1, markerfacecolor=face
            )
        axes.axvline(0, color=MUTED, linewidth=0.6, zorder=0)
        return handles

    def _curves(self, axes: "Axes", versions: list[np.ndarray]) -> list:
        handles = []
        for values, (_, colour) in zip(versions, _MARKS, strict=False):
            handles += axes.plot(values, color=colour, linewidth=1.0)
        return handles

    def _bands(self, shades: Sequence[tuple[str, np.ndarray, str]]) -> "Figure":
        figure, [axes] = canvas(WIDTH, 3.0)
        handles = []
        for _, values, colour in shades:
            low, middle, high = np.percentile(values, [5, 50, 95], axis=0)
            places = np.arange(len(middle))
            axes.fill_between(places, low, high, color=colour, alpha=0.22, linewidth=0)
            handles += axes.plot(middle, color=colour, linewidth=1.2)
        axes.set_xlabel("column")
        axes.set_ylabel("standard deviations")
        figure.legend(handles, [name for name, *_ in shades], loc="outside upper right", ncols=2)
        return figure
