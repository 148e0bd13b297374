"""The neural spline flow posterior."""

from elbowroom.distributions.family import Ability
from elbowroom.distributions.flows import TransformName, halves, stacked
from elbowroom.distributions.posteriors.flow_posterior import FlowPosterior
from elbowroom.distributions.posteriors.posterior import check_latent


class SplineFlow(FlowPosterior):
    """A Gaussian whose units are bent by splines that depend on the other half of the units.

    A coupling flow: fast in both directions, so that it has a density at any code. Durkan et al.
    (2019), 'Neural spline flows'.

    Args:
        latent: Number of latent units.
        layers: Number of bijections; the halves change from one to the next.
        hidden: Widths of the hidden layers of each one's network.
        context: Features that the encoder gives to these networks.
        transform: Map of each unit.

    Example:
        >>> import torch
        >>> q = SplineFlow(3, layers=2, context=8)(torch.zeros(5, 14))
        >>> q.log_prob(torch.ones(7, 5, 3)).shape
        torch.Size([7, 5])
    """

    provides = frozenset({Ability.DENSITY, Ability.ANYWHERE})

    def __init__(
        self,
        latent: int,
        *,
        layers: int = 2,
        hidden: tuple[int, ...] = (64,),
        context: int = 16,
        transform: TransformName = "spline",
    ) -> None:
        flow = stacked(
            halves, check_latent(latent), layers=layers, transform=transform, hidden=hidden,
            context=context,
        )  # fmt: skip
        super().__init__(latent, context, flow)
