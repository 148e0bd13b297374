"""The plain structure: one code, drawn at once."""

from elbowroom.models.structures.structure import Blueprint, Structure
from elbowroom.models.vae import VAE


class SingleLevel(Structure):
    """One level of codes, inferred by the encoder in one go (Kingma & Welling 2014).

    Example:
        >>> from elbowroom.distributions import Bernoulli, DiagonalGaussian
        >>> from elbowroom.models import StandardNormal
        >>> from elbowroom.networks import MLP
        >>> prior = lambda latent, encoder: StandardNormal(latent)
        >>> SingleLevel().build(Blueprint(Bernoulli((6,)), 2, MLP(), DiagonalGaussian, prior))
        VAE((6,) -> 2 latent units, Bernoulli, DiagonalGaussian, StandardNormal, ...)
    """

    def build(self, parts: Blueprint) -> VAE:
        """Build the VAE."""
        return VAE.of(
            parts.likelihood,
            latent=parts.latent,
            network=parts.network,
            posterior=parts.posterior(parts.latent),
            prior=lambda encoder: parts.prior(parts.latent, encoder),
            condition=parts.condition,
        )
