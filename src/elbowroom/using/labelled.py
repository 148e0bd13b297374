"""The model of a run, given the labels of the examples that it is to be used on."""

import numpy as np
import torch
from torch import Tensor

from elbowroom.data import Dataset
from elbowroom.errors import IncompatibleError
from elbowroom.models import LatentModel
from elbowroom.run import Run

_APART = 500_009


def model_of(run: Run, dataset: Dataset, positions: Tensor | None = None) -> LatentModel:
    """Return a run's model of some examples: given their labels, if it is conditional.

    Args:
        run: The run.
        dataset: Examples, raw.
        positions: Which of them, in this order; all when not given.

    Raises:
        DataError: If labels are missing, or are not like those of the training examples.
    """
    if run.labelling is None:
        return run.model
    labels = run.labelling.read(dataset)
    return model_given(run, labels if positions is None else labels[positions.cpu().numpy()])


def model_given(run: Run, labels: np.ndarray | None) -> LatentModel:
    """Return a run's model given labels, (N,): class numbers or quantities."""
    if run.labelling is None or labels is None:
        return run.model
    return run.model.given(run.labelling.encode(labels).to(run.device))


def labels_to_make(
    run: Run, count: int, label: str | None = None, *, seed: int = 0
) -> np.ndarray | None:
    """Return the labels of examples to be made, or None where the model is not conditional.

    Args:
        run: The run.
        count: How many.
        label: The label of all of them, the name or number of a class or a quantity; when not
            given, labels are drawn as frequent as among the training examples.
        seed: Seed of the labels drawn.

    Raises:
        IncompatibleError: If there is a label and the model is not conditional.
        ConfigError: If there is no such label.
    """
    if run.labelling is None:
        if label is not None:
            raise IncompatibleError(
                f"the run '{run.name}' is not conditional: it knows nothing of the label "
                f"{label!r}. Train a model that does with --model.condition labels"
            )
        return None
    if label is not None:
        return np.full(count, run.labelling.parse(label))
    with torch.random.fork_rng(devices=[]):
        # Not the stream that codes are drawn from: labels and codes must not depend on each other.
        torch.manual_seed(seed + _APART)
        return run.labelling.draw(count)
