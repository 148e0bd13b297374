"""Disentanglement, completeness and informativeness (DCI), by three kinds of predictor."""

from collections.abc import Callable
from typing import ClassVar

import numpy as np

from elbowroom.metrics.disentanglement.concentration import completeness_of, disentanglement_of
from elbowroom.metrics.disentanglement.importances import Used, boosted, forest, lasso
from elbowroom.metrics.disentanglement.on_samples import OnHalves
from elbowroom.metrics.disentanglement.sample import Halves


class BoostedDCI(OnHalves):
    """DCI with gradient-boosted trees.

    A predictor of each factor from the code gives importances R (D, F), the shares of the
    dimensions in it. Disentanglement asks whether each dimension serves one factor: R normalised
    for each dimension, see `disentanglement_of`. Completeness asks whether each factor is held by
    one dimension. Informativeness is how often the predictors are right on unseen samples; for a
    continuous factor, the share of its variance that is explained. Where it is at its floor, the
    predictors have learnt nothing, and neither of the other two means anything. One factor alone
    has no disentanglement, and one dimension alone no completeness: they would be 1 for every code.

    Eastwood & Williams 2018, https://openreview.net/forum?id=By-7dz-AZ, with the predictor of
    Locatello et al. 2019 (exact splits there, splits at quantiles here).

    Args:
        samples: Largest number of samples to use, a third of them to judge on.

    Example:
        >>> from elbowroom.data.factors import Factors
        >>> from elbowroom.metrics.disentanglement import LassoDCI, Representation
        >>> grid = Factors.grid({"size": tuple(range(9)), "hue": tuple(range(20))})
        >>> factors = grid.subset(np.arange(900) % 180)
        >>> known = Representation.of_table(factors.values, factors)
        >>> [round(score.value, 2) for score in LassoDCI().measure(known)]
        [1.0, 1.0, 1.0]
    """

    predictor: ClassVar[Callable[[Halves, int, int], Used]] = staticmethod(boosted)
    protocol: ClassVar[str] = "gradient-boosted trees, 100 rounds of depth 3, gains of the splits"
    paper: ClassVar[str] = "Eastwood & Williams 2018"
    names: ClassVar[tuple[str, ...]] = (
        "DCI disentanglement (boosting)",
        "DCI completeness (boosting)",
        "DCI informativeness (boosting)",
    )
    of_several: ClassVar[frozenset[int]] = frozenset({0})
    of_dimensions: ClassVar[frozenset[int]] = frozenset({1})
    keeps_rotated: ClassVar[frozenset[int]] = frozenset({2})
    resamples: ClassVar[int] = 5

    def importances(self, material: Halves, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
        """Return R, (D, F), and how right the predictor of each factor is, (F,)."""
        fitted = [self.predictor(material, f, seed) for f in range(len(material.train.factors))]
        return np.stack([used for used, _ in fitted], 1), np.array([right for _, right in fitted])

    def score(self, material: Halves, seed: int) -> tuple[float, ...]:
        """Return disentanglement, completeness and informativeness."""
        matrix, right = self.importances(material, seed)
        return disentanglement_of(matrix), completeness_of(matrix), float(right.mean())


class ForestDCI(BoostedDCI):
    """DCI with random forests of 50 trees; see `BoostedDCI`."""

    predictor = staticmethod(forest)
    protocol = "random forests of 50 trees, decrease of impurity"
    names = (
        "DCI disentanglement (forest)",
        "DCI completeness (forest)",
        "DCI informativeness (forest)",
    )


class LassoDCI(BoostedDCI):
    """DCI with L1-penalised linear regression; see `BoostedDCI`.

    It sees linear relations only: a code that holds a factor on a curve is not informative for it.
    The values of a categorical factor lie on such a curve: of 'square', 'ellipse' and 'heart' in a
    row on one dimension a line tells the first and the last from the others, but not the second.
    Informativeness is the share of variance explained.
    """

    predictor = staticmethod(lasso)
    protocol = "L1-penalised linear regression, |coefficients| of standardised codes"
    names = ("DCI disentanglement (lasso)", "DCI completeness (lasso)", "DCI informativeness (R2)")
    resamples = 10
