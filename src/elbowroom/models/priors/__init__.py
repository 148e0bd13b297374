"""Priors p(z): which codes are plausible before any data are seen."""

from elbowroom.models.priors.autoregressive_flow import AutoregressiveFlow
from elbowroom.models.priors.coupling_flow import CouplingFlow
from elbowroom.models.priors.gaussian_mixture import GaussianMixture
from elbowroom.models.priors.learned_gaussian import LearnedGaussian
from elbowroom.models.priors.plain import plain_prior
from elbowroom.models.priors.prior import Prior
from elbowroom.models.priors.sphere_uniform import SphereUniform
from elbowroom.models.priors.standard_normal import StandardNormal
from elbowroom.models.priors.vamp_prior import VampPrior

__all__ = [
    "AutoregressiveFlow",
    "CouplingFlow",
    "GaussianMixture",
    "LearnedGaussian",
    "Prior",
    "SphereUniform",
    "StandardNormal",
    "VampPrior",
    "plain_prior",
]
