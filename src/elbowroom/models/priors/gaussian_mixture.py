"""A mixture of Gaussians as the prior."""

from math import log, sqrt

import torch
from torch import Tensor, nn
from torch.distributions import Distribution

from elbowroom.distributions import DiagonalGaussian
from elbowroom.distributions.mixture import Mixture
from elbowroom.errors import ConfigError
from elbowroom.models.priors.prior import Prior

_BETWEEN = 0.5


class GaussianMixture(Prior):
    """p(z) = sum_k pi_k N(z; m_k, diag(s_k^2)) with learned weights, means and scales.

    Room for groups: codes of unlike examples need not be squeezed into one ball. Half of the
    variance starts between the components and half within, so that the whole is near the standard
    normal and no two components are the same; components that started the same would stay so.
    Dilokthanakul et al. (2016); Jiang et al. (2017).

    Args:
        latent: Number of latent units.
        components: Number of Gaussians.

    Raises:
        ConfigError: If there are no components.

    Example:
        >>> GaussianMixture(2, components=3)().sample((5,)).shape
        torch.Size([5, 2])
    """

    def __init__(self, latent: int, *, components: int = 10) -> None:
        super().__init__(latent)
        self.family = DiagonalGaussian(self.latent)
        count = check_components(components)
        between = _BETWEEN if count > 1 else 0.0
        means = sqrt(between) * torch.randn(count, self.latent)
        raw = torch.stack([means, torch.full_like(means, log(1 - between))], 1)
        self.raw = nn.Parameter(raw)
        self.logits = nn.Parameter(torch.zeros(count))

    def forward(self, *context: Tensor) -> Distribution:
        """Return the mixture."""
        return Mixture(self.family, self.raw, self.logits)


def check_components(components: int) -> int:
    """Return the number of components, or say that there must be one.

    Raises:
        ConfigError: If it is below 1.
    """
    if components < 1:
        raise ConfigError(f"components must be 1 or more, got {components}")
    return components
