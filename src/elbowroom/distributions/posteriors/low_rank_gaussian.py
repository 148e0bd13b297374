"""The Gaussian posterior with a covariance of low rank besides a diagonal."""

from torch import Tensor
from torch.distributions import Distribution

from elbowroom.distributions.correlated_normal import LowRankNormal
from elbowroom.distributions.family import Ability
from elbowroom.distributions.posteriors.posterior import Posterior
from elbowroom.errors import ConfigError


class LowRankGaussian(Posterior):
    """A normal distribution whose units share a few directions.

        q(z|x) = N(z; mu(x), S (I + U(x) U(x)') S),    S = diag(sigma),  sigma = exp(raw / 2)

    The raw output is the mean, the log-variance, and the `rank` columns of U; U = 0 is the diagonal
    Gaussian. Between the diagonal and the full Gaussian in what it can say and what it costs.
    Rezende et al. (2014), section 4.3, has the rank 1.

    Args:
        latent: Number of latent units.
        rank: Number of directions that units share, 1 or more.

    Raises:
        ConfigError: If the rank is below 1.

    Example:
        >>> import torch
        >>> raw = torch.tensor([[0.0, 0.0], [0.0, 0.0], [0.0, 2.0]])  # means, log-variances, U
        >>> LowRankGaussian(2, rank=1)(raw).variance
        tensor([1., 5.])
    """

    provides: frozenset[Ability] = frozenset({Ability.DENSITY, Ability.ANYWHERE})

    def __init__(self, latent: int, *, rank: int = 2) -> None:
        super().__init__(latent)
        if rank < 1:
            raise ConfigError(
                f"rank must be 1 or more, got {rank}: without shared directions it is the "
                "diagonal-gaussian posterior"
            )
        self.rank = rank

    @property
    def param_shape(self) -> tuple[int, ...]:
        """A mean, a log-variance and a value of each direction, for each unit."""
        return (2 + self.rank, self.latent)

    def forward(self, raw: Tensor) -> Distribution:
        """Return normal distributions, one for each leading index of `raw`."""
        raw = raw.float()
        mean, log_variance = raw[..., 0, :], raw[..., 1, :]
        return LowRankNormal(mean, (0.5 * log_variance).exp(), raw[..., 2:, :].mT)
