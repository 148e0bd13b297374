"""Models: an encoder, a decoder and a prior, and the trace of one pass through them."""

from elbowroom.models.conditional import Conditional, Neural
from elbowroom.models.latent_model import Codes, LatentModel, by_level
from elbowroom.models.priors import Prior, StandardNormal
from elbowroom.models.structures import Blueprint, SingleLevel, Structure
from elbowroom.models.trace import Level, Trace
from elbowroom.models.vae import VAE

__all__ = [
    "VAE",
    "Blueprint",
    "Codes",
    "Conditional",
    "LatentModel",
    "Level",
    "Neural",
    "Prior",
    "SingleLevel",
    "StandardNormal",
    "Structure",
    "Trace",
    "by_level",
]
