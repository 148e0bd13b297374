"""Interventional robustness score (IRS): does a dimension move when other factors do?"""

from typing import ClassVar

import numpy as np

from elbowroom.metrics.disentanglement.on_samples import BySubsamples, OnSamples
from elbowroom.metrics.disentanglement.sample import Sample

_QUANTILE = 0.99


class IRS(BySubsamples, OnSamples):
    """Interventional robustness score.

        R_jf = 1 - mean_v  q99(|z_j - E[z_j | v_f = v]|  given v_f = v)  /  max |z_j - E z_j|

    The quantile is over the examples with value v, among which every other factor changes: a
    dimension that is robust to those interventions keeps near its mean there. A dimension's score
    is max_f R_jf, and IRS their mean, weighted by max |z_j - E z_j| as the authors do, so that
    dimensions of small scale count little; here that weight makes the score depend on scale.

    The 99 % quantile stands for the maximum of the paper, as in disentanglement_lib. The score of
    noise is far above 0 and grows with fewer samples for each value: read it beside its floor.
    Factors must be independent for the conditional mean to be that of an intervention.

    The largest deviation of a bootstrap resample is as often as not that of all samples, so its
    spread would be too small (Bickel & Freedman 1981): the error is from subsamples of half of
    them, drawn without replacement, which vary as much as all of them do.

    Suter et al. 2019, https://arxiv.org/abs/1811.00007.

    Args:
        samples: Largest number of samples to use.
    """

    protocol: ClassVar[str] = "99 % quantile of the deviation from the mean of each value"
    paper: ClassVar[str] = "Suter et al. 2019"
    names: ClassVar[tuple[str, ...]] = ("IRS",)
    claims: ClassVar[frozenset[str]] = frozenset({"permutation"})
    least: ClassVar[int] = 20
    """To have a quantile."""
    factors: ClassVar[int] = 2

    def score(self, material: Sample, seed: int) -> tuple[float, ...]:
        """Return the weighted mean over the dimensions."""
        codes = material.codes
        most = np.abs(codes - codes.mean(0)).max(0)
        moved = np.stack([_moved(codes, column) for column in material.classes.T], 1)
        robust = (1 - moved / np.where(most > 0, most, 1.0)[:, None]).max(1)
        return (float(np.average(robust, weights=most)),)


def _moved(codes: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """Return the mean over the values of the 99 % quantile of the deviation, (D,)."""
    groups = [codes[classes == value] for value in np.unique(classes)]
    deviations = [np.abs(group - group.mean(0)) for group in groups]
    return np.mean([np.quantile(d, _QUANTILE, axis=0) for d in deviations], axis=0)
