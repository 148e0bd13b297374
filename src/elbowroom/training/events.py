"""What training tells those who watch: progress bars, logs, trackers."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from elbowroom.models import LatentModel
from elbowroom.training.settings import Plan

Terms = dict[str, float]


@dataclass(frozen=True)
class Started:
    """Training begins, or goes on after `step` steps and `epoch` completed epochs."""

    plan: Plan
    step: int
    epoch: int


@dataclass(frozen=True)
class Advanced:
    """Some steps were made; `terms` are their means."""

    step: int
    epoch: float
    terms: Terms
    learning_rate: float
    examples_per_second: float


@dataclass(frozen=True)
class EpochEnded:
    """An epoch is over.

    `train` are means over its steps while the weights changed; `validation` is at its end and
    empty in epochs without one. `model` holds the weights that validation used.
    """

    step: int
    epoch: int
    train: Terms
    validation: Terms
    best: bool
    learning_rate: float
    seconds: float
    model: LatentModel


@dataclass(frozen=True)
class Outcome:
    """How training ended.

    Attributes:
        reason: 'finished', 'stopped early' or 'interrupted'.
        step: Steps made.
        epoch: Epochs completed.
        best_epoch: Epoch whose weights the model has now, counted from 1.
        best_score: Its validation loss in nats per example, or None without validation.
        seconds: Time spent training, over all resumptions.
    """

    reason: Literal["finished", "stopped early", "interrupted"]
    step: int
    epoch: int
    best_epoch: int
    best_score: float | None
    seconds: float


Event = Started | Advanced | EpochEnded | Outcome
Observer = Callable[[Event], None]
