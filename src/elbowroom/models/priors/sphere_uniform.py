"""The uniform prior on the sphere."""

import torch
from torch import Tensor
from torch.distributions import Distribution

from elbowroom.distributions import Space
from elbowroom.distributions.sphere import UniformOnSphere
from elbowroom.errors import ConfigError
from elbowroom.models.priors.prior import Prior


class SphereUniform(Prior):
    """All directions alike: p(z) = 1 / |S^(d-1)| for unit vectors z (Davidson et al. 2018).

    For the von-mises-fisher posterior. Densities are with respect to the surface measure.

    Args:
        latent: Number of values of a code, 2 or more.

    Raises:
        ConfigError: If latent is below 2.

    Example:
        >>> SphereUniform(3)().sample((5,)).norm(dim=-1).round(decimals=4)
        tensor([1., 1., 1., 1., 1.])
    """

    space: Space = Space.SPHERE

    def __init__(self, latent: int) -> None:
        super().__init__(latent)
        if self.latent < 2:
            raise ConfigError(
                f"a sphere-uniform prior needs latent 2 or more, got {latent}: the unit sphere in "
                "R^1 is the two points -1 and 1"
            )
        self.like: Tensor
        self.register_buffer("like", torch.zeros(()), persistent=False)

    def forward(self, *context: Tensor) -> Distribution:
        """Return the uniform distribution."""
        return UniformOnSphere(self.like, self.latent)
