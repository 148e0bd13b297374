"""Priors p(z): which codes are plausible before any data are seen."""

from elbowroom.models.priors.prior import Prior
from elbowroom.models.priors.standard_normal import StandardNormal

__all__ = ["Prior", "StandardNormal"]
