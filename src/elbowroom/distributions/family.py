"""A family: how the raw output of a network becomes a distribution.

Posteriors and likelihoods are both families. A family says how many raw numbers it needs
(`param_shape`), what it can do (`provides`), and owns the parameters that no network computes
(a shared scale, say).
"""

from abc import ABC, abstractmethod
from enum import StrEnum

from torch import Tensor, nn
from torch.distributions import Distribution


class Ability(StrEnum):
    """What a distribution can be asked for; a cost says which of them it requires."""

    DENSITY = "a density (the log-probability of its own draws can be computed)"
    ANYWHERE = "a density at any code (not at its own draws alone)"
    FACTORS = "independent units (its KL splits over the latent units)"


class Family(nn.Module, ABC):
    """Distributions over `event_shape`, indexed by raw parameters of shape `param_shape`.

    Args:
        event_shape: Shape of one draw.

    Attributes:
        event_shape: Shape of one draw.
        param_shape: Shape of the raw parameters of one distribution.
        provides: What its distributions can be asked for.
    """

    provides: frozenset[Ability] = frozenset(Ability)

    def __init__(self, event_shape: tuple[int, ...]) -> None:
        super().__init__()
        self.event_shape = tuple(event_shape)

    @property
    @abstractmethod
    def param_shape(self) -> tuple[int, ...]:
        """Shape of the raw parameters of one distribution."""

    @abstractmethod
    def forward(self, raw: Tensor) -> Distribution:
        """Return the distributions for raw parameters `(*lead, *param_shape)`.

        Their batch shape is `lead`, their event shape `event_shape`. They are built without
        argument validation: data are checked once, at the door.
        """
