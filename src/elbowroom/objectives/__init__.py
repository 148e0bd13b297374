"""Objectives: what training minimises, as sums of costs."""

from elbowroom.objectives.costs import Distortion, Rate, Weighted
from elbowroom.objectives.objective import Cost, Objective, Penalty, Sum, Terms
from elbowroom.objectives.player import Player
from elbowroom.objectives.recipes import autoencoder, elbo
from elbowroom.objectives.schedules import (
    Constant,
    Cyclical,
    Schedule,
    Warmup,
    at_final_weights,
    tick,
)

__all__ = [
    "Constant",
    "Cost",
    "Cyclical",
    "Distortion",
    "Objective",
    "Penalty",
    "Player",
    "Rate",
    "Schedule",
    "Sum",
    "Terms",
    "Warmup",
    "Weighted",
    "at_final_weights",
    "autoencoder",
    "elbo",
    "tick",
]
