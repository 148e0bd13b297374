"""Metrics: what a trained model does, beside its evidence."""

from elbowroom.metrics.reconstruction import PCABaseline, ReconstructionError
from elbowroom.metrics.units import ACTIVE_VARIANCE, active_units, posterior_means, rate_per_unit

__all__ = [
    "ACTIVE_VARIANCE",
    "PCABaseline",
    "ReconstructionError",
    "active_units",
    "posterior_means",
    "rate_per_unit",
]
