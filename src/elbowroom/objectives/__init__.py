"""Objectives: what training minimises, as sums of costs."""

from elbowroom.objectives.adversarial import Adversarial
from elbowroom.objectives.bounds import Bound, EvidenceBound, ImportanceBound, RenyiBound
from elbowroom.objectives.constraint import Constrained, Lagrangian, Multiplier
from elbowroom.objectives.costs import Distortion, Rate, Weighted
from elbowroom.objectives.covariance_penalty import CovariancePenalty
from elbowroom.objectives.critic import Critic
from elbowroom.objectives.critic_total_correlation import CriticTotalCorrelation
from elbowroom.objectives.discrepancy import MeanDiscrepancy
from elbowroom.objectives.feature_distortion import FeatureDistortion
from elbowroom.objectives.gradients import DoublyReparametrised, StickingTheLanding
from elbowroom.objectives.objective import Cost, Objective, Penalty, Sum, Terms
from elbowroom.objectives.player import Player
from elbowroom.objectives.prior_fit import PriorFit
from elbowroom.objectives.rate_split import SplitRate
from elbowroom.objectives.rate_targets import Capacity, FreeBits
from elbowroom.objectives.recipes import (
    autoencoder,
    beta_tcvae,
    beta_vae,
    capacity,
    ciwae,
    constrained,
    dip_vae,
    dreg,
    elbo,
    factor_vae,
    free_bits,
    geco,
    info_vae,
    iwae,
    miwae,
    ms_ssim_vae,
    prior_fit,
    renyi,
    ssim_vae,
    sticking_the_landing,
    vae_gan,
    wae,
)
from elbowroom.objectives.schedules import (
    Constant,
    Cyclical,
    Schedule,
    Warmup,
    at_final_weights,
    tick,
)
from elbowroom.objectives.structural_similarity import (
    MultiScaleStructuralSimilarity,
    StructuralSimilarity,
)
from elbowroom.objectives.total_correlation import TotalCorrelation

__all__ = [
    "Adversarial",
    "Bound",
    "Capacity",
    "Constant",
    "Constrained",
    "Cost",
    "CovariancePenalty",
    "Critic",
    "CriticTotalCorrelation",
    "Cyclical",
    "Distortion",
    "DoublyReparametrised",
    "EvidenceBound",
    "FeatureDistortion",
    "FreeBits",
    "ImportanceBound",
    "Lagrangian",
    "MeanDiscrepancy",
    "MultiScaleStructuralSimilarity",
    "Multiplier",
    "Objective",
    "Penalty",
    "Player",
    "PriorFit",
    "Rate",
    "RenyiBound",
    "Schedule",
    "SplitRate",
    "StickingTheLanding",
    "StructuralSimilarity",
    "Sum",
    "Terms",
    "TotalCorrelation",
    "Warmup",
    "Weighted",
    "at_final_weights",
    "autoencoder",
    "beta_tcvae",
    "beta_vae",
    "capacity",
    "ciwae",
    "constrained",
    "dip_vae",
    "dreg",
    "elbo",
    "factor_vae",
    "free_bits",
    "geco",
    "info_vae",
    "iwae",
    "miwae",
    "ms_ssim_vae",
    "prior_fit",
    "renyi",
    "ssim_vae",
    "sticking_the_landing",
    "tick",
    "vae_gan",
    "wae",
]
