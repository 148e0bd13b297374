"""Models: an encoder, a decoder and a prior, and the trace of one pass through them."""

from elbowroom.models.conditional import Conditional, Neural
from elbowroom.models.latent_model import LatentModel
from elbowroom.models.priors import Prior, StandardNormal
from elbowroom.models.trace import Level, Trace
from elbowroom.models.vae import VAE

__all__ = [
    "VAE",
    "Conditional",
    "LatentModel",
    "Level",
    "Neural",
    "Prior",
    "StandardNormal",
    "Trace",
]
