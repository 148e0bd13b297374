"""What all priors p(z) have in common."""

from elbowroom.distributions.posteriors import check_latent
from elbowroom.models.conditional import Conditional


class Prior(Conditional):
    """A distribution over codes of `latent` units that needs no context."""

    def __init__(self, latent: int) -> None:
        super().__init__()
        self.latent = check_latent(latent)

    def extra_repr(self) -> str:
        """Show the number of units."""
        return f"{self.latent}"
