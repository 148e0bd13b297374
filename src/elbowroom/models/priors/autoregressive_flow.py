"""The masked autoregressive flow prior."""

from torch import Tensor
from torch.distributions import Distribution

from elbowroom.distributions.flows import Flow, Inverse, TransformName, each_alone, stacked
from elbowroom.models.priors.prior import Prior
from elbowroom.models.priors.standard_normal import StandardNormal


class AutoregressiveFlow(Prior):
    """A standard normal whose units are mapped by what the units before them are.

    It learns where the codes are. Scoring codes takes one pass through each layer's network,
    drawing one pass for each unit. Untrained it is the standard normal. Papamakarios et al.
    (2017), 'Masked autoregressive flow for density estimation'.

    Args:
        latent: Number of latent units.
        layers: Number of bijections; the order of the units is reversed from one to the next.
        hidden: Widths of the hidden layers of each one's network.
        transform: Map of each unit; of a single one, affine maps reach normal distributions only.

    Example:
        >>> import torch
        >>> AutoregressiveFlow(2)().log_prob(torch.zeros(2)).round(decimals=4)  # -log(2 pi)
        tensor(-1.8379, grad_fn=<RoundBackward1>)
    """

    def __init__(
        self,
        latent: int,
        *,
        layers: int = 4,
        hidden: tuple[int, ...] = (64,),
        transform: TransformName = "affine",
    ) -> None:
        super().__init__(latent)
        self.base = StandardNormal(latent)
        flow = stacked(each_alone, self.latent, layers=layers, transform=transform, hidden=hidden)
        self.bijection = Inverse(flow)

    def forward(self, *context: Tensor) -> Distribution:
        """Return the flow."""
        return Flow(self.base(), self.bijection)
