"""The examples of a report with their factors, seen through the run's encoder."""

from typing import TYPE_CHECKING, Any

import numpy as np

from elbowroom.experiment.disentangling import factors_of
from elbowroom.metrics.disentanglement import Representation
from elbowroom.report.chosen import Chosen

if TYPE_CHECKING:
    from elbowroom.report.material import Material

_MOST = 10_000
"""As many as the published protocols take."""


def with_factors(material: "Material", table: Any = None) -> Representation:
    """Return examples of the split with their factors, or their labels as the only factor.

    Args:
        material: What the report is about.
        table: A table of factors of one's own, with a row for each example.

    Raises:
        DataError: If there are none, or not one row for each example.
    """
    known = factors_of(material.whole, table)
    size = len(material.whole)
    at = np.sort(np.random.default_rng(0).choice(size, min(size, _MOST), replace=False))
    if len(at) == len(material.places):
        return Representation.of_table(material.codes, known.subset(material.places))
    return Representation.of_table(
        Chosen.of(material, material.whole.subset(at)).codes, known.subset(at)
    )
