"""The mixture of discretised logistics of PixelCNN++: pixels with several likely colours."""

from math import pi, prod

import torch
from torch import Tensor
from torch.distributions import Distribution

from elbowroom.distributions.cuts import EvenCuts
from elbowroom.distributions.likelihoods.discretised_logistic import (
    log_scale_in_ranges,
    scale_in_levels,
)
from elbowroom.distributions.likelihoods.levelled import LevelledLikelihood, solve_rising
from elbowroom.distributions.pixel_mixture import PixelMixture
from elbowroom.errors import ConfigError

_COLOURS = 3


class DiscretisedLogisticMixture(LevelledLikelihood):
    """Pixels from a mixture of discretised logistics (Salimans et al. 2017, PixelCNN++).

    p(x|z) = prod over pixels of sum_m w_m prod_c P_mc(x_c | x_<c), where P_mc is a discretised
    logistic (see `DiscretisedLogistic`). Components and their weights w are shared by the channels
    of a pixel:

    - Images of three channels: within a component, the locations of the later channels are linear
      in the channels before them, location_1 + a (x_0 - 1/2) and
      location_2 + b (x_0 - 1/2) + c (x_1 - 1/2), with a, b, c in (-1, 1) by a tanh.
    - Any other number of channels: within a component the channels are independent.
    - Tables, and shapes with fewer than three dimensions: each value is a pixel of one channel.

    Its mean is exact, except for the second and third of three channels: see `PixelMixture`.

    Args:
        event_shape: Shape of one example, channels first.
        levels: Number of levels of the data, 2 or more.
        highest: Value of the last level: 1 after the 'scale' step, levels - 1 for whole numbers.
        components: Number of components of each pixel.

    Raises:
        ConfigError: If levels is unknown or below 2, or components below 1.

    Example:
        >>> p = DiscretisedLogisticMixture((3, 32, 32), levels=256)
        >>> p.param_shape  # 5 weights, 15 locations, 15 log-scales, 15 couplings for each pixel
        (50, 32, 32)
        >>> p(torch.zeros(7, *p.param_shape)).sample().shape
        torch.Size([7, 3, 32, 32])
    """

    def __init__(
        self,
        event_shape: tuple[int, ...],
        levels: int | None,
        highest: float = 1.0,
        *,
        components: int = 5,
    ) -> None:
        super().__init__(event_shape, levels, highest)
        if components < 1:
            raise ConfigError(f"components must be 1 or more, got {components}")
        self.components = int(components)
        image = len(self.event_shape) > 2
        self.channels = self.event_shape[0] if image else 1
        self.positions = self.event_shape[1:] if image else self.event_shape
        self.pairs = 3 if self.channels == _COLOURS else 0

    @property
    def name(self) -> str:
        """Name with the numbers of levels and components."""
        return f"{type(self).__name__}({self.levels} levels, {self.components} components)"

    @property
    def param_shape(self) -> tuple[int, ...]:
        """Weights, locations, log-scales and couplings, (parameters, *positions)."""
        return (self.components * (1 + 2 * self.channels + self.pairs), *self.positions)

    def forward(self, raw: Tensor) -> Distribution:
        """Return the mixtures with these raw parameters."""
        lead, pixels = raw.shape[: raw.dim() - len(self.param_shape)], prod(self.positions)
        rows = raw.float().reshape(*lead, -1, self.components, pixels).transpose(-3, -2)
        logits, location, log_scale, couplings = rows.split(
            [1, self.channels, self.channels, self.pairs], dim=-2
        )
        return PixelMixture(
            logits.squeeze(-2),
            location * self.values.last,
            scale_in_levels(log_scale, self.values.last),
            couplings.tanh(),
            self.values,
            self.event_shape,
        )

    @torch.no_grad()
    def start(self, mean: Tensor, variance: Tensor) -> Tensor:
        """Return equal weights and no coupling, the components spread evenly over the data.

        Component m stands at the quantile (m + 1/2)/M of a normal of the data's variance, with a
        variance of 1/M of theirs; then all are moved together until the mean is right.
        """
        last, count = self.values.last, self.components
        shape = (self.channels, prod(self.positions))
        middle = self.mean_in_levels(mean).reshape(shape)
        spread = self.variance_in_levels(variance).reshape(shape)
        quantiles = (torch.arange(count, device=mean.device) + 0.5) / count
        offsets = torch.special.ndtri(quantiles)[:, None, None] * spread.sqrt()
        scale = (3 * (spread / count).clamp(min=1.0)).sqrt() / pi
        reach = 20 * scale + offsets[-1]
        shift = solve_rising(
            lambda place: EvenCuts(last).expected(place + offsets, scale).mean(0),
            middle,
            -reach,
            last + reach,
        )
        location = ((shift + offsets) / last).transpose(0, 1)
        log_scale = log_scale_in_ranges(scale, last)[:, None].expand_as(location)
        weights = torch.zeros_like(location[:1])
        couplings = torch.zeros_like(weights).expand(self.pairs, -1, -1)
        rows = torch.cat([weights, location, log_scale, couplings])
        return rows.reshape(self.param_shape)
