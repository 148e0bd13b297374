"""What a conditional model is given: a class, or a quantity."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from elbowroom.data import Labelling
from elbowroom.data.labelling import Classes, Quantity
from elbowroom.errors import ConfigError, IncompatibleError
from elbowroom.models import LatentModel
from elbowroom.run import Run
from elbowroom.using import model_given


@dataclass(frozen=True)
class Condition:
    """What a conditional model can be given.

    Attributes:
        name: What it is called.
        choices: Names of the classes; None for a quantity.
        low: The 1st percentile of a quantity among the training examples.
        high: Its 99th percentile.
        default: What is given when nothing is said: the most frequent class or the median.
    """

    name: str
    choices: tuple[str, ...] | None
    low: float | None
    high: float | None
    default: float


def condition_of(run: Run) -> Condition | None:
    """Return what a run's model can be given, or None where it is not conditional."""
    match run.labelling:
        case None:
            return None
        case Classes(names=names, shares=shares):
            return Condition(_name(run), names, None, None, float(np.argmax(shares)))
        case Quantity(quantiles=quantiles):
            low, middle, high = np.quantile(quantiles, [0.01, 0.5, 0.99]).tolist()
            return Condition(_name(run), None, low, high, middle)
        case other:
            raise IncompatibleError(f"the explorer cannot show labels of kind {other.kind!r}")


def conditioned(run: Run, count: int, value: float | None) -> LatentModel:
    """Return a run's model of so many examples, given a condition if it is conditional.

    Args:
        run: The run.
        count: How many examples it will be asked about.
        value: A class number or a quantity; the default where it is None.

    Raises:
        IncompatibleError: If there is a value and the model is not conditional.
        ConfigError: If there is no such class, or it is no number.
    """
    condition = condition_of(run)
    if condition is None or run.labelling is None:
        if value is not None:
            raise IncompatibleError(
                "this model is not conditional: it can be given no label. Train one that can with "
                "--model.condition labels"
            )
        return run.model
    labels = np.full(count, _label(run.labelling, condition.default if value is None else value))
    return model_given(run, labels)


def _label(labelling: Labelling, value: float) -> float | int:
    """Read a label as if a person had written it, so that all that is checked there is checked."""
    if not isinstance(labelling, Classes):
        return labelling.parse(repr(float(value)))
    if value not in range(labelling.size):
        raise ConfigError(
            f"the condition is {value:g}; classes have numbers from 0 to {labelling.size - 1}"
        )
    return labelling.parse(labelling.names[int(value)])


def _name(run: Run) -> str:
    asked: Any = run.config.data.labels
    return asked if isinstance(asked, str) else "label"
