"""The inverse autoregressive flow posterior."""

from elbowroom.distributions.family import Ability
from elbowroom.distributions.flows import OneWay, TransformName, each_alone, stacked
from elbowroom.distributions.posteriors.flow_posterior import FlowPosterior
from elbowroom.distributions.posteriors.posterior import check_latent

_ONE_WAY = (
    "an inverse autoregressive flow inverts codes that it did not draw one unit after the other, "
    "which is refused for its cost: it has a density at its own draws only. Use "
    "rsample_and_log_prob, or the spline-flow posterior, which has one at any code"
)


class InverseAutoregressiveFlow(FlowPosterior):
    """A Gaussian whose units are rescaled and shifted by what the units before them are.

    Draws and their density take one pass through each layer's masked network. Kingma et al.
    (2016), 'Improved variational inference with inverse autoregressive flow'.

    Args:
        latent: Number of latent units.
        layers: Number of bijections; the order of the units is reversed from one to the next.
        hidden: Widths of the hidden layers of each one's masked network.
        context: Features that the encoder gives to these networks.
        transform: Map of each unit.

    Example:
        >>> import torch
        >>> family = InverseAutoregressiveFlow(3, layers=2, context=8)
        >>> z, log_q = family(torch.zeros(5, 14)).rsample_and_log_prob((7,))
        >>> z.shape, log_q.shape
        (torch.Size([7, 5, 3]), torch.Size([7, 5]))
    """

    provides = frozenset({Ability.DENSITY})

    def __init__(
        self,
        latent: int,
        *,
        layers: int = 2,
        hidden: tuple[int, ...] = (64,),
        context: int = 16,
        transform: TransformName = "affine",
    ) -> None:
        flow = stacked(
            each_alone, check_latent(latent), layers=layers, transform=transform, hidden=hidden,
            context=context,
        )  # fmt: skip
        super().__init__(latent, context, OneWay(flow, _ONE_WAY))
