"""Mutual-information based entropy disentanglement (MED)."""

from typing import ClassVar

import numpy as np

from elbowroom.metrics.disentanglement.binned_mig import BINS
from elbowroom.metrics.disentanglement.concentration import completeness_of, disentanglement_of
from elbowroom.metrics.disentanglement.information import equal_width, information
from elbowroom.metrics.disentanglement.on_samples import OnSamples
from elbowroom.metrics.disentanglement.sample import Sample


class MED(OnSamples):
    """DCI without predictors: mutual information takes the place of importances.

        R_jf = I(z_j; v_f) / sum_j I(z_j; v_f),   MED = disentanglement_of(R)

    see `disentanglement_of`; and `completeness_of(R)` beside it. Nothing is fitted, so nothing has
    to be tuned and it is fast; but the information of each dimension alone does not know what two
    tell together, and 20 bins count chance as information: more dimensions of noise, less MED.
    Information as in `BinnedMIG`. One dimension alone has no completeness, which would be 1.

    Cao et al. 2022, https://arxiv.org/abs/2206.04756.

    Args:
        samples: Largest number of samples to use.
    """

    protocol: ClassVar[str] = "shares of mutual information, 20 bins of equal width of the means"
    paper: ClassVar[str] = "Cao et al. 2022"
    names: ClassVar[tuple[str, ...]] = ("MED", "MED completeness")
    least: ClassVar[int] = BINS
    """One example for each cell of the table of counts."""
    factors: ClassVar[int] = 2
    of_dimensions: ClassVar[frozenset[int]] = frozenset({1})

    def score(self, material: Sample, seed: int) -> tuple[float, ...]:
        """Return disentanglement and completeness."""
        told = information(equal_width(material.codes, BINS), material.classes)
        total = told.sum(0)
        shares = told / np.where(total > 0, total, 1.0)
        return disentanglement_of(shares), completeness_of(shares)
