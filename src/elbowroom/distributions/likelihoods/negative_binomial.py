"""The negative binomial likelihood: counts that vary more than Poisson's."""

import torch
from torch import Tensor
from torch.distributions import Distribution, Independent, constraints
from torch.nn.functional import softplus
from torch.types import _size

from elbowroom.distributions.likelihoods.counts import DispersedCounts
from elbowroom.distributions.stirling import HALF_LOG_2PI, log_ratio, stirling_error


class NegativeBinomialCounts(Distribution):
    """Independent Poisson counts whose rates are Gamma distributed.

    Args:
        log_mean: Logarithm of the mean m, any shape.
        log_dispersion: Logarithm of the inverse dispersion r, of the same shape.
    """

    arg_constraints = {}
    support = constraints.nonnegative_integer

    def __init__(self, log_mean: Tensor, log_dispersion: Tensor) -> None:
        self.log_mean, self.log_dispersion = log_mean, log_dispersion
        super().__init__(log_mean.shape, validate_args=False)

    @property
    def mean(self) -> Tensor:
        """The mean m."""
        return self.log_mean.exp()

    @property
    def mode(self) -> Tensor:
        """Return m (r - 1) / r rounded down, 0 for r below 1."""
        return (self.mean * -(-self.log_dispersion).expm1()).clamp(min=0).floor()

    @property
    def variance(self) -> Tensor:
        """Return m + m^2 / r."""
        return self.mean * (1 + (self.log_mean - self.log_dispersion).exp())

    @torch.no_grad()
    def sample(self, sample_shape: _size = ()) -> Tensor:
        """Draw a rate from the Gamma distribution, then a count."""
        shape = torch.Size(sample_shape) + self.log_mean.shape
        r = self.log_dispersion.exp()
        rates = torch._standard_gamma(r.expand(shape)) / r * self.mean
        return torch.poisson(rates)

    def log_prob(self, value: Tensor) -> Tensor:
        """Return the log-mass of counts in nats.

        With N = k + r and M = m + r, and Stirling's formula for the three gamma functions,

            log p(k) = delta(N) - delta(r) - delta(k) + log(r / N)/2 - log(2 pi k)/2
                       - k log(k M / (m N)) + r log(N / M),

        where k M - m N = r (k - m) and N - M = k - m: nothing large cancels.
        """
        k, m, r = value.clamp(min=1.0), self.mean, self.log_dispersion.exp()
        n = k + r
        constant = 0.5 * (self.log_dispersion - n.log() - k.log()) - HALF_LOG_2PI
        constant = constant + stirling_error(n) - stirling_error(r) - stirling_error(k)
        deviance = k * log_ratio(k * (m + r), m * n, r * (k - m)) - r * log_ratio(n, m + r, k - m)
        return torch.where(value > 0, constant - deviance, self.log_prob_of_zero())

    def log_prob_of_zero(self) -> Tensor:
        """Return log p(0) = -r log(1 + m / r)."""
        return -self.log_dispersion.exp() * softplus(self.log_mean - self.log_dispersion)


class NegativeBinomial(DispersedCounts):
    """Independent counts with mean m = exp(raw) from the network and variance m + m^2 / r.

    p(k|z) = Gamma(k + r) / (Gamma(r) k!) (r / (r + m))^r (m / (r + m))^k: a Poisson likelihood
    whose rate is Gamma distributed. The inverse dispersion r is learned, one for each column (or
    gene), as in scVI (Lopez et al. 2018, where it is theta = exp(px_r)); r -> infinity is Poisson.
    Unlike there, the mean has no library size as a factor: the code has to say how large an
    example is.

    Args:
        event_shape: Shape of one example.
        dispersion: Whether each value learns its own r ('per-dimension': a gene's own) or all
            values one ('shared').
        initial: Inverse dispersion r at the start.

    Raises:
        ConfigError: If the inverse dispersion is not positive.

    Example:
        >>> p = NegativeBinomial((1,), initial=1.0)(torch.zeros(1, 1))  # r = 1: geometric
        >>> p.log_prob(torch.tensor([[0.0], [1.0], [2.0]])).exp()
        tensor([0.5000, 0.2500, 0.1250], grad_fn=<ExpBackward0>)
    """

    def forward(self, raw: Tensor) -> Distribution:
        """Return negative binomial distributions with log-means `raw`."""
        log_mean = raw.float().squeeze(-len(self.event_shape) - 1)
        base = NegativeBinomialCounts(log_mean, self.log_dispersion.expand_as(log_mean))
        return Independent(base, len(self.event_shape), validate_args=False)
