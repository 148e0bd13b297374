"""What likelihoods of counts have in common: whole numbers without an end, and a log-mean."""

from abc import ABC
from math import log
from typing import Literal

import torch
from torch import Tensor, nn

from elbowroom.distributions.facing import Facing, Logarithm
from elbowroom.distributions.likelihoods.likelihood import Likelihood, Measure
from elbowroom.distributions.support import Support
from elbowroom.errors import ConfigError
from elbowroom.networks import Architecture

LEAST_START = 1e-6
"""Mean that a column of zeros starts at, so that its logarithm is finite."""


class Counts(Likelihood, ABC):
    """A probability mass on 0, 1, 2, ...; the network gives the logarithm of its mean.

    The likelihood needs the counts themselves, neither scaled nor standardised.
    """

    measure = Measure.COUNTING

    @classmethod
    def for_data(cls, event_shape: tuple[int, ...], levels: int | None) -> Likelihood | None:
        """Build the likelihood for data of this shape, unless they are levels in [0, 1]."""
        return None if levels else cls(event_shape)

    @property
    def param_shape(self) -> tuple[int, ...]:
        """One log-mean for each value."""
        return (1, *self.event_shape)

    @property
    def support(self) -> Support:
        """Whole numbers from 0."""
        return Support(0, whole=True)

    def start(self, mean: Tensor, variance: Tensor) -> Tensor:
        """Return the logarithm of the mean."""
        return mean.clamp(min=LEAST_START).log()[None]

    def facing(self, network: Architecture) -> Architecture:
        """Return an architecture whose encoders see log(1 + k), as in scVI."""
        return Facing(network, Logarithm(self.event_shape, offset=1.0), self.event_shape)


class DispersedCounts(Counts, ABC):
    """Counts that vary more than Poisson's by a learned dispersion: variance m + m^2 / r.

    Args:
        event_shape: Shape of one example.
        dispersion: Whether each value learns its own r ('per-dimension': a gene's own) or all
            values one ('shared').
        initial: Inverse dispersion r at the start.

    Raises:
        ConfigError: If the inverse dispersion is not positive.
    """

    def __init__(
        self,
        event_shape: tuple[int, ...],
        *,
        dispersion: Literal["per-dimension", "shared"] = "per-dimension",
        initial: float = 1.0,
    ) -> None:
        super().__init__(event_shape)
        shapes = {"per-dimension": self.event_shape, "shared": ()}
        if dispersion not in shapes:
            raise ConfigError(f"dispersion must be one of {', '.join(shapes)}, got {dispersion!r}")
        if not 0 < initial < float("inf"):
            raise ConfigError(
                f"the initial inverse dispersion must be above 0 and finite, got {initial}"
            )
        self.log_dispersion = nn.Parameter(torch.full(shapes[dispersion], log(initial)))
