"""Posterior families q(z|x): what an encoder's raw output means."""

from elbowroom.distributions.posteriors.deterministic import Deterministic
from elbowroom.distributions.posteriors.diagonal_gaussian import DiagonalGaussian
from elbowroom.distributions.posteriors.diagonal_laplace import DiagonalLaplace
from elbowroom.distributions.posteriors.full_gaussian import FullGaussian
from elbowroom.distributions.posteriors.inverse_autoregressive_flow import InverseAutoregressiveFlow
from elbowroom.distributions.posteriors.low_rank_gaussian import LowRankGaussian
from elbowroom.distributions.posteriors.planar_flow import PlanarFlow
from elbowroom.distributions.posteriors.posterior import Posterior, check_latent
from elbowroom.distributions.posteriors.spline_flow import SplineFlow
from elbowroom.distributions.posteriors.von_mises_fisher import VonMisesFisher

__all__ = [
    "Deterministic",
    "DiagonalGaussian",
    "DiagonalLaplace",
    "FullGaussian",
    "InverseAutoregressiveFlow",
    "LowRankGaussian",
    "PlanarFlow",
    "Posterior",
    "SplineFlow",
    "VonMisesFisher",
    "check_latent",
]
