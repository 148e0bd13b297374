"""Separated attribute predictability (SAP), with standardised codes and out of sample."""

from typing import ClassVar

import numpy as np

from elbowroom.metrics.disentanglement.information import gap
from elbowroom.metrics.disentanglement.on_samples import OnHalves
from elbowroom.metrics.disentanglement.sample import Halves, Sample

_PENALTY = 100.0
"""C times the number of samples that the machine is fitted on: 0.01 for 10,000."""


class SAP(OnHalves):
    """Separated attribute predictability.

        SAP = mean_f (S_af - S_bf)

    S_jf being how often a linear support vector machine (C = 0.01, balanced) that sees
    dimension j alone is right about factor f on samples that it was not fitted to; a and b are the
    best and the second best dimension. For a continuous factor S_jf is the share of its variance
    that a line explains there.

    A machine with that much regularisation depends on the scale of what it sees: with codes as
    they come, the score of one and the same code ranges from .09 to .50 as its dimensions are
    multiplied by .01 to 10. Codes are standardised here, which disentanglement_lib does not do.
    It depends on the number of samples as well, over which C is a sum: here C n = 100, which is
    C = 0.01 for the 10,000 samples of the protocol. A perfect code scores .245 on the factors of
    dSprites: the machine does not tell 40 values on a line apart.

    What is right without looking at the code, the share of the most frequent value (0 for a
    line), is the least that S_jf counts as, and that a second dimension has where there is none:
    a single dimension of noise would else be credited with all that chance gives.

    Kumar, Sattigeri & Balakrishnan 2018, https://arxiv.org/abs/1711.00848.

    Args:
        samples: Largest number of samples to use, a third of them to judge on.
    """

    protocol: ClassVar[str] = "linear SVM, C = 0.01 at 10,000 samples, standardised, out of sample"
    paper: ClassVar[str] = "Kumar et al. 2018"
    names: ClassVar[tuple[str, ...]] = ("SAP",)

    def score(self, material: Halves, seed: int) -> tuple[float, ...]:
        """Return the mean gap."""
        chance = _chance(material.test)
        above = np.maximum(self.accuracies(material), chance)
        return (float(gap(np.vstack([above, chance])).mean()),)

    def accuracies(self, material: Halves) -> np.ndarray:
        """Return how right dimension j alone is about factor f, out of sample, (D, F)."""
        train, test = material
        judge = [_line if factor.size is None else _machine for factor in train.factors]
        return np.array([
            [judge[f](train, test, j, f) for f in range(len(judge))] for j in range(train.dims)
        ])  # fmt: skip


def _chance(test: Sample) -> np.ndarray:
    """Return how right one is about each factor who does not look at the code, (F,)."""
    return np.array([
        0.0 if factor.size is None else np.bincount(column).max() / len(test)
        for factor, column in zip(test.factors, test.classes.T, strict=True)
    ])  # fmt: skip


def _machine(train: Sample, test: Sample, dim: int, factor: int) -> float:
    from sklearn.svm import LinearSVC

    # The primal problem has as many unknowns as a line: solved exactly, it needs no seed.
    machine = LinearSVC(C=_PENALTY / len(train), class_weight="balanced", dual=False)
    machine.fit(train.codes[:, [dim]], train.classes[:, factor])
    return float(machine.score(test.codes[:, [dim]], test.classes[:, factor]))


def _line(train: Sample, test: Sample, dim: int, factor: int) -> float:
    slope, offset = np.polyfit(train.codes[:, dim], train.values[:, factor], 1)
    truth = test.values[:, factor]
    unexplained = np.mean((truth - offset - slope * test.codes[:, dim]) ** 2)
    return float(max(0.0, 1 - unexplained / truth.var()))
