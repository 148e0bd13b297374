"""What likelihoods of real numbers have in common: a place from the network, and a scale."""

from abc import ABC, abstractmethod
from math import log
from typing import Literal

import torch
from torch import Tensor, nn
from torch.distributions import Distribution, Independent

from elbowroom.distributions.likelihoods.likelihood import Likelihood, Measure
from elbowroom.distributions.support import Support
from elbowroom.errors import ConfigError

SMALLEST_SCALE = 1e-3
"""Keeps a constant pixel from an unbounded density."""


class RealValued(Likelihood, ABC):
    """A density of real numbers; the network gives the place of each one."""

    measure = Measure.LEBESGUE

    @classmethod
    def for_data(cls, event_shape: tuple[int, ...], levels: int | None) -> Likelihood:
        """Build the likelihood for data of this shape."""
        return cls(event_shape)

    @property
    def param_shape(self) -> tuple[int, ...]:
        """One place for each value."""
        return (1, *self.event_shape)

    @property
    def support(self) -> Support:
        """All real numbers."""
        return Support()

    def start(self, mean: Tensor, variance: Tensor) -> Tensor:
        """Return the mean."""
        return mean[None]

    def location(self, raw: Tensor) -> Tensor:
        """Return the places, (*lead, *event_shape), in float32."""
        return raw.float().squeeze(-len(self.event_shape) - 1)


class LocationScale(RealValued, ABC):
    """A density of one form, moved by the network and stretched by a fixed or learned scale.

    Args:
        event_shape: Shape of one example.
        scale: 'fixed' at `initial`, learned and 'shared' by all values, or learned 'per-dimension'.
        initial: Scale at the start, in the units that the model sees.

    Raises:
        ConfigError: If the initial scale is not positive.
    """

    def __init__(
        self,
        event_shape: tuple[int, ...],
        *,
        scale: Literal["fixed", "shared", "per-dimension"] = "shared",
        initial: float = 1.0,
    ) -> None:
        super().__init__(event_shape)
        shapes = {"fixed": (), "shared": (), "per-dimension": self.event_shape}
        if scale not in shapes:
            raise ConfigError(f"scale must be one of {', '.join(shapes)}, got {scale!r}")
        if not initial > SMALLEST_SCALE:
            raise ConfigError(f"initial scale must be above {SMALLEST_SCALE}, got {initial}")
        start = torch.full(shapes[scale], log(initial - SMALLEST_SCALE))
        self.log_scale = nn.Parameter(start, requires_grad=scale != "fixed")

    @property
    def scale(self) -> Tensor:
        """The scale, never below 0.001."""
        return SMALLEST_SCALE + self.log_scale.exp()

    @abstractmethod
    def around(self, location: Tensor, scale: Tensor) -> Distribution:
        """Return the distribution of each value, from its place and its scale."""

    def forward(self, raw: Tensor) -> Distribution:
        """Return the distributions around `raw`."""
        location = self.location(raw)
        base = self.around(location, self.scale.expand_as(location))
        return Independent(base, len(self.event_shape), validate_args=False)
