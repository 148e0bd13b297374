"""Looks: how examples of each kind of data are shown."""

import numpy as np

from elbowroom.data import Dataset
from elbowroom.report.looks.images import Images
from elbowroom.report.looks.look import Look
from elbowroom.report.looks.tables import Table

__all__ = ["Images", "Look", "Table", "look_for"]


def look_for(dataset: Dataset, examples: np.ndarray) -> Look:
    """Return how to show examples of a dataset.

    Args:
        dataset: What they are from.
        examples: Some of its training examples, raw, to take ranges from.
    """
    if dataset.kind == "image":
        return Images.of(dataset.domain, examples)
    return Table.of(dataset.columns, examples)
