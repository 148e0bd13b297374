"""Normalising flows: bijections, and the distributions that they make of simple ones."""

from elbowroom.distributions.flows.autoregressive import (
    Autoregressive,
    check_layers,
    each_alone,
    halves,
    stacked,
)
from elbowroom.distributions.flows.bijection import Bijection, Chain, Inverse, OneWay
from elbowroom.distributions.flows.elementwise import (
    TRANSFORMS,
    Affine,
    Elementwise,
    Spline,
    TransformName,
)
from elbowroom.distributions.flows.flow import Flow
from elbowroom.distributions.flows.planar import Planar

__all__ = [
    "TRANSFORMS",
    "Affine",
    "Autoregressive",
    "Bijection",
    "Chain",
    "Elementwise",
    "Flow",
    "Inverse",
    "OneWay",
    "Planar",
    "Spline",
    "TransformName",
    "check_layers",
    "each_alone",
    "halves",
    "stacked",
]
