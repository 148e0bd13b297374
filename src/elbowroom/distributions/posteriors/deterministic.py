"""A code without noise."""

from torch import Tensor
from torch.distributions import Distribution

from elbowroom.distributions.family import Ability
from elbowroom.distributions.point import Point
from elbowroom.distributions.posteriors.posterior import Posterior


class Deterministic(Posterior):
    """A code without noise: the plain autoencoder as the limiting case of a VAE.

    It has no density, hence no rate, no ELBO and no log-evidence; objectives that need those are
    refused.

    Args:
        latent: Number of latent units.
    """

    provides: frozenset[Ability] = frozenset()

    @property
    def param_shape(self) -> tuple[int, ...]:
        """The code itself."""
        return (self.latent,)

    def forward(self, raw: Tensor) -> Distribution:
        """Return point masses, one for each leading index of `raw`."""
        return Point(raw.float())
