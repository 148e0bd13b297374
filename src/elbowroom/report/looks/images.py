"""Images as pictures, in any number of channels."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from elbowroom.data import Domain
from elbowroom.report.house_style import INK, WIDTH, bare, canvas, in_house_style, plain
from elbowroom.report.looks.look import Look

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_SIDE = 140
"""Pixels that the longer side of a picture is brought to: twice what it takes on the page."""


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

    def pictures(self, examples: np.ndarray) -> np.ndarray:
        """Return RGBA pictures (..., h, w, 4) of 8 bits for examples (..., C, H, W).

        Small images are magnified by a whole number, so that every pixel stays a square and no
        viewer blurs it; large ones are shrunk.
        """
        spread = max(self.high - self.low, 1e-12)
        bright = np.clip((np.asarray(examples, dtype=np.float64) - self.low) / spread, 0, 1)
        rgba = _colours(np.moveaxis(np.nan_to_num(bright), -3, -1))
        return _resized((255 * rgba).round().astype(np.uint8))

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
    ) -> "Figure":
        """Show one row of pictures for each path."""
        return self._sheet(frames, names, steps, along, of, apart=ends)

    def _sheet(
        self,
        frames: np.ndarray,
        names: Sequence[str],
        steps: Sequence[str],
        along: str,
        of: str,
        apart: bool = False,
    ) -> "Figure":
        """Lay out pictures (rows, columns, C, H, W) as one transparent image, with labels."""
        cells = self.pictures(frames)
        down, across, height, width = cells.shape[:4]
        gap = max(round(0.06 * max(height, width)), 2)
        lefts = gap + np.arange(across) * (width + gap)
        if apart:  # real examples stand a little apart from what was decoded
            lefts[1:] += 2 * gap
            lefts[-1] += 2 * gap
        tops = gap + np.arange(down) * (height + gap)
        sheet = np.zeros((tops[-1] + height + gap, lefts[-1] + width + gap, 4), np.uint8)
        for row, top in zip(cells, tops, strict=True):
            for cell, left in zip(row, lefts, strict=True):
                sheet[top : top + height, left : left + width] = cell
        margin = 0.16 + 0.066 * max(map(len, names), default=0) + (0.2 if of else 0)
        # Few pictures need not fill the width: a picture an inch wide is large enough.
        wide = min(WIDTH, margin + 1.0 * across)
        tall = (wide - margin) * sheet.shape[0] / sheet.shape[1] + (0.42 if steps else 0.28)
        figure, [axes] = canvas(wide, tall)
        axes.imshow(sheet, interpolation="none", extent=(0, sheet.shape[1], sheet.shape[0], 0))
        bare(axes)
        marked = list(steps) or [""] * across
        axes.set_xticks(lefts + width / 2, marked)
        axes.set_yticks(tops + height / 2, [plain(name) for name in names] or [""] * down)
        axes.tick_params(axis="y", labelcolor=INK, labelsize=9)
        axes.set_xlabel(along)
        axes.set_ylabel(of)
        return figure


def _colours(values: np.ndarray) -> np.ndarray:
    """Turn (..., C) values in [0, 1] into (..., 4): red, green, blue, opacity."""
    channels = values.shape[-1]
    chosen = {1: (0, 0, 0), 2: (0, 1, 0)}.get(channels, (0, 1, 2))
    opacity = values[..., 3:] if channels == 4 else np.ones_like(values[..., :1])
    return np.concatenate([values[..., chosen], opacity], axis=-1)


def _resized(pictures: np.ndarray) -> np.ndarray:
    """Bring pictures (..., H, W, 4) to about `_SIDE` pixels, in whole steps or by averaging."""
    longest = max(pictures.shape[-3:-1])
    factor = ceil(_SIDE / longest)
    if factor > 1:
        return pictures.repeat(factor, axis=-3).repeat(factor, axis=-2)
    if longest < 2 * _SIDE:
        return pictures
    block = min(longest // _SIDE, *pictures.shape[-3:-1])
    height, width = (size // block for size in pictures.shape[-3:-1])
    cut = pictures[..., : height * block, : width * block, :]
    blocks = cut.reshape(*pictures.shape[:-3], height, block, width, block, 4)
    return blocks.mean(axis=(-4, -2)).round().astype(np.uint8)
