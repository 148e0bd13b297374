"""The standard normal prior."""

import torch
from torch import Tensor
from torch.distributions import Distribution, Independent, Normal

from elbowroom.models.priors.prior import Prior


class StandardNormal(Prior):
    """p(z) = N(z; 0, I), the prior of Kingma & Welling (2014).

    Args:
        latent: Number of latent units.

    Example:
        >>> StandardNormal(2)().log_prob(torch.zeros(2))  # -log(2 pi)
        tensor(-1.8379)
    """

    def __init__(self, latent: int) -> None:
        super().__init__(latent)
        self.zeros: Tensor
        self.ones: Tensor
        self.register_buffer("zeros", torch.zeros(latent), persistent=False)
        self.register_buffer("ones", torch.ones(latent), persistent=False)

    def forward(self, *context: Tensor) -> Distribution:
        """Return N(0, I)."""
        return Independent(
            Normal(self.zeros, self.ones, validate_args=False), 1, validate_args=False
        )
