"""Density and coverage: precision and recall that an outlier does not fool."""

from dataclasses import dataclass
from math import prod

import numpy as np

from elbowroom.metrics.sample_quality.neighbours import Balls, check_k, scores_of
from elbowroom.metrics.sample_quality.rows import Examples, equal_numbers, pair
from elbowroom.metrics.sample_quality.score import Score


@dataclass(frozen=True)
class DensityCoverage:
    """How densely samples lie where data are, and how many of the data have samples near.

    Attributes:
        density: Mean number of real balls around a generated example, over k; may exceed 1.
        coverage: Share of real examples with a generated one in their ball.
        k: Number of neighbours that a ball reaches to.
    """

    density: Score
    coverage: Score
    k: int


def density_coverage(
    real: Examples, generated: Examples, *, k: int = 5, seed: int = 0
) -> DensityCoverage:
    """Return density and coverage of samples (Naeem et al. 2020).

    Around each of N real examples a ball B_i reaches to its k-th nearest real neighbour:
    density = sum_j sum_i 1[y_j in B_i] / (k M), coverage = mean_i 1[any y_j in B_i]
    (https://arxiv.org/abs/2002.09797). If both distributions are equal and continuous, then
    exactly E[density] = 1 and E[coverage] = 1 - prod_{j=1..k} (N - j) / (N + M - j), which tends
    to 1 - 2^-k for N = M, whatever the distribution and its dimension. The larger set is cut to the
    size of the smaller. Data of few values have equal distances, for which both come out higher.

    Density above 1 means samples near the centre of the data more often than data are, as blurred
    ones may be.

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
        >>> same = density_coverage(rng.normal(size=(500, 9)), rng.normal(size=(500, 9)))
        >>> round(same.density.value, 1), same.density.null
        (1.0, 1.0)
        >>> round(same.coverage.value, 2), round(same.coverage.null, 3)
        (0.97, 0.969)
    """
    check_k(k)
    x, y = equal_numbers(*pair(real, generated, at_least=k + 2), seed)

    def measure(some_real: np.ndarray, some_generated: np.ndarray) -> np.ndarray:
        counts, holds = Balls.around(some_real, k).around_points(some_generated)
        return np.array([counts.mean() / k, holds.mean()])

    nulls = {"density": 1.0, "coverage": expected_coverage(len(x), len(y), k)}
    return DensityCoverage(*scores_of(measure, nulls, x, y, k, seed), k=k)


def expected_coverage(real: int, generated: int, k: int) -> float:
    """Return E[coverage] for equal distributions: 1 - prod_{j=1..k} (N - j) / (N + M - j).

    A real example is missed if its k nearest among the N - 1 other real and M generated ones, who
    are exchangeable, are all real.

    Example:
        >>> expected_coverage(10_000, 10_000, 1), expected_coverage(2, 2, 1)
        (0.500025..., 0.666...)
    """
    return 1 - prod((real - j) / (real + generated - j) for j in range(1, k + 1))
