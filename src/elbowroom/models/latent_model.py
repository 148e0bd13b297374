"""The abstract latent-variable model that objectives, evidence and metrics work with."""

from abc import ABC, abstractmethod
from typing import TypeAlias

from torch import Tensor, nn

from elbowroom.distributions import Ability, Likelihood, Space
from elbowroom.models.trace import Level, Trace

Codes: TypeAlias = Tensor | tuple[Tensor, ...]
"""The code of each stochastic level, top first; of a model with one level, the code itself."""


def by_level(codes: Codes) -> tuple[Tensor, ...]:
    """Return codes as a tuple with one entry for each level."""
    return codes if isinstance(codes, tuple) else (codes,)


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

    @property
    def space(self) -> Space:
        """Where its codes lie."""
        return Space.REAL

    @abstractmethod
    def forward(self, x: Tensor, samples: int = 1, given: Codes | None = None) -> Trace:
        """Infer codes of x, or score the codes given.

        Args:
            x: Examples as the model sees them, (B, *event).
            samples: Number K of reparametrised codes for each example.
            given: Codes to score instead, (K, B, *latent) for each level.
        """

    def infer(self, x: Tensor, samples: int = 1, given: Codes | None = None) -> tuple[Level, ...]:
        """Infer codes of x, or score the codes given, without decoding them.

        The levels of `forward`'s trace; a model that can leave the decoder out does so here.
        """
        return self(x, samples, given).levels

    @abstractmethod
    def generate(self, shape: tuple[int, ...] = (), given: Codes | None = None) -> Trace:
        """Draw codes from the prior, or take the codes given, and decode them; no encoder runs.

        Args:
            shape: Shape of the batch of codes to draw.
            given: Codes to decode instead, (*shape, *latent) for each level.
        """

    def start_at(self, x: Tensor) -> "LatentModel":
        """Start from examples, where a part can: once, before training.

        Args:
            x: Training examples as the model sees them, (N, *event).
        """
        return self

    @property
    def event_shape(self) -> tuple[int, ...]:
        """Shape of one example."""
        return self.likelihood.event_shape
