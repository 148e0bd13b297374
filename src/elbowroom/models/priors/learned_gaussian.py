"""A Gaussian prior whose mean and scale are learned."""

import torch
from torch import Tensor, nn
from torch.distributions import Distribution

from elbowroom.distributions import DiagonalGaussian
from elbowroom.models.priors.prior import Prior


class LearnedGaussian(Prior):
    """p(z) = N(z; m, diag(s^2)) with learned m and s; it starts as the standard normal.

    A decoder can undo any shift and scale, so that by itself this prior says no more than the
    standard normal; where the decoder is held fixed or smooth it does.

    Args:
        latent: Number of latent units.

    Example:
        >>> LearnedGaussian(2)().variance.tolist()
        [1.0, 1.0]
    """

    def __init__(self, latent: int) -> None:
        super().__init__(latent)
        self.family = DiagonalGaussian(self.latent)
        self.raw = nn.Parameter(torch.zeros(self.family.param_shape))

    def forward(self, *context: Tensor) -> Distribution:
        """Return the normal distribution."""
        return self.family(self.raw)
