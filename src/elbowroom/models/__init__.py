"""Models: an encoder, a decoder and a prior, and the trace of one pass through them."""

from elbowroom.models.conditional import Conditional, Neural
from elbowroom.models.latent_model import Codes, LatentModel, by_level
from elbowroom.models.priors import Prior, StandardNormal
from elbowroom.models.trace import Level, Trace
from elbowroom.models.vae import VAE

__all__ = [
    "VAE",
    "Codes",
    "Conditional",
    "LatentModel",
    "Level",
    "Neural",
    "Prior",
    "StandardNormal",
    "Trace",
    "by_level",
]
