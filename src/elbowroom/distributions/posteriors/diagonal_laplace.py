"""The Laplace posterior."""

from math import sqrt

from torch import Tensor, distributions
from torch.distributions import Distribution, Independent

from elbowroom.distributions.posteriors.posterior import Posterior


class DiagonalLaplace(Posterior):
    """Independent Laplace units: q(z_i|x) = exp(-|z_i - mu_i(x)| / b_i(x)) / (2 b_i(x)).

    Sharper at its centre than a normal distribution, and with heavier tails. The raw output is the
    mean and the log-variance, as for the diagonal Gaussian: b = exp(raw / 2) / sqrt(2).

    Args:
        latent: Number of latent units.

    Example:
        >>> import torch
        >>> q = DiagonalLaplace(3)(torch.zeros(5, 2, 3))
        >>> q.batch_shape, q.event_shape, round(q.variance[0, 0].item(), 6)
        (torch.Size([5]), torch.Size([3]), 1.0)
    """

    @property
    def param_shape(self) -> tuple[int, ...]:
        """A mean and a log-variance for each unit."""
        return (2, self.latent)

    def forward(self, raw: Tensor) -> Distribution:
        """Return Laplace distributions, one for each leading index of `raw`."""
        mean, log_variance = raw.float().unbind(-2)
        scale = (0.5 * log_variance).exp() / sqrt(2)
        units = distributions.Laplace(mean, scale, validate_args=False)
        return Independent(units, 1, validate_args=False)
