"""The planar flow posterior."""

from elbowroom.distributions.family import Ability
from elbowroom.distributions.flows import Planar, check_layers
from elbowroom.distributions.posteriors.flow_posterior import FlowPosterior
from elbowroom.distributions.posteriors.posterior import check_latent


class PlanarFlow(FlowPosterior):
    """A Gaussian that is pushed along a few directions, the encoder saying which and how far.

    Each layer bends along one plane, so that it takes many of them in many dimensions; for those
    the inverse autoregressive flow is the better choice. Rezende & Mohamed (2015), 'Variational
    inference with normalizing flows'.

    Args:
        latent: Number of latent units.
        layers: Number of pushes.

    Example:
        >>> import torch
        >>> family = PlanarFlow(3, layers=4)
        >>> z, log_q = family(torch.zeros(5, *family.param_shape)).rsample_and_log_prob((7,))
        >>> z.shape, log_q.shape
        (torch.Size([7, 5, 3]), torch.Size([7, 5]))
    """

    provides = frozenset({Ability.DENSITY})

    def __init__(self, latent: int, *, layers: int = 8) -> None:
        flow = Planar(check_latent(latent), check_layers(layers))
        super().__init__(latent, flow.context, flow)
