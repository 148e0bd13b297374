"""Objectives: what training minimises, as sums of costs."""

from elbowroom.objectives.adversarial import Adversarial
from elbowroom.objectives.bounds import Bound, EvidenceBound, ImportanceBound, RenyiBound
from elbowroom.objectives.constraint import Constrained, Lagrangian, Multiplier
from elbowroom.objectives.costs import Distortion, Rate, Weighted
from elbowroom.objectives.critic import Critic
from elbowroom.objectives.critic_total_correlation import CriticTotalCorrelation
from elbowroom.objectives.feature_distortion import FeatureDistortion
from elbowroom.objectives.gradients import DoublyReparametrised, StickingTheLanding
from elbowroom.objectives.objective import Cost, Objective, Penalty, Sum, Terms
from elbowroom.objectives.player import Player
from elbowroom.objectives.prior_fit import PriorFit
from elbowroom.objectives.rate_targets import Capacity, FreeBits
from elbowroom.objectives.recipes import (
    autoencoder,
    beta_vae,
    capacity,
    ciwae,
    constrained,
    dreg,
    elbo,
    free_bits,
    geco,
    iwae,
    miwae,
    prior_fit,
    renyi,
    sticking_the_landing,
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

__all__ = [
    "Adversarial",
    "Bound",
    "Capacity",
    "Constant",
    "Constrained",
    "Cost",
    "Critic",
    "CriticTotalCorrelation",
    "Cyclical",
    "Distortion",
    "DoublyReparametrised",
    "EvidenceBound",
    "FeatureDistortion",
    "FreeBits",
    "ImportanceBound",
    "MultiScaleStructuralSimilarity",
    "Lagrangian",
    "Multiplier",
    "Objective",
    "Penalty",
    "Player",
    "PriorFit",
    "Rate",
    "RenyiBound",
    "Schedule",
    "StickingTheLanding",
    "StructuralSimilarity",
    "Sum",
    "Terms",
    "Warmup",
    "Weighted",
    "at_final_weights",
    "autoencoder",
    "beta_vae",
    "capacity",
    "ciwae",
    "constrained",
    "dreg",
    "elbo",
    "free_bits",
    "geco",
    "iwae",
    "miwae",
    "prior_fit",
    "renyi",
    "sticking_the_landing",
    "tick",
]
