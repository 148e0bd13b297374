"""Levels to [0, 1]."""

from dataclasses import replace

from torch import Tensor

from elbowroom.data.domain import Domain
from elbowroom.data.transform import Transform
from elbowroom.errors import IncompatibleError


class Scale(Transform):
    """Levels to [0, 1]: y = k / (levels - 1). Still levels, still a probability mass.

    Example:
        >>> import torch
        >>> step = Scale()
        >>> step.bind(Domain((2,), levels=17, low=0, high=16))
        Domain(2, 17 levels from 0 to 1)
        >>> step(torch.tensor([[4.0, 16.0]]))
        tensor([[0.2500, 1.0000]])
    """

    def out(self, domain: Domain) -> Domain:
        """Same levels, from 0 to 1."""
        if domain.levels is None:
            raise IncompatibleError(
                f"Scale divides whole-number levels by the largest, but these are {domain}. "
                "Use MinMax or Standardise for real numbers."
            )
        return replace(domain, low=0.0, high=1.0)

    def forward(self, x: Tensor) -> Tensor:
        """(x - low) / (high - low)."""
        return (x - self.domain.low if self.domain.low else x) / self._range

    def inverse(self, y: Tensor) -> Tensor:
        """Low + y (high - low)."""
        return y * self._range + self.domain.low

    @property
    def _range(self) -> float:
        return self.domain.high - self.domain.low
