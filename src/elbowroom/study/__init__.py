"""Studies: a grid of methods, strengths and seeds, trained and measured, and what comes out of it.

    study.toml      what is asked: base settings, methods, strengths, seeds, what to measure
    queue.log       who does what: an Optuna journal, shared by processes and machines
    claims/         a sign of life of every worker
    runs/           a run folder for each point, as `elbowroom train` writes them
    references/     floors and ceilings, measured once for each seed
    records/        how each of these ended

Everything can be killed at any moment and goes on from there.
"""

from elbowroom.study.design import Design
from elbowroom.study.folder import StudyFolder
from elbowroom.study.measure import Measure
from elbowroom.study.method import Method
from elbowroom.study.point import Point

__all__ = ["Design", "Measure", "Method", "Point", "StudyFolder"]
