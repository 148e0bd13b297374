"""Values that a person made, brought into the set that the data live in, inside a graph.

The same as `elbowroom.explore.admission.admitted`, but that what has no nearest possible value is
refused there, and here by the page.
"""

from math import inf

import torch
from torch import Tensor, nn

from elbowroom.data import Column, Domain


class Admit(nn.Module):
    """Rounds levels, codes of categories and counts, and brings values to the ends of their range.

    Args:
        domain: The possible values.

    Example:
        >>> Admit(Domain((2,), levels=5, low=0, high=4))(torch.tensor([[-1.0, 2.4]]))
        tensor([[0., 2.]])
    """

    def __init__(self, domain: Domain) -> None:
        super().__init__()
        if domain.columns is None:
            step = 0.0 if domain.levels is None else domain.spacing
            ends = [(domain.low, domain.high, step)]
        else:
            ends = [_ends(column) for column in domain.columns]
        self.low, self.high, step = torch.tensor(ends, dtype=torch.float32).T
        self.whole = step > 0
        self.step = torch.where(self.whole, step, 1.0)
        self.origin = torch.where(self.low.isfinite(), self.low, 0.0)

    def forward(self, x: Tensor) -> Tensor:
        """Return rows of raw values (n, values) as the data could hold them."""
        inside = torch.minimum(torch.maximum(x, self.low), self.high)
        rounded = self.origin + ((inside - self.origin) / self.step).round() * self.step
        return torch.where(self.whole, rounded, inside)


def _ends(column: Column) -> tuple[float, float, float]:
    """Return the smallest and the largest value, and the distance of neighbours, 0 for none."""
    if column.levels is not None:
        return 0.0, column.levels - 1.0, 1.0
    return (0.0, inf, 1.0) if column.kind == "counts" else (-inf, inf, 0.0)
