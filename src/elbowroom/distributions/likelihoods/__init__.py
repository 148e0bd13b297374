"""Likelihoods p(x|z): what a decoder's raw output means."""

from elbowroom.distributions.likelihoods.bernoulli import Bernoulli
from elbowroom.distributions.likelihoods.binomial import Binomial
from elbowroom.distributions.likelihoods.categorical import Categorical
from elbowroom.distributions.likelihoods.columns import Columns
from elbowroom.distributions.likelihoods.continuous_bernoulli import ContinuousBernoulli
from elbowroom.distributions.likelihoods.discretised_logistic import DiscretisedLogistic
from elbowroom.distributions.likelihoods.discretised_logistic_mixture import (
    DiscretisedLogisticMixture,
)
from elbowroom.distributions.likelihoods.fitting import fitting
from elbowroom.distributions.likelihoods.gaussian import Gaussian, OptimalGaussian
from elbowroom.distributions.likelihoods.laplace import Laplace
from elbowroom.distributions.likelihoods.likelihood import Likelihood, Measure
from elbowroom.distributions.likelihoods.log_normal import LogNormal
from elbowroom.distributions.likelihoods.negative_binomial import NegativeBinomial
from elbowroom.distributions.likelihoods.ordinal import Ordinal
from elbowroom.distributions.likelihoods.poisson import Poisson
from elbowroom.distributions.likelihoods.student_t import StudentT
from elbowroom.distributions.likelihoods.zero_inflated_negative_binomial import (
    ZeroInflatedNegativeBinomial,
)

__all__ = [
    "Ordinal",
    "DiscretisedLogisticMixture",
    "DiscretisedLogistic",
    "Categorical",
    "Columns",
    "Bernoulli",
    "Binomial",
    "ContinuousBernoulli",
    "Gaussian",
    "Laplace",
    "Likelihood",
    "LogNormal",
    "Measure",
    "NegativeBinomial",
    "OptimalGaussian",
    "Poisson",
    "StudentT",
    "ZeroInflatedNegativeBinomial",
    "fitting",
]
