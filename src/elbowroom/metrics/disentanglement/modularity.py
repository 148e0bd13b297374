"""Modularity: whether each dimension has information about one factor only."""

from typing import ClassVar

import numpy as np

from elbowroom.metrics.disentanglement.binned_mig import BINS
from elbowroom.metrics.disentanglement.information import equal_width, information
from elbowroom.metrics.disentanglement.on_samples import OnSamples
from elbowroom.metrics.disentanglement.sample import Sample


class Modularity(OnSamples):
    """Mean over the dimensions of how much they keep to one factor.

        modularity_j = 1 - sum_{f != a} I(z_j; v_f)^2 / (I(z_j; v_a)^2 (F - 1))

    a being the factor that dimension j tells most about; information as in `BinnedMIG`. A
    dimension of pure noise has about 2/3, not 0, because its small informations are all alike:
    read the score beside its floor. Constant dimensions are left out (in disentanglement_lib they
    count as 0).

    Ridgeway & Mozer 2018, https://arxiv.org/abs/1802.05312.

    Args:
        samples: Largest number of samples to use.
    """

    protocol: ClassVar[str] = "20 bins of equal width of the posterior means, no constant ones"
    paper: ClassVar[str] = "Ridgeway & Mozer 2018"
    names: ClassVar[tuple[str, ...]] = ("modularity",)
    least: ClassVar[int] = BINS
    """One example for each cell of the table of counts."""
    factors: ClassVar[int] = 2

    def score(self, material: Sample, seed: int) -> tuple[float, ...]:
        """Return the mean over the dimensions."""
        squared = information(equal_width(material.codes, BINS), material.classes) ** 2
        most = squared.max(1)
        others = (squared.sum(1) - most) / (squared.shape[1] - 1)
        return (float(np.where(most > 0, 1 - others / np.where(most > 0, most, 1.0), 0.0).mean()),)
