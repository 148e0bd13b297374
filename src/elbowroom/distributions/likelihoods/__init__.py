"""Likelihoods p(x|z): what a decoder's raw output means."""

from elbowroom.distributions.likelihoods.bernoulli import Bernoulli
from elbowroom.distributions.likelihoods.binomial import Binomial
from elbowroom.distributions.likelihoods.fitting import fitting
from elbowroom.distributions.likelihoods.gaussian import Gaussian, OptimalGaussian
from elbowroom.distributions.likelihoods.likelihood import Likelihood, Measure

__all__ = [
    "Bernoulli",
    "Binomial",
    "Gaussian",
    "Likelihood",
    "Measure",
    "OptimalGaussian",
    "fitting",
]
