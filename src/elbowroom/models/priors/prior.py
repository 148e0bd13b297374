"""What all priors p(z) have in common."""

from torch import Tensor

from elbowroom.distributions import Space
from elbowroom.distributions.posteriors import check_latent
from elbowroom.models.conditional import Conditional


class Prior(Conditional):
    """A distribution over codes of `latent` units that needs no context.

    Attributes:
        latent: Number of latent units.
        space: Where its codes lie; a posterior over another space has no finite rate with it.
    """

    space: Space = Space.REAL

    def __init__(self, latent: int) -> None:
        super().__init__()
        self.latent = check_latent(latent)

    def start_at(self, x: Tensor) -> None:
        """Start from examples, where a prior can: before training, never in it.

        Args:
            x: Training examples as the model sees them, (N, *event).
        """

    def extra_repr(self) -> str:
        """Show the number of units."""
        return f"{self.latent}"
