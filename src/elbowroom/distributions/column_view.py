"""What an encoder sees of a table of mixed type: categories as vectors, counts on a log scale.

Codes 0, 1, 2 as numbers would tell a network that category 2 is twice category 1. It gets instead

    categories         one value for each, 1 where it is the one (one-hot)
    ordered            one value for each step of the order, 1 where it is passed
    counts             log(1 + k)
    positive numbers   log x
    all others         as they are

Each is exact at the values that data have and piecewise smooth between them, so that a gradient
reaches inputs that are learned (the pseudo-inputs of a VampPrior).
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from elbowroom.data.columns import Column, KindName
from elbowroom.distributions.facing import View


@dataclass(frozen=True)
class Shown:
    """How a column is shown.

    Args:
        width: Number of values for a column with so many levels (1 for numbers).
        show: From a column's values (N, 1) and the numbers 0 .. width-1, to (N, width).
    """

    width: Callable[[int], int]
    show: Callable[[Tensor, Tensor], Tensor]


def _one(levels: int) -> int:
    return 1


_TINY = torch.finfo(torch.float32).tiny

VIEWS: dict[KindName, Shown] = {
    "real": Shown(_one, lambda x, k: x),
    "positive": Shown(_one, lambda x, k: x.clamp(min=_TINY).log()),
    "counts": Shown(_one, lambda x, k: x.clamp(min=0).log1p()),
    "binary": Shown(_one, lambda x, k: x),
    "ordinal": Shown(lambda levels: levels - 1, lambda x, k: (x - k).clamp(0, 1)),
    "categorical": Shown(lambda levels: levels, lambda x, k: (1 - (x - k).abs()).clamp(min=0)),
}


class ColumnView(View):
    """A table's row as an encoder is to see it, (N, D) -> (N, width).

    Args:
        columns: What the columns hold.

    Attributes:
        width: Number of values that it makes of a row.

    Example:
        >>> columns = Column("sex", "categorical", ("F", "M", "X")), Column("visits", "counts")
        >>> view = ColumnView(columns)
        >>> view(torch.tensor([[2.0, 0.0]]))
        tensor([[0., 0., 1., 0.]])
    """

    def __init__(self, columns: tuple[Column, ...]) -> None:
        widths = tuple(VIEWS[c.kind].width(c.levels or 1) for c in columns)
        super().__init__((sum(widths),))
        self.kinds = tuple(column.kind for column in columns)
        self.widths, self.width = widths, sum(widths)
        self.numbers: Tensor
        numbers = torch.arange(max(self.widths), dtype=torch.float32)
        self.register_buffer("numbers", numbers, persistent=False)
        self._runs = tuple(_runs(tuple(zip(self.kinds, self.widths, strict=True))))

    def forward(self, x: Tensor) -> Tensor:
        """Show rows, neighbouring columns of one kind and width together."""
        shown = [
            VIEWS[kind].show(x[:, start:stop, None], self.numbers[:width]).flatten(1)
            for kind, width, start, stop in self._runs
        ]
        return torch.cat(shown, 1)

    def extra_repr(self) -> str:
        """Show the sizes."""
        return f"{len(self.kinds)} columns -> {self.width} values"


def _runs(kinds: tuple[tuple[KindName, int], ...]) -> list[tuple[KindName, int, int, int]]:
    """Return kind, width, first and last of neighbours that are alike."""
    runs: list[tuple[KindName, int, int, int]] = []
    for place, (kind, width) in enumerate(kinds):
        if runs and runs[-1][:2] == (kind, width):
            runs[-1] = (kind, width, runs[-1][2], place + 1)
        else:
            runs.append((kind, width, place, place + 1))
    return runs
