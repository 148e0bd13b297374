"""Distributions: things that have a log-probability.

Likelihoods p(x|z) and posteriors q(z|x) are families: they turn a network's raw output into a
distribution. `draw` and `kl` are what models need of any distribution.
"""

from elbowroom.distributions.draw import closed_form, draw, kl, kl_per_unit
from elbowroom.distributions.family import Ability, Family
from elbowroom.distributions.likelihoods import (
    Bernoulli,
    Binomial,
    Gaussian,
    Likelihood,
    Measure,
    OptimalGaussian,
    fitting,
)
from elbowroom.distributions.point import Point
from elbowroom.distributions.posteriors import Deterministic, DiagonalGaussian, Posterior
from elbowroom.distributions.space import Space
from elbowroom.distributions.support import Support

__all__ = [
    "Ability",
    "Bernoulli",
    "Binomial",
    "Deterministic",
    "DiagonalGaussian",
    "Family",
    "Gaussian",
    "Likelihood",
    "Measure",
    "OptimalGaussian",
    "Point",
    "Posterior",
    "Space",
    "Support",
    "closed_form",
    "draw",
    "fitting",
    "kl",
    "kl_per_unit",
]
