"""Monotone maps of single numbers: what an autoregressive flow does to each unit.

The parameters of a map come from a conditioner, so that a map has none of its own. At parameters
of zero every map is the identity, which is where flows start.
"""

from abc import ABC, abstractmethod
from typing import Literal

from torch import Tensor

from elbowroom.distributions.flows.spline import rational_quadratic

TransformName = Literal["affine", "spline"]


class Elementwise(ABC):
    """An increasing map of numbers, one for each set of raw parameters.

    Attributes:
        size: How many raw parameters one map has.
    """

    size: int

    @abstractmethod
    def forward(self, x: Tensor, raw: Tensor) -> tuple[Tensor, Tensor]:
        """Map numbers.

        Args:
            x: Numbers, (*shape).
            raw: Parameters of the map of each, broadcast to (*shape, size).

        Returns:
            The mapped numbers and the logarithms of the slopes there, both (*shape).
        """

    @abstractmethod
    def inverse(self, y: Tensor, raw: Tensor) -> tuple[Tensor, Tensor]:
        """Undo `forward`, and return the logarithms of the inverse's slopes."""


class Affine(Elementwise):
    """y = exp(s) x + t, with the log-scale s kept within (-5, 5) for numerical safety.

    Example:
        >>> import torch
        >>> Affine().forward(torch.ones(1), torch.tensor([[0.0, 3.0]]))
        (tensor([4.]), tensor([0.]))
    """

    size = 2
    _LIMIT = 5.0

    def forward(self, x: Tensor, raw: Tensor) -> tuple[Tensor, Tensor]:
        """Scale and shift."""
        log_scale, shift = self._parameters(raw)
        y = x * log_scale.exp() + shift
        return y, log_scale.expand_as(y)

    def inverse(self, y: Tensor, raw: Tensor) -> tuple[Tensor, Tensor]:
        """Shift and scale back."""
        log_scale, shift = self._parameters(raw)
        x = (y - shift) * (-log_scale).exp()
        return x, -log_scale.expand_as(x)

    def _parameters(self, raw: Tensor) -> tuple[Tensor, Tensor]:
        log_scale, shift = raw.unbind(-1)
        return log_scale / (1 + log_scale.abs() / self._LIMIT), shift


class Spline(Elementwise):
    """A rational-quadratic spline on [-B, B], the identity outside (Durkan et al. 2019).

    Args:
        bins: Number of pieces.
        bound: B; far beyond where codes of a standard normal lie.
    """

    def __init__(self, bins: int = 8, bound: float = 5.0) -> None:
        self.bins = bins
        self.bound = bound
        self.size = 3 * bins - 1

    def forward(self, x: Tensor, raw: Tensor) -> tuple[Tensor, Tensor]:
        """Evaluate the spline."""
        return rational_quadratic(x, raw, self.bound)

    def inverse(self, y: Tensor, raw: Tensor) -> tuple[Tensor, Tensor]:
        """Evaluate the inverse of the spline, which has a closed form."""
        return rational_quadratic(y, raw, self.bound, inverse=True)


TRANSFORMS: dict[str, type[Elementwise]] = {"affine": Affine, "spline": Spline}
"""Transforms by the name of the option."""
