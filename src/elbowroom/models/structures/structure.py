"""What all structures have in common, and the parts that they put together."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass

from elbowroom.distributions import Likelihood, Posterior
from elbowroom.errors import IncompatibleError
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
        condition: Number of values in y of a conditional model; 0 for none.
    """

    likelihood: Likelihood
    latent: int
    network: Architecture
    posterior: Callable[[int], Posterior]
    prior: Callable[[int, Neural], Prior]
    condition: int = 0

    def refuse_condition(self, structure: str) -> None:
        """Refuse a condition in a structure that has no place for it.

        Raises:
            IncompatibleError: If there is one.
        """
        if self.condition:
            raise IncompatibleError(
                f"the {structure} structure has no place for conditions: each of its levels would "
                "have to be given the labels. Use the structure single-level or semi-amortised for "
                "a conditional model, or model.condition = 'none'"
            )


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
