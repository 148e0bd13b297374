"""Figures of a report: pure functions that return Matplotlib figures."""

from elbowroom.report.figures.code_map import CodeMap, code_maps
from elbowroom.report.figures.examples import (
    interpolations,
    reconstructions,
    samples,
    traversals,
)
from elbowroom.report.figures.learning_curves import learning_curves
from elbowroom.report.figures.rates import rates

__all__ = [
    "CodeMap",
    "code_maps",
    "interpolations",
    "learning_curves",
    "rates",
    "reconstructions",
    "samples",
    "traversals",
]
