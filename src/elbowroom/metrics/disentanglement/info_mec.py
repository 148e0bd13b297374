"""Modularity, explicitness and compactness by information (InfoMEC)."""

from typing import ClassVar

import numpy as np

from elbowroom.metrics.disentanglement.explicitness import logistic
from elbowroom.metrics.disentanglement.information import entropy
from elbowroom.metrics.disentanglement.on_samples import BySubsamples, OnHalves
from elbowroom.metrics.disentanglement.representation import Representation
from elbowroom.metrics.disentanglement.sample import Halves, Sample

_NEIGHBOURS = 10
_ACTIVE = 1 / 20
_PENALTY = 0.01


class InfoMEC(BySubsamples, OnHalves):
    """Three questions to a matrix of normalised mutual information.

        N_jf = I(z_j; v_f) / H(v_f), by nearest neighbours (Ross 2014), dimensions not binned
        InfoM = (mean_j max_f N_jf / sum_f N_jf - 1/F) / (1 - 1/F)
        InfoC = (mean_f max_j N_jf / sum_j N_jf - 1/D) / (1 - 1/D)
        InfoE = mean_f (H - H(v_f | z)) / H, by a logistic regression on all dimensions

    InfoM asks whether each dimension knows one factor, InfoC whether each factor is known to one
    dimension, InfoE how much of each factor a linear classifier reads off the code. Where InfoE is
    at its floor the other two are ratios of chance, however large. Dimensions
    whose range is below a twentieth of the largest are inactive and left out of InfoM and InfoC,
    as the authors do: the scores depend on the scale of a dimension there. InfoE is of unseen
    samples here, so that of noise is at or below 0; the authors take it of the samples that the
    classifier was fitted to, without a penalty. Continuous factors are cut into 20 bins. One
    dimension alone has no InfoC, which would be 1.

    Hsu et al. 2023, https://arxiv.org/abs/2305.18378.

    An example that is drawn twice is its own nearest neighbour, which a bootstrap would take for
    information: errors are from subsamples of half of the samples, drawn without replacement.

    Args:
        samples: Largest number of samples to use, a third of them to judge on.
    """

    protocol: ClassVar[str] = "10 nearest neighbours; logistic regression out of sample"
    paper: ClassVar[str] = "Hsu et al. 2023"
    names: ClassVar[tuple[str, ...]] = ("InfoM", "InfoE", "InfoC")
    claims: ClassVar[frozenset[str]] = frozenset({"permutation"})
    factors: ClassVar[int] = 2
    of_dimensions: ClassVar[frozenset[int]] = frozenset({2})
    keeps_rotated: ClassVar[frozenset[int]] = frozenset({1})
    resamples: ClassVar[int] = 5

    def __init__(self, *, samples: int = 4_500) -> None:
        super().__init__(samples=samples)

    def draw(self, representation: Representation, rng: np.random.Generator) -> Halves:
        """Draw samples and part them; codes keep their scale."""
        return representation.draw(self.used(representation), rng).halves()

    def score(self, material: Halves, seed: int) -> tuple[float, ...]:
        """Return InfoM, InfoE and InfoC."""
        ranges = np.ptp(material.train.codes, axis=0)
        told = _normalised(material.train, seed)[ranges > _ACTIVE * ranges.max()]
        return _peaked(told), _explicit(material.standardised()), _peaked(told.T)


def _normalised(sample: Sample, seed: int) -> np.ndarray:
    """Return I(z_j; v_f) / H(v_f) by nearest neighbours, (D, F)."""
    from sklearn.feature_selection import mutual_info_classif

    codes = sample.standardised().codes
    columns = [
        mutual_info_classif(codes, column, n_neighbors=_NEIGHBOURS, random_state=seed)
        for column in sample.classes.T
    ]
    return np.stack(columns, 1) / entropy(sample.classes)


def _peaked(told: np.ndarray) -> float:
    """Return how much of each row is in its largest entry, from 0 (evenly spread) to 1."""
    even = 1 / told.shape[1]
    if even == 1:
        return 1.0
    total = told.sum(1)
    shares = np.where(total > 0, told.max(1) / np.where(total > 0, total, 1.0), even)
    return float((shares.mean() - even) / (1 - even))


def _explicit(material: Halves) -> float:
    return float(np.mean([_read(material, f) for f in range(len(material.train.factors))]))


def _read(material: Halves, factor: int) -> float:
    """Return the share of the entropy of a factor that a classifier takes away, out of sample."""
    train, test = material
    fitted = logistic(train.codes, train.classes[:, factor], penalty=_PENALTY)
    places = np.searchsorted(fitted.classes_, test.classes[:, factor]) % len(fitted.classes_)
    known = fitted.classes_[places] == test.classes[:, factor]
    given = fitted.predict_proba(test.codes)[np.arange(len(test)), places][known]
    before = entropy(test.classes[:, [factor]])[0]
    if not known.any() or before == 0:
        return 0.0
    # Samples cannot show that a probability is smaller than one in their number.
    return float(1 + np.log(np.maximum(given, 1 / len(train))).mean() / before)
