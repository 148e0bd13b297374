"""Precision and recall: are samples where data are, and are data where samples are?"""

from dataclasses import dataclass

import numpy as np

from elbowroom.metrics.sample_quality.neighbours import Balls, check_k, scores_of
from elbowroom.metrics.sample_quality.rows import Examples, equal_numbers, pair
from elbowroom.metrics.sample_quality.score import Score


@dataclass(frozen=True)
class PrecisionRecall:
    """How much of the samples is like the data, and how much of the data the samples reach.

    Attributes:
        precision: Share of generated examples within the balls of real ones.
        recall: Share of real examples within the balls of generated ones.
        k: Number of neighbours that a ball reaches to.
    """

    precision: Score
    recall: Score
    k: int


def precision_recall(
    real: Examples, generated: Examples, *, k: int = 3, seed: int = 0
) -> PrecisionRecall:
    """Return precision and recall of samples (Kynkaanniemi et al. 2019).

    Around each example of one set, a ball reaches to its k-th nearest neighbour in that set; the
    share of the other set that lies in any ball is precision (balls of real examples) or recall
    (balls of generated ones), https://arxiv.org/abs/1904.06991. Both depend on the number of
    examples, so the larger set is cut to the size of the smaller, and only values at equal numbers
    can be compared. One outlier has a large ball: see `density_coverage` for measures that suffer
    less from it.

    Their value for a perfect generator depends on the data and is not 1. It is estimated from the
    real examples alone: the share of them that is among the k nearest of any other, which is the
    share that would lie in a ball if left out itself.

    Args:
        real: Real examples, (N, ...), N at least k + 2.
        generated: Generated examples, (M, ...), in the same units.
        k: Number of neighbours.
        seed: Seed of the choice where a set is cut, and of the groups for the errors.

    Raises:
        ConfigError: If k is below 1.
        ShapeError: If the sets differ in the shape of an example.
        DataError: If there are too few examples or a value is not finite.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> real, one_of_two = rng.normal(size=(400, 2)), abs(rng.normal(size=(400, 2)))
        >>> found = precision_recall(real, one_of_two)
        >>> found.precision.value > 0.9, found.recall.value < 0.6
        (True, True)
    """
    check_k(k)
    x, y = equal_numbers(*pair(real, generated, at_least=k + 2), seed)

    def measure(some_real: np.ndarray, some_generated: np.ndarray) -> np.ndarray:
        around_real, around_generated = Balls.around(some_real, k), Balls.around(some_generated, k)
        precision = (around_real.around_points(some_generated)[0] > 0).mean()
        recall = (around_generated.around_points(some_real)[0] > 0).mean()
        return np.array([precision, recall])

    nulls = dict.fromkeys(("precision", "recall"), float(Balls.around(x, k).listed.mean()))
    return PrecisionRecall(*scores_of(measure, nulls, x, y, k, seed), k=k)
