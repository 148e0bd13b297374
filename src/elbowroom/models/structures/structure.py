"""What all structures have in common, and the parts that they put together."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass

from elbowroom.distributions import Likelihood, Posterior
from elbowroom.models.conditional import Neural
from elbowroom.models.latent_model import LatentModel
from elbowroom.models.priors import Prior
from elbowroom.networks import Architecture


@dataclass(frozen=True)
class Blueprint:
    """The parts of a model, before they are put together.

    Posterior and prior are made when it is known how many units the level has that they are for.

    Attributes:
        likelihood: Family of p(x|z); it knows the shape of the data.
        latent: Number of units of the (lowest) code.
        network: Architecture of the networks.
        posterior: Makes a posterior family for so many units.
        prior: Makes a prior for so many units and the encoder of their posterior.
    """

    likelihood: Likelihood
    latent: int
    network: Architecture
    posterior: Callable[[int], Posterior]
    prior: Callable[[int, Neural], Prior]


class Structure(ABC):
    """A way to put the parts of a model together."""

    @abstractmethod
    def build(self, parts: Blueprint) -> LatentModel:
        """Build the model.

        Raises:
            ConfigError: If the parts disagree.
            IncompatibleError: If they do not go together.
        """

    def __repr__(self) -> str:
        options = ", ".join(f"{name}={value!r}" for name, value in vars(self).items())
        return f"{type(self).__name__}({options})"
