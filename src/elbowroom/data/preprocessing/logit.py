"""The unit interval to the line."""

import math

import torch
from torch import Tensor

from elbowroom.data.domain import Domain
from elbowroom.data.transform import Transform, per_example, refuse_outside_unit_interval
from elbowroom.errors import ConfigError, IncompatibleError


class Logit(Transform):
    """Real numbers in [0, 1] to the line: y = logit(alpha + (1 - 2 alpha) x) (Dinh et al. 2017).

    Args:
        alpha: Keeps 0 and 1 finite; above 0 and below 1/2.
    """

    def __init__(self, *, alpha: float = 1e-6) -> None:
        super().__init__()
        if not 1e-7 <= alpha < 0.5:
            raise ConfigError(f"alpha={alpha} cannot be used. Use 1e-7 <= alpha < 0.5.")
        self.alpha = alpha

    def out(self, domain: Domain) -> Domain:
        """Real numbers."""
        if domain.levels is not None:
            raise IncompatibleError(
                f"Logit is for real numbers, but these are {domain}. Put Dequantise before it."
            )
        refuse_outside_unit_interval(self, domain)
        return Domain(domain.shape)

    def forward(self, x: Tensor) -> Tensor:
        """Logit of the value, moved inwards by alpha."""
        return torch.logit(self.alpha + (1 - 2 * self.alpha) * x)

    def inverse(self, y: Tensor) -> Tensor:
        """(sigmoid(y) - alpha) / (1 - 2 alpha); of a mean, close to but not the mean of x."""
        return (torch.sigmoid(y) - self.alpha) / (1 - 2 * self.alpha)

    def log_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        """Sum of log(1 - 2 alpha) - log s - log(1 - s), s = sigmoid(y)."""
        log_slope = torch.nn.functional.softplus(y) + torch.nn.functional.softplus(-y)
        return per_example(log_slope + math.log1p(-2 * self.alpha), x)
