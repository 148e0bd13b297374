"""The one noun behind encoder, decoder and prior: a distribution given a context."""

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from torch import Tensor, nn
from torch.distributions import Distribution

from elbowroom.distributions import Family
from elbowroom.errors import ConfigError
from elbowroom.networks import Network

if TYPE_CHECKING:
    from elbowroom.models.bound import Condition


class Conditional(nn.Module, ABC):
    """A module that returns a distribution: q(z|x), p(x|z), or p(z) for an empty context."""

    @abstractmethod
    def forward(self, *context: Tensor) -> Distribution:
        """Return the distribution given the context.

        Its batch shape is the leading shape of the context.
        """


class Neural(Conditional):
    """A network gives the raw parameters, a family makes the distribution.

    Args:
        network: From the context to the family's raw parameters.
        family: What the raw parameters mean.

    Raises:
        ConfigError: If the network's output does not have the family's `param_shape`.

    Example:
        >>> import torch
        >>> from elbowroom import MLP, Bernoulli
        >>> p = Bernoulli((1, 8, 8))
        >>> decoder = Neural(MLP().up((2,), p.param_shape), p)
        >>> decoder(torch.zeros(5, 2)).mean.shape
        torch.Size([5, 1, 8, 8])
    """

    def __init__(self, network: Network, family: Family) -> None:
        super().__init__()
        if network.out_shape != family.param_shape:
            raise ConfigError(
                f"{type(family).__name__} takes raw parameters of shape {family.param_shape}, the "
                f"network gives {network.out_shape}: build it with family.param_shape"
            )
        self.network = network
        self.family = family

    @property
    def in_shape(self) -> tuple[int, ...]:
        """Shape of one context."""
        return self.network.in_shape

    @property
    def condition_size(self) -> int:
        """Number of values in the condition that it is to be bound to; 0 without one."""
        return 0

    def bound_to(self, condition: "Condition") -> "Neural":
        """Return the same conditional bound to a condition; itself where it has none."""
        return self

    def raw(self, *context: Tensor) -> Tensor:
        """Return the raw parameters given the context, (*lead, *family.param_shape)."""
        return self.network(*context)

    def forward(self, *context: Tensor) -> Distribution:
        """Return the distribution given the context."""
        return self.family(self.raw(*context))
