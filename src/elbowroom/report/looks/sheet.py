"""A sheet of pictures: rows and columns of them in one image, with labels at the sides."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from elbowroom.report.house_style import INK, WIDTH, bare, canvas

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from matplotlib.image import AxesImage

_LETTER = 0.066
"""Inches that a letter of a row's name takes."""


@dataclass(frozen=True, eq=False)
class Sheet:
    """Where pictures of one size stand on a sheet, in its pixels.

    Args:
        lefts: Left edge of each column, (across,).
        tops: Upper edge of each row, (down,).
        cell: Height and width of a picture.
        size: Height and width of the sheet.
    """

    lefts: np.ndarray
    tops: np.ndarray
    cell: tuple[int, int]
    size: tuple[int, int]

    @classmethod
    def of(
        cls,
        down: int,
        across: int,
        cell: tuple[int, int],
        *,
        apart: bool = False,
        group: int = 0,
        gap: float = 0.06,
    ) -> "Sheet":
        """Lay out rows and columns.

        Args:
            down: Number of rows.
            across: Number of columns.
            cell: Height and width of a picture.
            apart: Set the first and the last column apart: they are real, the others decoded.
            group: Set every so many rows apart from the next; 0 for no groups.
            gap: Space between pictures, as a share of their longer side.
        """
        height, width = cell
        space = max(round(gap * max(cell)), 2)
        lefts = space + np.arange(across) * (width + space)
        if apart:
            lefts[1:] += 2 * space
            lefts[-1] += 2 * space
        tops = space + np.arange(down) * (height + space)
        if group:
            tops += np.arange(down) // group * 3 * space
        size = int(tops[-1]) + height + space, int(lefts[-1]) + width + space
        return cls(lefts, tops, cell, size)

    def filled(self, cells: np.ndarray) -> np.ndarray:
        """Return the sheet with pictures (down, across, h, w, 4), transparent between them."""
        sheet = np.zeros((*self.size, 4), np.uint8)
        height, width = self.cell
        for row, top in zip(cells, self.tops, strict=True):
            for cell, left in zip(row, self.lefts, strict=True):
                sheet[top : top + height, left : left + width] = cell
        return sheet

    def figure(
        self,
        cells: np.ndarray,
        *,
        rows: Sequence[str] = (),
        columns: Sequence[str] = (),
        along: str = "",
        of: str = "",
        most: float = WIDTH,
    ) -> "tuple[Figure, AxesImage]":
        """Draw the sheet.

        Args:
            cells: The pictures.
            rows: Name of each row, or nothing.
            columns: Mark of each column, or nothing.
            along: What the columns are, in words.
            of: What the rows are, in words.
            most: Largest width, inches.
        """
        longest = max((len(line) for name in rows for line in name.split("\n")), default=0)
        margin = 0.16 + _LETTER * longest + (0.2 if of else 0)
        lines = max((mark.count("\n") + 1 for mark in columns), default=0)
        # Few pictures need not fill the width: a picture an inch wide is large enough.
        wide = min(most, margin + 1.0 * len(self.lefts))
        tall = (wide - margin) * self.size[0] / self.size[1] + 0.28 + 0.14 * lines
        figure, [axes] = canvas(wide, tall)
        height, width = self.size
        image = axes.imshow(self.filled(cells), interpolation="none", extent=(0, width, height, 0))
        bare(axes)
        marked = list(columns) or [""] * len(self.lefts)
        axes.set_xticks(self.lefts + self.cell[1] / 2, marked)
        named = list(rows) or [""] * len(self.tops)
        axes.set_yticks(self.tops + self.cell[0] / 2, named)
        axes.tick_params(axis="y", labelcolor=INK, labelsize=9)
        axes.set_xlabel(along)
        axes.set_ylabel(of)
        return figure, image
