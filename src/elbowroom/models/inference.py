"""How the codes of several levels are inferred from an example.

With levels 1 (next to the data) to L (the top), and the same generative model
p(z_L) p(z_{L-1} | z_L) ... p(z_1 | z_2) p(x | z_1):

    bottom-up    q(z_1 | x) q(z_2 | z_1) ... q(z_L | z_{L-1})
    top-down     q(z_L | x) q(z_{L-1} | x, z_L) ... q(z_1 | x, z_2)
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import TypeAlias

from torch import Tensor, nn
from torch.distributions import Distribution

from elbowroom.distributions import Family, centre_of, draw
from elbowroom.models.conditional import Neural
from elbowroom.models.trace import Level

Take: TypeAlias = Callable[[Distribution, int], tuple[Tensor, Tensor | None]]
"""From q at a level (its place from the top) to the code, and log q of it where that is known."""


def drawn(samples: int) -> Take:
    """Draw `samples` codes of each example at the first level, one for each of these at the next.

    The first level's q has the batch shape (B,), that of the next ones is (K, B).
    """

    def take(q: Distribution, place: int) -> tuple[Tensor, Tensor | None]:
        return draw(q, (samples,) if len(q.batch_shape) == 1 else ())

    return take


def scored(codes: Sequence[Tensor]) -> Take:
    """Take the codes given, (K, B, *latent) for each level."""
    return lambda q, place: (codes[place], None)


def at_mean(q: Distribution, place: int) -> tuple[Tensor, Tensor | None]:
    """Take the centre of q, as one draw."""
    centre = centre_of(q)
    return (centre[None] if len(q.batch_shape) == 1 else centre), None


class Inference(nn.Module, ABC):
    """q(z_1 ... z_L | x).

    Attributes:
        direction: Where it goes, in words.
        families: Family of q of each level, top first.
    """

    direction: str
    families: tuple[Family, ...]

    @property
    @abstractmethod
    def top(self) -> Neural:
        """The posterior of the topmost level given `seen_by_top`."""

    @abstractmethod
    def seen_by_top(self, x: Tensor) -> Tensor:
        """Return what the posterior of the topmost level is given, for examples (B, *event)."""

    @abstractmethod
    def forward(
        self, x: Tensor, prior: Distribution, given_above: Sequence[Neural], take: Take
    ) -> tuple[Level, ...]:
        """Infer the codes of examples.

        Args:
            x: Examples, (B, *event).
            prior: p(z_L).
            given_above: p(z_i | z_{i+1}), top first.
            take: What is taken as the code of a level.

        Returns:
            The levels, top first.
        """
