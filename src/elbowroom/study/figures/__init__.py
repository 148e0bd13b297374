"""Figures of a study: pure functions that return Matplotlib figures."""

from elbowroom.study.figures.against_elbo import against_elbo
from elbowroom.study.figures.agreement import agreement
from elbowroom.study.figures.by_method import by_method
from elbowroom.study.figures.panel import Lines, Panel, Series
from elbowroom.study.figures.strength import against_strength

__all__ = ["Lines", "Panel", "Series", "against_elbo", "against_strength", "agreement", "by_method"]
