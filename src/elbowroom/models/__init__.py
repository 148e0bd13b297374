"""Models: an encoder, a decoder and a prior, and the trace of one pass through them."""

from elbowroom.models.bound import Bound, Condition
from elbowroom.models.conditional import Conditional, Neural
from elbowroom.models.ladder import LadderVAE
from elbowroom.models.latent_model import Codes, LatentModel, by_level
from elbowroom.models.priors import (
    AutoregressiveFlow,
    CouplingFlow,
    Prior,
    StandardNormal,
)
from elbowroom.models.structures import Blueprint, SingleLevel, Structure
from elbowroom.models.trace import Level, Trace
from elbowroom.models.vae import VAE, has_aggregate, one_level, raw_posteriors
from elbowroom.models.very_deep import VeryDeepVAE

__all__ = [
    "VAE",
    "AutoregressiveFlow",
    "Blueprint",
    "Bound",
    "Codes",
    "Condition",
    "Conditional",
    "CouplingFlow",
    "LadderVAE",
    "LatentModel",
    "Level",
    "Neural",
    "Prior",
    "SingleLevel",
    "StandardNormal",
    "Structure",
    "Trace",
    "VeryDeepVAE",
    "by_level",
    "has_aggregate",
    "one_level",
    "raw_posteriors",
]
