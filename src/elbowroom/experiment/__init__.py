"""Experiments: from a configuration to a run, and from a run to numbers, codes and examples."""

from elbowroom.experiment.comparison import Comparison, compare
from elbowroom.experiment.disentangling import disentangle
from elbowroom.experiment.effort import Effort
from elbowroom.experiment.evaluating import evaluate
from elbowroom.experiment.evaluation import Evaluation
from elbowroom.experiment.finding_directions import directions
from elbowroom.experiment.forecast import Forecast, plan
from elbowroom.experiment.training import train
from elbowroom.using.labelled import labels_to_make, model_given, model_of
from elbowroom.using.usage import encode, reconstruct, sample

__all__ = [
    "Comparison",
    "Effort",
    "Evaluation",
    "Forecast",
    "compare",
    "directions",
    "disentangle",
    "encode",
    "evaluate",
    "labels_to_make",
    "model_given",
    "model_of",
    "plan",
    "reconstruct",
    "sample",
    "train",
]
