"""Two and more levels of codes as a structure."""

from typing import Literal

from elbowroom.models.ladder import LadderVAE, check_sizes
from elbowroom.models.structures.structure import Blueprint, Structure


class Ladder(Structure):
    """Levels of codes above each other, the lowest of `model.latent` units (Sonderby et al. 2016).

    Top-down inference shares the generative way and keeps the upper levels in use; bottom-up
    inference is a chain of encoders, whose upper levels are often left unused. The network is that
    between the data and the lowest level; `model.posterior` is the family of the topmost level, and
    bottom-up of all.

    Args:
        latents: Units of the levels above the lowest, upwards.
        inference: Whether q goes from the top down, or from the data up.
        hidden: Widths of the hidden layers between two levels.

    Raises:
        ConfigError: If there is no level above, or a size is out of range.
        IncompatibleError: If the posterior has no density, or does not fit a Gaussian prior.

    Example:
        >>> from elbowroom.distributions import Bernoulli, DiagonalGaussian
        >>> from elbowroom.models import StandardNormal
        >>> from elbowroom.networks import MLP
        >>> prior = lambda latent, encoder: StandardNormal(latent)
        >>> parts = Blueprint(Bernoulli((6,)), 3, MLP(), DiagonalGaussian, prior)
        >>> Ladder(latents=(2,)).build(parts)
        LadderVAE((6,) -> 3 -> 2 latent units, top-down, Bernoulli, DiagonalGaussian, ...)
    """

    def __init__(
        self,
        *,
        latents: tuple[int, ...] = (8,),
        inference: Literal["top-down", "bottom-up"] = "top-down",
        hidden: tuple[int, ...] = (128,),
    ) -> None:
        check_sizes(1, latents)
        self.latents, self.inference, self.hidden = tuple(latents), inference, tuple(hidden)

    def build(self, parts: Blueprint) -> LadderVAE:
        """Build the ladder."""
        parts.refuse_condition("ladder")
        return LadderVAE.of(
            parts.likelihood,
            latent=parts.latent,
            above=self.latents,
            inference=self.inference,
            network=parts.network,
            hidden=self.hidden,
            posterior=parts.posterior,
            prior=parts.prior,
        )
