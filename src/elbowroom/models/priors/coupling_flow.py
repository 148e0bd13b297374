"""The coupling flow prior."""

from elbowroom.distributions.flows import TransformName, halves, stacked
from elbowroom.distributions.posteriors import check_latent
from elbowroom.models.priors.flow_prior import FlowPrior


class CouplingFlow(FlowPrior):
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
        size = check_latent(latent)
        super().__init__(
            latent, stacked(halves, size, layers=layers, transform=transform, hidden=hidden)
        )
