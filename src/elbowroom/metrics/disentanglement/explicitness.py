"""Explicitness: whether a linear classifier reads each factor off the code."""

from typing import Any, ClassVar

import numpy as np

from elbowroom.metrics.disentanglement.on_samples import OnHalves
from elbowroom.metrics.disentanglement.sample import Halves


class Explicitness(OnHalves):
    """Area under the receiver operating characteristic of logistic regressions.

        explicitness = mean_f mean_v AUC(is v_f = v?  by p(v | z))

    out of sample, over factors f and their values v. From 0.5, chance, to 1. It asks for nothing
    but linear readability: a rotation of the truth is as explicit as the truth. Continuous factors
    are cut into 20 bins of equal frequency.

    Ridgeway & Mozer 2018, https://arxiv.org/abs/1802.05312; accuracies on unseen samples as in
    disentanglement_lib.

    Args:
        samples: Largest number of samples to use, a third of them to judge on.
    """

    protocol: ClassVar[str] = "logistic regression, mean area under the ROC out of sample"
    paper: ClassVar[str] = "Ridgeway & Mozer 2018"
    names: ClassVar[tuple[str, ...]] = ("explicitness",)
    keeps_rotated: ClassVar[frozenset[int]] = frozenset({0})
    resamples: ClassVar[int] = 5

    def score(self, material: Halves, seed: int) -> tuple[float, ...]:
        """Return the mean area over factors."""
        return (float(np.mean([_area(material, f) for f in range(len(material.train.factors))])),)


def logistic(codes: np.ndarray, classes: np.ndarray, penalty: float = 1.0) -> Any:
    """Fit a multinomial logistic regression, in up to 100 steps.

    Args:
        codes: (N, D), standardised.
        classes: (N,).
        penalty: Weight of half the squared coefficients, against the sum over the samples.
    """
    import warnings

    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    with warnings.catch_warnings():
        # One that could have been fitted for longer still reads what is linear.
        warnings.simplefilter("ignore", ConvergenceWarning)
        weak = 1 / max(penalty, 1e-9)
        return LogisticRegression(C=weak, max_iter=100, tol=1e-3).fit(codes, classes)


def _area(material: Halves, factor: int) -> float:
    """Return the mean over the values of P(a sample with it is ranked above one without)."""
    from scipy.stats import rankdata

    train, test = material
    truth = test.classes[:, factor]
    fitted = logistic(train.codes, train.classes[:, factor])
    ranks = rankdata(fitted.predict_proba(test.codes), axis=0)
    has = truth[:, None] == fitted.classes_
    with_it, without = has.sum(0), (~has).sum(0)
    known = (with_it > 0) & (without > 0)
    above = (ranks * has).sum(0) - with_it * (with_it + 1) / 2
    return float((above[known] / (with_it * without)[known]).mean())
