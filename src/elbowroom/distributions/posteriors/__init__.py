"""Posterior families q(z|x): what an encoder's raw output means."""

from elbowroom.distributions.posteriors.deterministic import Deterministic
from elbowroom.distributions.posteriors.diagonal_gaussian import DiagonalGaussian
from elbowroom.distributions.posteriors.posterior import Posterior, check_latent

__all__ = ["Deterministic", "DiagonalGaussian", "Posterior", "check_latent"]
