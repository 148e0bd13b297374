"""Figures of a report: pure functions that return Matplotlib figures."""

from elbowroom.report.figures.code_map import CodeMap, code_maps
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
from elbowroom.report.figures.learning_curves import learning_curves
from elbowroom.report.figures.rate_distortion import Operating, rate_distortion
from elbowroom.report.figures.rates import rates

__all__ = [
    "CodeMap",
    "Operating",
    "bound_curve",
    "code_maps",
    "each_example",
    "interpolations",
    "learning_curves",
    "parts",
    "rate_distortion",
    "rates",
    "reconstructions",
    "samples",
    "traversals",
    "unit_history",
]
