"""The masked autoregressive flow prior."""

from elbowroom.distributions.flows import TransformName, each_alone, stacked
from elbowroom.distributions.posteriors import check_latent
from elbowroom.models.priors.flow_prior import FlowPrior


class AutoregressiveFlow(FlowPrior):
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
        size = check_latent(latent)
        super().__init__(
            latent, stacked(each_alone, size, layers=layers, transform=transform, hidden=hidden)
        )
