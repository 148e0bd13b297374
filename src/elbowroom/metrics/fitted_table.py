"""Tables of numbers that no terminal cuts: broken into several where one is too wide."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions
from rich.table import Table
from rich.text import Text

_AROUND = 3
"""Characters that a column takes beside its cells: two spaces and a line."""


@dataclass(frozen=True)
class FittedTable:
    """A table in as many parts, one below the other, as the width of the terminal asks for.

    The first column stands in every part, and may be wrapped between words. No other cell is ever
    wrapped or cut, as far as one column fits beside the first.

    Attributes:
        title: What it is of.
        headings: Heading of each column; a heading may have several lines.
        rows: Cells of each row, in rich's markup; a cell may have several lines.
        left: Number of columns, from the first, that are flush left; numbers are flush right.

    Example:
        >>> from io import StringIO
        >>> table = FittedTable("scores", ("of", "one", "two"), [("a", "0.123", "0.456")])
        >>> def lines(width):
        ...     console = Console(width=width, file=StringIO())
        ...     console.print(table)
        ...     return len(console.file.getvalue().splitlines())
        >>> lines(80), lines(16)
        (6, 13)
    """

    title: str
    headings: tuple[str, ...]
    rows: Sequence[Sequence[str]]
    left: int = 1

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Table]:
        rest = list(range(1, len(self.headings)))
        title = self.title
        while rest:
            counts = range(len(rest), 1, -1)
            held = next((n for n in counts if self._width(rest[:n]) <= options.max_width), 1)
            yield self._part(title, rest[:held])
            rest, title = rest[held:], f"{self.title}, continued"

    def _part(self, title: str, columns: list[int]) -> Table:
        table = Table(title=title, title_justify="left")
        table.add_column(self.headings[0], min_width=self._longest_word())
        for column in columns:
            table.add_column(
                self.headings[column],
                justify="left" if column < self.left else "right",
                min_width=self._widest(column),
                no_wrap=True,
            )
        for row in self.rows:
            table.add_row(row[0], *(row[column] for column in columns))
        return table

    def _width(self, columns: list[int]) -> int:
        """Return the least width of a table of the first column and some others."""
        widths = [self._longest_word(), *(self._widest(column) for column in columns)]
        return sum(width + _AROUND for width in widths) + 1

    def _cells(self, column: int) -> list[str]:
        cells = (self.headings[column], *(row[column] for row in self.rows))
        return [Text.from_markup(cell).plain for cell in cells]

    def _widest(self, column: int) -> int:
        lines = (line for cell in self._cells(column) for line in cell.split("\n"))
        return max(Text(line).cell_len for line in lines)

    def _longest_word(self) -> int:
        words = (word for cell in self._cells(0) for word in cell.split())
        return max((Text(word).cell_len for word in words), default=0)
