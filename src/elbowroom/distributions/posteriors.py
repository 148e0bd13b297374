"""Posterior families q(z|x): what an encoder's raw output means."""

from torch import Tensor
from torch.distributions import Distribution, Independent, Normal

from elbowroom.distributions.family import Ability, Family
from elbowroom.distributions.point import Point
from elbowroom.errors import ConfigError


class Posterior(Family):
    """A family over codes of `latent` units."""

    def __init__(self, latent: int) -> None:
        super().__init__((check_latent(latent),))
        self.latent = int(latent)


def check_latent(latent: int) -> int:
    """Return the number of latent units, or say what is wrong with it.

    Raises:
        ConfigError: If it is not a whole number, 1 or more.
    """
    if int(latent) != latent or latent < 1:
        raise ConfigError(f"latent must be a whole number of units, 1 or more, got {latent}")
    return int(latent)


class DiagonalGaussian(Posterior):
    """Independent normal units: q(z|x) = N(z; mu(x), diag(sigma(x)^2)).

    The raw output is the mean and the log-variance: sigma = exp(raw / 2).

    Args:
        latent: Number of latent units.

    Example:
        >>> import torch
        >>> q = DiagonalGaussian(3)(torch.zeros(5, 2, 3))
        >>> q.batch_shape, q.event_shape, q.stddev[0, 0].item()
        (torch.Size([5]), torch.Size([3]), 1.0)
    """

    @property
    def param_shape(self) -> tuple[int, ...]:
        """A mean and a log-variance for each unit."""
        return (2, self.latent)

    def forward(self, raw: Tensor) -> Distribution:
        """Return normal distributions, one for each leading index of `raw`."""
        mean, log_variance = raw.float().unbind(-2)
        scale = (0.5 * log_variance).exp()
        return Independent(Normal(mean, scale, validate_args=False), 1, validate_args=False)


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
