"""The log-normal likelihood: positive quantities that vary by factors."""

import torch
from torch import Tensor
from torch.distributions import Distribution, Normal, constraints
from torch.types import _size

from elbowroom.distributions.facing import Facing, Logarithm
from elbowroom.distributions.likelihoods.location_scale import LocationScale
from elbowroom.distributions.support import Support
from elbowroom.networks import Architecture


class LogNormalValues(Distribution):
    """Exponentials of normal values.

    Args:
        location: Mean of the logarithms.
        scale: Standard deviation of the logarithms.
    """

    arg_constraints = {}
    support = constraints.positive

    def __init__(self, location: Tensor, scale: Tensor) -> None:
        self.logarithm = Normal(location, scale, validate_args=False)
        super().__init__(location.shape, validate_args=False)

    @property
    def mean(self) -> Tensor:
        """Return exp(location + scale^2 / 2)."""
        return (self.logarithm.mean + self.logarithm.variance / 2).exp()

    @property
    def mode(self) -> Tensor:
        """Return exp(location - scale^2)."""
        return (self.logarithm.mean - self.logarithm.variance).exp()

    @property
    def variance(self) -> Tensor:
        """Return (exp(scale^2) - 1) mean^2."""
        return self.logarithm.variance.expm1() * self.mean.square()

    @torch.no_grad()
    def sample(self, sample_shape: _size = ()) -> Tensor:
        """Draw values; none is so small that it would be rounded to 0."""
        draws = self.logarithm.sample(torch.Size(sample_shape)).exp()
        return draws.clamp(min=torch.finfo(draws.dtype).tiny)

    def log_prob(self, value: Tensor) -> Tensor:
        """Return log N(log x; location, scale^2) - log x, in nats."""
        log_value = value.log()
        return self.logarithm.log_prob(log_value) - log_value


class LogNormal(LocationScale):
    """Independent positive values whose logarithms are normal: log x ~ N(mu(z), s^2).

    For what varies by factors: concentrations, incomes, durations. The scale s is one of
    logarithms: 0.1 means deviations of about 10 %, whatever the unit. Means are
    exp(mu + s^2 / 2), and the value itself must be above 0. It needs the quantities themselves,
    not standardised.

    Args:
        event_shape: Shape of one example.
        scale: 'fixed' at `initial`, learned and 'shared' by all values, or learned 'per-dimension'.
        initial: Scale s of the logarithms at the start.

    Raises:
        ConfigError: If the initial scale is not positive.

    Example:
        >>> p = LogNormal((1,), scale="fixed", initial=1.0)(torch.zeros(1, 1))
        >>> p.mean, p.mode  # exp(1/2) and exp(-1)
        (tensor([1.6487]), tensor([0.3679]))
    """

    @property
    def support(self) -> Support:
        """Positive numbers."""
        return Support(0, above=True)

    def start(self, mean: Tensor, variance: Tensor) -> Tensor:
        """Return the location that gives this mean at the present scale."""
        tiny = torch.finfo(mean.dtype).tiny
        return (mean.clamp(min=tiny).log() - self.scale.detach().square() / 2)[None]

    def facing(self, network: Architecture) -> Architecture:
        """Return an architecture whose encoders see log x."""
        return Facing(network, Logarithm(self.event_shape, offset=0.0), self.event_shape)

    def around(self, location: Tensor, scale: Tensor) -> Distribution:
        """Return log-normal distributions."""
        return LogNormalValues(location, scale)
