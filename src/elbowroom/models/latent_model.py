"""The abstract latent-variable model that objectives, evidence and metrics work with."""

from abc import ABC, abstractmethod

from torch import Tensor, nn

from elbowroom.distributions import Ability, Likelihood
from elbowroom.models.trace import Trace


class LatentModel(nn.Module, ABC):
    """A model p(x, z) with an inference model q(z|x)."""

    @property
    @abstractmethod
    def likelihood(self) -> Likelihood:
        """The family of p(x|z)."""

    @property
    @abstractmethod
    def abilities(self) -> frozenset[Ability]:
        """What the posterior can be asked for; costs say which of them they require."""

    @abstractmethod
    def forward(self, x: Tensor, samples: int = 1, given: Tensor | None = None) -> Trace:
        """Infer codes of x, or score the codes given.

        Args:
            x: Examples as the model sees them, (B, *event).
            samples: Number K of reparametrised codes for each example.
            given: Codes to score instead, (K, B, *latent).
        """

    @abstractmethod
    def generate(self, shape: tuple[int, ...] = (), given: Tensor | None = None) -> Trace:
        """Draw codes from the prior, or take the codes given, and decode them; no encoder runs.

        Args:
            shape: Shape of the batch of codes to draw.
            given: Codes to decode instead, (*shape, *latent).
        """

    @property
    def event_shape(self) -> tuple[int, ...]:
        """Shape of one example."""
        return self.likelihood.event_shape
