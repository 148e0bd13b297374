"""Images as pictures, in any number of channels."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from elbowroom.data import Domain
from elbowroom.report.house_style import DIVERGING, bare, in_house_style, plain
from elbowroom.report.looks.look import Look
from elbowroom.report.looks.sheet import Sheet
from elbowroom.report.plate import Motion
from elbowroom.report.words import signed

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.gridspec import SubplotSpec

_SIDE = 140
"""Pixels that the longer side of a picture is brought to: twice what it takes on the page."""

_GRID_WIDTH = 6.4
"""Width of a grid of pictures, inches: at most, it is as tall."""
_GRID_PIXELS = 1100

_CHANGES = 8
"""Pictures of changes in a row."""


@dataclass(frozen=True)
class Images(Look):
    """Pictures of arrays (C, H, W).

    One channel is grey, three are red, green and blue, a fourth is opacity; two are shown as
    magenta and green, and of more than four the first three.

    Args:
        low: Value shown as black.
        high: Value shown as white.
    """

    low: float
    high: float
    draws: ClassVar[bool] = False
    unit: ClassVar[str] = "raw units, root mean square over pixels"

    @classmethod
    def of(cls, domain: Domain, examples: np.ndarray) -> "Images":
        """Take black and white from the possible values, or from examples where these are open."""
        found = np.percentile(examples, [0.5, 99.5]) if examples.size else (0.0, 1.0)
        bounds = [
            bound if np.isfinite(bound) else float(seen)
            for bound, seen in zip((domain.low, domain.high), found, strict=True)
        ]
        return cls(*bounds)

    @property
    def reading(self) -> str:
        """How to read a gallery, in sentences."""
        return "Nothing was picked. The means of p(x | z) are shown, without its noise."

    def comparable(self, examples: np.ndarray) -> np.ndarray:
        """Return the examples: all pixels have the same unit."""
        return examples

    def from_comparable(self, values: np.ndarray) -> np.ndarray:
        """Return the examples."""
        return values

    def pictures(self, examples: np.ndarray, side: int = _SIDE) -> np.ndarray:
        """Return RGBA pictures (..., h, w, 4) of 8 bits for examples (..., C, H, W).

        Small images are magnified by a whole number, so that every pixel stays a square and no
        viewer blurs it; large ones are shrunk.

        Args:
            examples: The examples.
            side: Pixels that the longer side is brought to, about.
        """
        spread = max(self.high - self.low, 1e-12)
        bright = np.clip((np.asarray(examples, dtype=np.float64) - self.low) / spread, 0, 1)
        rgba = _colours(np.moveaxis(np.nan_to_num(bright), -3, -1))
        return _resized((255 * rgba).round().astype(np.uint8), side)

    @in_house_style
    def stacked(self, rows: Mapping[str, np.ndarray]) -> "Figure":
        """Show one row for each version, one column for each example."""
        return self._sheet(np.stack(list(rows.values())), [*rows], [], "examples", "")

    @in_house_style
    def gallery(self, made: np.ndarray, data: np.ndarray) -> "Figure":
        """Show a sheet of made examples."""
        across = min(len(made), max(4, round(14 * min(1, made.shape[-2] / made.shape[-1]))))
        down = len(made) // across
        sheet = made[: down * across].reshape(down, across, *made.shape[1:])
        return self._sheet(sheet, [], [], "samples", "")

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
        """Show one row of pictures for each path."""
        named = [plain(name, 40) for name in names]
        return self._sheet(frames, named, steps, along, of, apart=ends, group=group)

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
        """Show a sheet whose pictures all but touch."""
        # Not more pixels than the file will have: a thin gap must not fall between two of them.
        cells = self.pictures(frames, round(_GRID_PIXELS / max(frames.shape[:2])))
        sheet = Sheet.of(*cells.shape[:2], _size(cells), gap=0.015)
        drawn, _ = sheet.figure(
            cells, rows=down, columns=across, along=along, of=of, most=_GRID_WIDTH
        )
        return drawn

    @in_house_style
    def moving(
        self, frames: np.ndarray, rows: Sequence[str], columns: Sequence[str], *, of: str
    ) -> Motion:
        """Show a sheet whose pictures move."""
        first = self.pictures(frames[0])
        sheet = Sheet.of(*first.shape[:2], _size(first))
        figure, image = sheet.figure(first, rows=rows, columns=columns, along=of)
        image.set_interpolation("auto")  # films have fewer pixels than the pictures
        return Motion(
            figure,
            lambda step: image.set_data(sheet.filled(self.pictures(frames[step]))),
            len(frames),
        )

    def changes_reading(self, directions: np.ndarray) -> str:
        """Return how to read changes, in words that end a sentence."""
        return "red is more, blue less" if directions.shape[1] == 1 else "grey is no change"

    def changes_height(self, count: int) -> float:
        """Return the height that pictures of changes take, inches."""
        return -(-count // _CHANGES) * 1.35

    def changes(
        self, figure: "Figure", where: "SubplotSpec", directions: np.ndarray, names: Sequence[str]
    ) -> None:
        """Show a picture of each change: of one channel red where more, blue where less."""
        largest = float(np.abs(directions).max()) or 1.0
        cells = _resized(_signed(np.asarray(directions, dtype=np.float64) / largest))
        rows = -(-len(cells) // _CHANGES)
        across = -(-len(cells) // rows)
        grid = where.subgridspec(rows, across)
        panels: list[Axes] = []
        for place, (cell, name) in enumerate(zip(cells, names, strict=True)):
            axes = figure.add_subplot(grid[place // across, place % across])
            panels.append(axes)
            axes.imshow(cell, interpolation="none")
            axes.set_title(name, fontsize=8)
            bare(axes)
            axes.set_xticks([])
            axes.set_yticks([])
        if directions.shape[1] == 1:
            _scale(figure, panels, largest)

    def _sheet(
        self,
        frames: np.ndarray,
        names: Sequence[str],
        steps: Sequence[str],
        along: str,
        of: str,
        apart: bool = False,
        group: int = 0,
    ) -> "Figure":
        """Lay out pictures (rows, columns, C, H, W) with labels."""
        cells = self.pictures(frames)
        sheet = Sheet.of(*cells.shape[:2], _size(cells), apart=apart, group=group)
        return sheet.figure(cells, rows=names, columns=steps, along=along, of=of)[0]


def _size(cells: np.ndarray) -> tuple[int, int]:
    """Return height and width of pictures (..., h, w, 4)."""
    height, width = cells.shape[-3:-1]
    return int(height), int(width)


def _signed(changes: np.ndarray) -> np.ndarray:
    """Return 8-bit RGBA pictures of changes (k, C, H, W) between -1 and 1.

    One channel is blue below 0, white at 0 and red above; several are shown around a middle grey.
    """
    import matplotlib

    around = np.moveaxis(0.5 + changes / 2, 1, -1)
    if changes.shape[1] == 1:
        return matplotlib.colormaps[DIVERGING](around[..., 0], bytes=True)
    rgba = _colours(around)
    rgba[..., 3] = 1.0
    return (255 * rgba).round().astype(np.uint8)


def _scale(figure: "Figure", panels: "list[Axes]", largest: float) -> None:
    """Say what red and blue are worth."""
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import Normalize

    shown = ScalarMappable(Normalize(-largest, largest), DIVERGING)
    bar = figure.colorbar(shown, ax=panels, label="change", shrink=0.8, pad=0.01, aspect=12)
    bar.outline.set_visible(False)
    bar.set_ticks([-largest, 0, largest], labels=[signed(-largest, 2), "0", signed(largest, 2)])


def _colours(values: np.ndarray) -> np.ndarray:
    """Turn (..., C) values in [0, 1] into (..., 4): red, green, blue, opacity."""
    channels = values.shape[-1]
    chosen = {1: (0, 0, 0), 2: (0, 1, 0)}.get(channels, (0, 1, 2))
    opacity = values[..., 3:] if channels == 4 else np.ones_like(values[..., :1])
    return np.concatenate([values[..., chosen], opacity], axis=-1)


def _resized(pictures: np.ndarray, side: int = _SIDE) -> np.ndarray:
    """Bring pictures (..., H, W, 4) to about so many pixels, in whole steps or by averaging."""
    longest = max(pictures.shape[-3:-1])
    factor = ceil(side / longest) if side >= _SIDE else max(side // longest, 1)
    if factor > 1:
        return pictures.repeat(factor, axis=-3).repeat(factor, axis=-2)
    if longest < 2 * side:
        return pictures
    block = min(longest // side, *pictures.shape[-3:-1])
    height, width = (size // block for size in pictures.shape[-3:-1])
    cut = pictures[..., : height * block, : width * block, :]
    blocks = cut.reshape(*pictures.shape[:-3], height, block, width, block, 4)
    return blocks.mean(axis=(-4, -2)).round().astype(np.uint8)
