"""How far two examples are apart, in units in which all their values may be averaged.

The values of an image are alike: their differences are averaged as they are. The columns of a
table have units of their own, so that a mean over them would be that of the column with the
largest numbers: there a difference is counted in standard deviations of the column. Categories
have no differences: equal is 0, and unequal is 1.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from elbowroom.data import Column, Dataset
from elbowroom.data.columns import KINDS


@dataclass(frozen=True, eq=False)
class Ruler:
    """Measures differences between raw examples.

    Args:
        centre: Mean of each column of a table, (D,); None for images.
        scale: Standard deviation of each column, (D,), 1 where it is constant.
        columns: What the columns hold, where their kinds differ.

    Example:
        >>> table = torch.tensor([[0.0, 100.0], [2.0, 300.0]])
        >>> ruler = Ruler(table.mean(0), table.std(0, correction=0))
        >>> ruler.rms(table, table + torch.tensor([1.0, 0.0]))
        tensor([0.7071, 0.7071], dtype=torch.float64)
    """

    centre: Tensor | None = None
    scale: Tensor | None = None
    columns: tuple[Column, ...] | None = None

    @classmethod
    def of(cls, dataset: Dataset, train: Tensor) -> "Ruler":
        """Take the units from training examples (N, *shape), raw, as the model sees them."""
        if dataset.kind == "image":
            return cls()
        rows = train.double()
        spread = rows.std(0, correction=0)
        return cls(rows.mean(0), torch.where(spread > 0, spread, 1.0), dataset.kinds)

    @property
    def units(self) -> str:
        """Its units, in words."""
        if self.scale is None:
            return "data units"
        if not self._named:
            return "standard deviations of the columns"
        return "standard deviations of the columns; a wrong category counts 1"

    def squared(self, originals: Tensor, made: Tensor) -> Tensor:
        """Return the squared differences of raw examples, (N, *shape) in float64."""
        difference = originals.double() - made.double()
        if self.scale is not None:
            difference = difference / self.scale
        if self._named:
            named = self._named
            wrong = originals[:, named].round() != made[:, named].round()
            difference[:, named] = wrong.double()
        return difference.square()

    def rms(self, originals: Tensor, made: Tensor) -> Tensor:
        """Return the root mean squared difference of each example, (N,)."""
        return self.squared(originals, made).flatten(1).mean(1).sqrt()

    def features(self, raw: Tensor) -> Tensor:
        """Return examples as vectors, (N, F) float64, whose distances are those of the ruler.

        A category becomes a unit vector over the root of 2, so that two of them are 1 apart.
        """
        if self.centre is None or self.scale is None:
            return raw.flatten(1).double()
        numbers = (raw.double() - self.centre) / self.scale
        parts = [numbers[:, [i]] for i in range(raw.shape[1])]
        for i in self._named:
            parts[i] = (
                torch.nn.functional.one_hot(raw[:, i].round().long(), self._levels(i)) * 0.5**0.5
            )
        return torch.cat(parts, 1)

    def restore(self, features: Tensor, shape: torch.Size) -> Tensor:
        """Return the raw examples of such a shape that vectors stand for; the nearest category."""
        if self.centre is None or self.scale is None:
            return features.reshape(shape)
        parts = features.split([self._levels(i) for i in range(shape[1])], 1)
        numbers = [part[:, 0] * self.scale[i] + self.centre[i] for i, part in enumerate(parts)]
        for i in self._named:
            numbers[i] = parts[i].argmax(1).double()
        return torch.stack(numbers, 1)

    @property
    def _named(self) -> list[int]:
        return [i for i, column in enumerate(self.columns or ()) if KINDS[column.kind].named]

    def _levels(self, place: int) -> int:
        return (self.columns[place].levels or 1) if self.columns else 1


@dataclass(frozen=True)
class ColumnError:
    """How far reconstructions of a column are from its values.

    Attributes:
        name: Name of the column.
        value: Root mean squared error in the column's own units; of categories the share that is
            wrong.
        pca: The same for as many principal components.
        units: Which of the two.
    """

    name: str
    value: float
    pca: float
    units: str


def column_errors(
    ruler: Ruler, names: tuple[str, ...], squared: Tensor, pca: Tensor
) -> tuple[ColumnError, ...]:
    """Return the error of each column.

    Args:
        ruler: What the differences were measured with.
        names: Names of the columns.
        squared: Mean squared difference of each column on the ruler, (D,).
        pca: The same for principal components.
    """
    if ruler.scale is None:
        return ()
    named = set(ruler._named)

    def value(mean: Tensor, place: int, scale: Tensor) -> float:
        return float(mean[place]) if place in named else float(mean[place].sqrt() * scale[place])

    return tuple(
        ColumnError(
            name,
            value(squared, place, ruler.scale),
            value(pca, place, ruler.scale),
            "share wrong" if place in named else "data units",
        )
        for place, name in enumerate(names)
    )
