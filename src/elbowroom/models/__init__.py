"""Models: an encoder, a decoder and a prior, and the trace of one pass through them."""

from elbowroom.models.bound import Bound, Condition
from elbowroom.models.conditional import Conditional, Neural
from elbowroom.models.ladder import LadderVAE
from elbowroom.models.latent_model import Codes, LatentModel, by_level
from elbowroom.models.priors import (
    AutoregressiveFlow,
    CouplingFlow,
    GaussianMixture,
    LearnedGaussian,
    Prior,
    SphereUniform,
    StandardNormal,
    VampPrior,
)
from elbowroom.models.structures import (
    Blueprint,
    Ladder,
    SemiAmortised,
    SingleLevel,
    Structure,
    VeryDeep,
)
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
    "GaussianMixture",
    "Ladder",
    "LadderVAE",
    "LatentModel",
    "LearnedGaussian",
    "Level",
    "Neural",
    "Prior",
    "SemiAmortised",
    "SingleLevel",
    "SphereUniform",
    "StandardNormal",
    "Structure",
    "Trace",
    "VampPrior",
    "VeryDeep",
    "VeryDeepVAE",
    "by_level",
    "has_aggregate",
    "one_level",
    "raw_posteriors",
]
