"""A deep hierarchy of codes for images as a structure."""

from elbowroom.distributions import DiagonalGaussian
from elbowroom.errors import IncompatibleError
from elbowroom.models.conditional import Neural
from elbowroom.models.priors import StandardNormal
from elbowroom.models.structures.structure import Blueprint, Structure
from elbowroom.models.very_deep import VeryDeepVAE
from elbowroom.networks import MLP


class VeryDeep(Structure):
    """Codes at several resolutions of an image, joined by a residual state (Child 2021).

    `model.latent` is the number of units of each code at each position, so that 1 to 4 are many.
    Networks, posteriors and priors are its own: `model.network` is not used.

    Args:
        blocks: Levels at each resolution, upwards: the first at half the image's, the next at a
            quarter of it, and so on.
        channels: Channels of the state.

    Raises:
        ConfigError: If an option is out of range.
        IncompatibleError: If the data are no images, or another posterior or prior is asked for.

    Example:
        >>> from elbowroom.distributions import Bernoulli
        >>> prior = lambda latent, encoder: StandardNormal(latent)
        >>> parts = Blueprint(Bernoulli((1, 8, 8)), 1, MLP(), DiagonalGaussian, prior)
        >>> VeryDeep(blocks=(1, 2)).build(parts)
        VeryDeepVAE((1, 8, 8) -> 16 -> 4 -> 4 latent units, Bernoulli, ...)
    """

    def __init__(self, *, blocks: tuple[int, ...] = (1, 1), channels: int = 32) -> None:
        self.blocks, self.channels = tuple(blocks), channels

    def build(self, parts: Blueprint) -> VeryDeepVAE:
        """Build the model."""
        parts.refuse_condition("very-deep")
        model = VeryDeepVAE.of(
            parts.likelihood, latent=parts.latent, blocks=self.blocks, channels=self.channels
        )
        _check_gaussian(parts)
        return model


def _check_gaussian(parts: Blueprint) -> None:
    """Refuse posteriors and priors that would be left out without a word."""
    posterior = parts.posterior(parts.latent)
    network = MLP(hidden=()).down(parts.likelihood.event_shape, posterior.param_shape)
    prior = parts.prior(parts.latent, Neural(network, posterior))
    for part, wanted in ((posterior, DiagonalGaussian), (prior, StandardNormal)):
        if type(part) is not wanted:
            raise IncompatibleError(
                f"in the very-deep structure each code's prior and posterior are Gaussians that "
                f"the state gives, so that there is no place for {type(part).__name__}. Use the "
                "diagonal-gaussian posterior and the standard-normal prior, or the ladder "
                "structure, whose top level takes others"
            )
