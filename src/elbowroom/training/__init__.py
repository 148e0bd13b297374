"""Training: from a model, an objective and data to weights."""

from elbowroom.training.events import Advanced, EpochEnded, Event, Observer, Outcome, Started
from elbowroom.training.settings import Plan, Training
from elbowroom.training.step import Step
from elbowroom.training.trainer import fit
from elbowroom.training.validation import validate

__all__ = [
    "Advanced",
    "EpochEnded",
    "Event",
    "Observer",
    "Outcome",
    "Plan",
    "Started",
    "Step",
    "Training",
    "fit",
    "validate",
]
