"""The Poisson likelihood: counts of independent events."""

import torch
from torch import Tensor
from torch.distributions import Distribution, Independent, constraints
from torch.types import _size

from elbowroom.distributions.likelihoods.counts import Counts
from elbowroom.distributions.stirling import HALF_LOG_2PI, stirling_error


class PoissonCounts(Distribution):
    """Independent Poisson counts.

    Args:
        log_rate: Logarithm of the mean, any shape.
    """

    arg_constraints = {}
    support = constraints.nonnegative_integer

    def __init__(self, log_rate: Tensor) -> None:
        self.log_rate = log_rate
        super().__init__(log_rate.shape, validate_args=False)

    @property
    def mean(self) -> Tensor:
        """The rate."""
        return self.log_rate.exp()

    @property
    def mode(self) -> Tensor:
        """The rate, rounded down."""
        return self.mean.floor()

    @property
    def variance(self) -> Tensor:
        """The rate."""
        return self.mean

    @torch.no_grad()
    def sample(self, sample_shape: _size = ()) -> Tensor:
        """Draw counts."""
        return torch.poisson(self.mean.expand(torch.Size(sample_shape) + self.mean.shape))

    def log_prob(self, value: Tensor) -> Tensor:
        """Return k log(rate) - rate - log k!, in nats.

        For k > 0 as -k (e^t - 1 - t) - log(2 pi k)/2 - delta(k) with t = log(rate / k), in which
        nothing large cancels.
        """
        k = value.clamp(min=1.0)
        t = self.log_rate - k.log()
        constant = 0.5 * k.log() + HALF_LOG_2PI + stirling_error(k)
        return torch.where(value > 0, -k * (t.expm1() - t) - constant, -self.mean)


class Poisson(Counts):
    """Independent counts with p(k|z) = r^k exp(-r) / k!, r = exp(raw) the rate.

    Its variance equals its mean. Most counts vary more than that (`NegativeBinomial`); the
    dispersion that is missed shows as latent units that fit noise.

    Args:
        event_shape: Shape of one example.

    Example:
        >>> p = Poisson((1,))(torch.zeros(1, 1))
        >>> p.log_prob(torch.tensor([[0.0], [1.0], [2.0]]))  # -1, -1, -1 - log 2
        tensor([-1.0000, -1.0000, -1.6931])
    """

    def forward(self, raw: Tensor) -> Distribution:
        """Return Poisson distributions with log-rates `raw`."""
        log_rate = raw.float().squeeze(-len(self.event_shape) - 1)
        return Independent(PoissonCounts(log_rate), len(self.event_shape), validate_args=False)
