"""Labels as numbers to conditions, inside a graph."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from elbowroom.data import Labelling
from elbowroom.data.labelling import Classes, Quantity


class Conditions(nn.Module):
    """Numbers (n,), of classes or quantities, to conditions y, (n, c)."""


class OneHot(Conditions):
    """Class numbers one-hot.

    Args:
        labelling: The classes.
    """

    def __init__(self, labelling: Classes) -> None:
        super().__init__()
        self.size = labelling.size

    def forward(self, number: Tensor) -> Tensor:
        """Return conditions, (n, classes)."""
        return torch.nn.functional.one_hot(number.long(), self.size).float()


class Standardised(Conditions):
    """Quantities, standardised.

    Args:
        labelling: The quantity.
    """

    def __init__(self, labelling: Quantity) -> None:
        super().__init__()
        self.mean, self.deviation = labelling.mean, labelling.deviation

    def forward(self, number: Tensor) -> Tensor:
        """Return conditions, (n, 1)."""
        return ((number - self.mean) / self.deviation)[:, None]


_CONDITIONS: dict[type[Labelling], Callable[[Any], Conditions]] = {
    Classes: OneHot,
    Quantity: Standardised,
}


def conditions_of(labelling: Labelling | None) -> Conditions | None:
    """Return what makes conditions of labels' numbers, if there are labels."""
    return None if labelling is None else _CONDITIONS[type(labelling)](labelling)
