"""The discretised logistic likelihood: pixels with a mean and a sharpness of their own."""

from math import pi

import torch
from torch import Tensor
from torch.distributions import Distribution, Independent

from elbowroom.distributions.cut_logistic import CutLogistic
from elbowroom.distributions.cuts import EvenCuts
from elbowroom.distributions.likelihoods.levelled import LevelledLikelihood, solve_rising
from elbowroom.distributions.on_levels import OnLevels

SMALLEST_SCALE = 1 / 16
"""Least scale in levels: the level at the centre then holds tanh(4) = 0.9993 of the mass."""

_LARGEST_LOG_SCALE = 20.0


def scale_in_levels(log_scale: Tensor, last: int) -> Tensor:
    """Return 1/16 + (L - 1) exp(log_scale), the scale in levels for a log-scale in ranges."""
    return SMALLEST_SCALE + last * log_scale.clamp(max=_LARGEST_LOG_SCALE).exp()


def log_scale_in_ranges(scale: Tensor, last: int) -> Tensor:
    """Return the log-scale that `scale_in_levels` maps to this scale, above the smallest one."""
    return ((scale - SMALLEST_SCALE) / last).log()


class DiscretisedLogistic(LevelledLikelihood):
    """Independent logistic values, rounded to the nearest level (Kingma et al. 2016).

    P(k|z) = sigmoid((k + 1/2 - m)/s) - sigmoid((k - 1/2 - m)/s) in levels. The first level holds
    all below it and the last all above, so that the L levels sum to one. The decoder gives each
    value a location, as a fraction of the range (0 is the first level, 1 the last; it may lie
    outside), and a log-scale in ranges; s = 1/16 + (L - 1) exp(log-scale), so no value may become
    infinitely sure, and no gradient stops at a bound.

    Unlike `Binomial`, whose spread follows from its mean, each value has a spread of its own.

    Args:
        event_shape: Shape of one example.
        levels: Number of levels of the data, 2 or more.
        highest: Value of the last level: 1 after the 'scale' step, levels - 1 for whole numbers.

    Raises:
        ConfigError: If levels is unknown or below 2.

    Example:
        >>> p = DiscretisedLogistic((1,), levels=256)(torch.zeros(2, 1))
        >>> float(p.log_prob(torch.linspace(0, 1, 256)[:, None]).exp().sum().round(decimals=5))
        1.0
    """

    @property
    def param_shape(self) -> tuple[int, ...]:
        """A location and a log-scale for each value."""
        return (2, *self.event_shape)

    def forward(self, raw: Tensor) -> Distribution:
        """Return discretised logistic distributions with raw locations and log-scales."""
        location, log_scale = raw.float().unbind(-len(self.event_shape) - 1)
        last = self.values.last
        law = CutLogistic(location * last, scale_in_levels(log_scale, last), EvenCuts(last))
        return Independent(OnLevels(law, self.values), len(self.event_shape), validate_args=False)

    @torch.no_grad()
    def start(self, mean: Tensor, variance: Tensor) -> Tensor:
        """Return the location whose mean is the data's, at the scale of their variance."""
        last = self.values.last
        scale = (3 * self.variance_in_levels(variance)).sqrt() / pi
        location = solve_rising(
            lambda place: EvenCuts(last).expected(place, scale),
            self.mean_in_levels(mean),
            -20 * scale,
            last + 20 * scale,
        )
        return torch.stack([location / last, log_scale_in_ranges(scale, last)])
