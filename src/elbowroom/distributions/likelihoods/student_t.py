"""Student's t likelihood: real-valued data with outliers."""

from math import log, pi
from typing import Literal

import torch
from torch import Tensor, nn
from torch.distributions import Distribution, constraints
from torch.types import _size

from elbowroom.distributions.likelihoods.location_scale import LocationScale
from elbowroom.distributions.stirling import stirling_error
from elbowroom.errors import ConfigError

_LEAST_DF = 2.0


class StudentTValues(Distribution):
    """Independent t-distributed values.

    Unlike torch's, its normaliser keeps its precision at many degrees of freedom, and it is built
    without validating a hidden part, so that a training step is one graph.

    Args:
        df: Degrees of freedom, above 2.
        location: Mean, median and mode, of the shape of the values.
        scale: Scale, of the shape of the values.
    """

    arg_constraints = {}
    support = constraints.real

    def __init__(self, df: Tensor, location: Tensor, scale: Tensor) -> None:
        self.df, self.location, self.scale = df, location, scale
        super().__init__(location.shape, validate_args=False)

    @property
    def mean(self) -> Tensor:
        """The location."""
        return self.location

    @property
    def mode(self) -> Tensor:
        """The location."""
        return self.location

    @property
    def variance(self) -> Tensor:
        """Scale^2 df / (df - 2)."""
        return self.scale.square() * self.df / (self.df - _LEAST_DF)

    @torch.no_grad()
    def sample(self, sample_shape: _size = ()) -> Tensor:
        """Draw normal values over the root of chi-squared ones divided by df."""
        shape = torch.Size(sample_shape) + self.location.shape
        half = (self.df / 2).expand(shape)
        spread = torch._standard_gamma(half) / half
        return self.location + self.scale * torch.randn_like(spread) * spread.rsqrt()

    def log_prob(self, value: Tensor) -> Tensor:
        """Return the log-density in nats.

        log Gamma((df + 1)/2) - log Gamma(df/2) by Stirling's formula, whose large terms cancel.
        """
        half, distance = self.df / 2, (value - self.location) / self.scale
        gammas = half * (0.5 / half).log1p() + 0.5 * half.log() - 0.5
        gammas = gammas + stirling_error(half + 0.5) - stirling_error(half)
        tail = (half + 0.5) * (distance.square() / self.df).log1p()
        return gammas - 0.5 * (self.df.log() + log(pi)) - self.scale.log() - tail


class StudentT(LocationScale):
    """Independent t values: a Gaussian whose precision is uncertain, so that outliers cost less.

    p(x|z) = Gamma((v + 1)/2) / (Gamma(v/2) sqrt(v pi) s) (1 + t^2 / v)^(-(v + 1)/2) with
    t = (x - mu(z)) / s and v degrees of freedom. A Gaussian pays for an outlier by its squared
    distance, this by a logarithm of it: single wild values bend neither the means nor the scale
    (Takahashi et al. 2018). As v grows it becomes the Gaussian.

    Degrees of freedom stay above 2, where the variance is finite; v = 2.1 is close to what people
    use a Cauchy distribution for.

    Args:
        event_shape: Shape of one example.
        scale: 'fixed' at `initial`, learned and 'shared' by all values, or learned 'per-dimension'.
        initial: Scale s at the start, in the units that the model sees.
        df: Degrees of freedom, at the start where they are learned; above 2.
        tails: Whether the degrees of freedom stay 'fixed' or are 'learned', one number for all.

    Raises:
        ConfigError: If the initial scale is not positive or df not above 2.

    Example:
        >>> p = StudentT((1,), scale="fixed", df=5.0, tails="fixed")(torch.zeros(1, 1))
        >>> p.variance  # 5 / 3
        tensor([1.6667])
    """

    def __init__(
        self,
        event_shape: tuple[int, ...],
        *,
        scale: Literal["fixed", "shared", "per-dimension"] = "shared",
        initial: float = 1.0,
        df: float = 5.0,
        tails: Literal["fixed", "learned"] = "learned",
    ) -> None:
        super().__init__(event_shape, scale=scale, initial=initial)
        if not _LEAST_DF < df < float("inf"):
            raise ConfigError(
                f"df must be above {_LEAST_DF:g} and finite, got {df}: with fewer degrees of "
                "freedom there is no variance, with infinitely many take the gaussian likelihood"
            )
        if tails not in ("fixed", "learned"):
            raise ConfigError(f"tails must be one of fixed, learned, got {tails!r}")
        start = torch.tensor(log(df - _LEAST_DF))
        self.log_df = nn.Parameter(start, requires_grad=tails == "learned")

    @property
    def df(self) -> Tensor:
        """Degrees of freedom."""
        return _LEAST_DF + self.log_df.exp()

    def around(self, location: Tensor, scale: Tensor) -> Distribution:
        """Return t distributions."""
        return StudentTValues(self.df, location, scale)
