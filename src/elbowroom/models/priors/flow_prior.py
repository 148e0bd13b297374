"""What the priors by normalising flows have in common."""

from abc import ABC

from torch import Tensor
from torch.distributions import Distribution

from elbowroom.distributions.flows import Bijection, Flow, Inverse
from elbowroom.models.priors.prior import Prior
from elbowroom.models.priors.standard_normal import StandardNormal


class FlowPrior(Prior, ABC):
    """A standard normal that a bijection has bent.

    Args:
        latent: Number of latent units.
        bijection: The map, read backwards: scoring codes, which training does at each step, then
            takes the one pass that it is fast in.
    """

    def __init__(self, latent: int, bijection: Bijection) -> None:
        super().__init__(latent)
        self.base = StandardNormal(latent)
        self.bijection = Inverse(bijection)

    def forward(self, *context: Tensor) -> Distribution:
        """Return the flow."""
        return Flow(self.base(), self.bijection)
