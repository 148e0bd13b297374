"""The diagonal Gaussian posterior."""

from torch import Tensor
from torch.distributions import Distribution, Independent, Normal

from elbowroom.distributions.posteriors.posterior import Posterior


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
