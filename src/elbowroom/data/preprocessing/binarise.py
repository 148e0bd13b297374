"""Black and white of grey: another data set, scored by a probability mass."""

from typing import ClassVar

import torch
from torch import Tensor

from elbowroom.data.domain import Domain
from elbowroom.data.row_hash import uniform_of_content
from elbowroom.data.transform import Transform, refuse_outside_unit_interval
from elbowroom.errors import ConfigError


class _Binarise(Transform):
    """Values in [0, 1] become 0 or 1: another data set, scored by a probability mass."""

    redefines: ClassVar[bool] = True

    def out(self, domain: Domain) -> Domain:
        """Two levels, 0 and 1."""
        refuse_outside_unit_interval(self, domain)
        return Domain(domain.shape, levels=2, low=0.0, high=1.0)

    def inverse(self, y: Tensor) -> Tensor:
        """The mean of a binary pixel is on the scale of the grey value it was drawn from."""
        return y


class Threshold(_Binarise):
    """1 where the value is greater than `at`, else 0.

    Args:
        at: The threshold, from 0 up to but not including 1.
    """

    def __init__(self, *, at: float = 0.5) -> None:
        super().__init__()
        if not 0 <= at < 1:
            raise ConfigError(f"at={at} would make all values equal. Use 0 <= at < 1.")
        self.at = at

    def forward(self, x: Tensor) -> Tensor:
        """X > at."""
        return (x > self.at).to(x.dtype)


class StochasticBinarise(_Binarise):
    """1 with the value as its probability, drawn afresh at every visit (Burda et al. 2016).

    Draws come from torch's global generator, so a seeded run repeats.
    """

    random: ClassVar[bool] = True

    def forward(self, x: Tensor) -> Tensor:
        """Uniform draw < x: never 1 where x is 0, always where it is 1."""
        return (torch.rand_like(x) < x).to(x.dtype)


class FixedBinarise(_Binarise):
    """1 with the value as its probability, drawn once for each example.

    The draw is a function of the seed and of the example's content, so that an example gets the
    same one at every visit, in any batch, split, order or process, also when it is new. (By row
    number it would change with the order of a file.) Identical examples get identical draws.

    Args:
        seed: Another seed gives another binary data set.
    """

    def __init__(self, *, seed: int = 0) -> None:
        super().__init__()
        self.seed = seed

    def forward(self, x: Tensor) -> Tensor:
        """Counter-based uniform draw < x."""
        counts = x if self.domain.levels is None else (x - self.domain.low) / self.domain.spacing
        return (uniform_of_content(counts, self.seed) < x).to(x.dtype)
