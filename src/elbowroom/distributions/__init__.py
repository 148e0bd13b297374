"""Distributions: things that have a log-probability.

Likelihoods p(x|z) and posteriors q(z|x) are families: they turn a network's raw output into a
distribution. `draw` and `kl` are what models need of any distribution.
"""

from elbowroom.distributions.draw import closed_form, draw, kl, kl_per_unit
from elbowroom.distributions.family import Ability, Family
from elbowroom.distributions.likelihoods import (
    Bernoulli,
    Binomial,
    Categorical,
    Columns,
    ContinuousBernoulli,
    DiscretisedLogistic,
    DiscretisedLogisticMixture,
    Gaussian,
    Laplace,
    Likelihood,
    LogNormal,
    Measure,
    NegativeBinomial,
    OptimalGaussian,
    Ordinal,
    Poisson,
    StudentT,
    ZeroInflatedNegativeBinomial,
    fitting,
)
from elbowroom.distributions.moments import centre_of, mean_of, scale_of
from elbowroom.distributions.point import Point
from elbowroom.distributions.posteriors import (
    Deterministic,
    DiagonalGaussian,
    DiagonalLaplace,
    FullGaussian,
    InverseAutoregressiveFlow,
    LowRankGaussian,
    PlanarFlow,
    Posterior,
    SplineFlow,
    VonMisesFisher,
)
from elbowroom.distributions.space import Space
from elbowroom.distributions.support import Support

__all__ = [
    "Ability",
    "Bernoulli",
    "Binomial",
    "Categorical",
    "Columns",
    "ContinuousBernoulli",
    "Deterministic",
    "DiagonalGaussian",
    "DiagonalLaplace",
    "DiscretisedLogistic",
    "DiscretisedLogisticMixture",
    "Family",
    "FullGaussian",
    "Gaussian",
    "InverseAutoregressiveFlow",
    "Laplace",
    "Likelihood",
    "LogNormal",
    "LowRankGaussian",
    "Measure",
    "NegativeBinomial",
    "OptimalGaussian",
    "Ordinal",
    "PlanarFlow",
    "Point",
    "Poisson",
    "Posterior",
    "Space",
    "SplineFlow",
    "StudentT",
    "Support",
    "VonMisesFisher",
    "ZeroInflatedNegativeBinomial",
    "centre_of",
    "closed_form",
    "draw",
    "fitting",
    "kl",
    "kl_per_unit",
    "mean_of",
    "scale_of",
]
