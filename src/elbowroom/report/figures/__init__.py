"""Figures of a report: pure functions that return Matplotlib figures."""

from elbowroom.report.figures.code_map import CodeMap, code_maps
from elbowroom.report.figures.directions import directions
from elbowroom.report.figures.evidence import (
    bound_curve,
    each_example,
    parts,
    unit_history,
)
from elbowroom.report.figures.examples import (
    interpolations,
    reconstructions,
    samples,
    traversals,
)
from elbowroom.report.figures.importances import hinton
from elbowroom.report.figures.information import information_map, span_of
from elbowroom.report.figures.joint import joint
from elbowroom.report.figures.learning_curves import learning_curves
from elbowroom.report.figures.marginals import Marginal, marginals
from elbowroom.report.figures.pairs import Colouring, pairs
from elbowroom.report.figures.rate_distortion import Operating, rate_distortion
from elbowroom.report.figures.rates import rates
from elbowroom.report.figures.regime import regime
from elbowroom.report.figures.scores import scores

__all__ = [
    "CodeMap",
    "Colouring",
    "Marginal",
    "Operating",
    "bound_curve",
    "code_maps",
    "directions",
    "each_example",
    "hinton",
    "information_map",
    "interpolations",
    "joint",
    "learning_curves",
    "marginals",
    "pairs",
    "parts",
    "rate_distortion",
    "rates",
    "reconstructions",
    "regime",
    "samples",
    "scores",
    "span_of",
    "traversals",
    "unit_history",
]
