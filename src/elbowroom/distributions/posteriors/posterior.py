"""What all posteriors q(z|x) have in common."""

from elbowroom.distributions.family import Family
from elbowroom.distributions.space import Space
from elbowroom.errors import ConfigError


class Posterior(Family):
    """A family over codes of `latent` units.

    Attributes:
        latent: Number of latent units.
        space: Where its codes lie; a prior over another space has no finite rate with it.
    """

    space: Space = Space.REAL

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
