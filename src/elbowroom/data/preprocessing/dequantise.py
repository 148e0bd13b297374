"""Levels to real numbers, by noise that fills the gaps."""

import math
from typing import ClassVar

import torch
from torch import Tensor

from elbowroom.data.domain import Domain
from elbowroom.data.transform import Transform
from elbowroom.errors import IncompatibleError


class Dequantise(Transform):
    """Levels to real numbers in [0, 1): y = (k + u) / levels, u uniform, fresh at every visit.

    The density found is a lower bound on the mass, in expectation over u (Theis et al. 2016):
    log P(k) = log E p(k + u) >= E log p(k + u), with p in units of levels.
    """

    random: ClassVar[bool] = True

    def out(self, domain: Domain) -> Domain:
        """Real numbers from 0 to 1."""
        if domain.levels is None:
            raise IncompatibleError(
                f"Dequantise fills the gaps between whole-number levels, but these are {domain}: "
                "there are no gaps. Leave it out."
            )
        return Domain(domain.shape, low=0.0, high=1.0)

    def forward(self, x: Tensor) -> Tensor:
        """(k + u) / levels, k the number of the level."""
        k = (x - self.domain.low) / self.domain.spacing
        return (k + torch.rand_like(x)) / self.domain.count()

    def inverse(self, y: Tensor) -> Tensor:
        """The mean over u: k = y levels - 1/2."""
        return self.domain.low + self.domain.spacing * (y * self.domain.count() - 0.5)

    def log_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        """-D log levels."""
        return x.new_full((x.shape[0],), -self.domain.size * math.log(self.domain.count()))
