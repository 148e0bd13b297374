"""The coupling flow prior."""

from torch import Tensor
from torch.distributions import Distribution

from elbowroom.distributions.flows import Flow, Inverse, TransformName, halves, stacked
from elbowroom.models.priors.prior import Prior
from elbowroom.models.priors.standard_normal import StandardNormal


class CouplingFlow(Prior):
    """A standard normal whose units are bent by what the other half of them is.

    It learns where the codes are, and is fast both to score and to draw from. Untrained it is the
    standard normal. Dinh et al. (2017) for affine maps, Durkan et al. (2019) for splines. A single
    unit has no other half: it is bent by constants.

    Args:
        latent: Number of latent units.
        layers: Number of bijections; the halves change from one to the next.
        hidden: Widths of the hidden layers of each one's network.
        transform: Map of each unit; of a single one, affine maps reach normal distributions only.

    Example:
        >>> import torch
        >>> CouplingFlow(2)().log_prob(torch.zeros(2)).round(decimals=4)  # -log(2 pi)
        tensor(-1.8379, grad_fn=<RoundBackward1>)
    """

    def __init__(
        self,
        latent: int,
        *,
        layers: int = 4,
        hidden: tuple[int, ...] = (64,),
        transform: TransformName = "spline",
    ) -> None:
        super().__init__(latent)
        self.base = StandardNormal(latent)
        flow = stacked(halves, self.latent, layers=layers, transform=transform, hidden=hidden)
        # Read backwards: scoring codes, which training does at each step, takes the one pass.
        self.bijection = Inverse(flow)

    def forward(self, *context: Tensor) -> Distribution:
        """Return the flow."""
        return Flow(self.base(), self.bijection)
