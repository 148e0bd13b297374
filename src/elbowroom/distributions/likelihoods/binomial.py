"""The binomial likelihood: pixels with a known number of levels."""

import torch
from torch import Tensor
from torch.distributions import Distribution, Independent, constraints
from torch.nn.functional import binary_cross_entropy_with_logits
from torch.types import _size

from elbowroom.distributions.likelihoods.likelihood import Likelihood, Measure
from elbowroom.distributions.support import Support
from elbowroom.errors import ConfigError


class ScaledBinomial(Distribution):
    """The share of n trials that succeed: x = k/n with k ~ Binomial(n, sigmoid(logits)).

    A probability mass on n + 1 equally spaced values of [0, 1]; rescaling the values leaves a
    mass unchanged, so log p(x) is that of the integer k.

    Args:
        logits: Log-odds of success, any shape.
        log_ways: log C(n, k) for k = 0..n; a table, because log-gamma at each pixel costs more
            than the cross-entropy.
    """

    arg_constraints = {}
    support = constraints.unit_interval

    def __init__(self, logits: Tensor, log_ways: Tensor) -> None:
        self.logits, self.log_ways = logits, log_ways
        self.trials = len(log_ways) - 1
        super().__init__(logits.shape, validate_args=False)

    @property
    def mean(self) -> Tensor:
        """The probability of success."""
        return self.logits.sigmoid()

    @property
    def mode(self) -> Tensor:
        """The most probable value, floor((n + 1) p) / n."""
        return ((self.trials + 1) * self.mean).floor().clamp(max=self.trials) / self.trials

    @property
    def variance(self) -> Tensor:
        """P (1 - p) / n."""
        return self.mean * (1 - self.mean) / self.trials

    def sample(self, sample_shape: _size = ()) -> Tensor:
        """Draw values k/n."""
        shape = torch.Size(sample_shape) + self.logits.shape
        trials = torch.full_like(self.logits, float(self.trials)).expand(shape)
        with torch.no_grad():
            return torch.binomial(trials, self.mean.expand(shape)) / self.trials

    def log_prob(self, value: Tensor) -> Tensor:
        """Return log C(n, k) + k log p + (n - k) log(1 - p), in nats."""
        ways = self.log_ways[(value * self.trials).round().long()]
        odds = self.logits.expand(torch.broadcast_shapes(self.logits.shape, value.shape))
        cross_entropy = binary_cross_entropy_with_logits(
            odds, value.expand_as(odds), reduction="none"
        )
        return ways - self.trials * cross_entropy


def log_ways(trials: int) -> Tensor:
    """Return log C(n, k) for k = 0..n."""
    k = torch.arange(trials + 1, dtype=torch.float64)
    n = torch.tensor(float(trials), dtype=torch.float64)
    return (torch.lgamma(n + 1) - torch.lgamma(k + 1) - torch.lgamma(n - k + 1)).float()


class Binomial(Likelihood):
    """Independent pixels of `levels` grey levels: levels - 1 coin flips for each channel.

    p(x|z) = prod_i C(n, k_i) p_i^k_i (1 - p_i)^(n - k_i) with n = levels - 1 and k_i = n x_i.

    This is the proper mass behind 'cross-entropy on a sigmoid rescaled to 0-255 in each channel':
    -log p = n * (mean-pixel cross-entropy summed over pixels) - sum_i log C(n, k_i). The last sum
    depends on the data alone, so gradients are those of the cross-entropy times n; log-likelihoods
    and any KL weight are right only with n and the constant in place. Photographs have 256 levels,
    scikit-learn's digits 17.

    Args:
        event_shape: Shape of one example.
        levels: Number of levels of the data, 2 or more; x is k / (levels - 1).

    Raises:
        ConfigError: If levels is unknown or below 2.

    Example:
        >>> p = Binomial((1,), levels=17)(torch.zeros(1, 1))
        >>> float(p.log_prob(torch.linspace(0, 1, 17)[:, None]).exp().sum())
        1.0
    """

    measure = Measure.COUNTING

    def __init__(self, event_shape: tuple[int, ...], levels: int | None) -> None:
        super().__init__(event_shape)
        if levels is None:
            raise ConfigError(
                "the binomial likelihood needs data with a known number of levels "
                "(integers, scaled by the 'scale' step): use gaussian for real-valued data"
            )
        if levels < 2:
            raise ConfigError(f"levels must be 2 or more, got {levels}")
        self.levels = int(levels)
        self.log_ways: Tensor
        self.register_buffer("log_ways", log_ways(self.levels - 1), persistent=False)

    @classmethod
    def for_data(cls, event_shape: tuple[int, ...], levels: int | None) -> "Binomial | None":
        """Build the likelihood for data of this shape, if their levels are known."""
        return cls(event_shape, levels) if levels else None

    @property
    def name(self) -> str:
        """Name with the number of levels."""
        return f"Binomial({self.levels} levels)"

    @property
    def param_shape(self) -> tuple[int, ...]:
        """One logit for each value."""
        return (1, *self.event_shape)

    @property
    def support(self) -> Support:
        """The levels k / (levels - 1)."""
        return Support(0, 1, levels=self.levels)

    def forward(self, raw: Tensor) -> Distribution:
        """Return binomial distributions with logits `raw`."""
        logits = raw.float().squeeze(-len(self.event_shape) - 1)
        base = ScaledBinomial(logits, self.log_ways)
        return Independent(base, len(self.event_shape), validate_args=False)

    def start(self, mean: Tensor, variance: Tensor) -> Tensor:
        """Return the logit of the mean, kept inside [0.001, 0.999]."""
        return torch.logit(mean.clamp(0.001, 0.999))[None]
