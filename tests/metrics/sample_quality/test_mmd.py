"""MMD^2 against its closed form, its null, and a plain double loop."""

import numpy as np
import pytest
import torch
from scipy import stats

from elbowroom.errors import ConfigError, DataError
from elbowroom.metrics.sample_quality import (
    GaussianKernel,
    PolynomialKernel,
    RationalQuadraticKernel,
    mmd,
)

KERNELS = [GaussianKernel(), RationalQuadraticKernel(), PolynomialKernel()]


def similarity(difference: np.ndarray, covariance: np.ndarray, bandwidth: float) -> float:
    """E k(x, y) of a Gaussian kernel over Gaussian x - y."""
    wide = bandwidth**2 * np.eye(len(difference)) + covariance
    exponent = -0.5 * difference @ np.linalg.solve(wide, difference)
    return bandwidth ** len(difference) * np.exp(exponent) / np.sqrt(np.linalg.det(wide))


def test_it_is_the_closed_form_between_gaussians():
    mean, other = np.array([0.3, -0.2, 0.0]), np.array([[1.0, 0.5, 0], [0.5, 2, 0], [0, 0, 0.5]])
    same = similarity(0 * mean, 2 * np.eye(3), 1.5)
    across = similarity(mean, np.eye(3) + other, 1.5)
    exact = same + similarity(0 * mean, 2 * other, 1.5) - 2 * across
    rng = np.random.default_rng(0)
    scores = [
        mmd(
            rng.normal(size=(300, 3)),
            rng.multivariate_normal(mean, other, size=200),
            kernel=GaussianKernel(bandwidth=1.5),
            permutations=0,
        )
        for _ in range(100)
    ]
    values = np.array([score.value for score in scores])
    assert abs(values.mean() - exact) < 4 * values.std() / 10
    assert np.mean([score.error for score in scores]) == pytest.approx(values.std(), rel=0.25)
    assert scores[0].p_value is None and scores[0].null_error is None


@pytest.mark.parametrize("kernel", KERNELS, ids=lambda kernel: type(kernel).__name__)
def test_equal_distributions_give_zero_and_a_level_test(kernel):
    rng = np.random.default_rng(0)
    scores = [
        mmd(rng.normal(size=(60, 4)), rng.normal(size=(40, 4)), kernel=kernel, permutations=60)
        for _ in range(150)
    ]
    values = np.array([score.value for score in scores])
    assert abs(values.mean()) < 4 * values.std() / 150**0.5
    assert values.min() < 0
    assert np.mean([score.null_error for score in scores]) == pytest.approx(values.std(), rel=0.3)
    assert np.mean([score.error for score in scores]) == pytest.approx(values.std(), rel=0.5)
    rejected = sum(score.p_value <= 0.05 for score in scores)
    assert rejected <= stats.binom.ppf(0.999, 150, 0.05)


@pytest.mark.parametrize("kernel", KERNELS, ids=lambda kernel: type(kernel).__name__)
def test_blocks_are_the_whole_matrix(kernel):
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(700, 3)), rng.normal(0.2, size=(900, 3))  # more than one block
    both = torch.from_numpy(np.concatenate([x, y]))
    matrix = kernel.fit(both[:700], 0)(both, both).numpy()
    np.fill_diagonal(matrix, 0)
    xx, yy, xy = matrix[:700, :700], matrix[700:, 700:], matrix[:700, 700:]
    direct = xx.sum() / (700 * 699) + yy.sum() / (900 * 899) - 2 * xy.mean()
    assert mmd(x, y, kernel=kernel, permutations=1).value == pytest.approx(direct, rel=1e-9)


@pytest.mark.parametrize("kernel", KERNELS, ids=lambda kernel: type(kernel).__name__)
def test_a_shift_is_seen(kernel):
    rng = np.random.default_rng(0)
    score = mmd(rng.normal(size=(150, 4)), rng.normal(0.7, size=(150, 4)), kernel=kernel)
    assert score.p_value == pytest.approx(1 / 201)
    assert score.value > 4 * score.error > 0


def test_the_bandwidth_is_of_the_real_examples_alone():
    real = torch.randn(200, 3, dtype=torch.float64)
    fitted = GaussianKernel().fit(real, 0)
    assert fitted.bandwidth == pytest.approx(float(torch.pdist(real).median()))
    far = mmd(real, 1e6 + real)
    assert far.value == pytest.approx(mmd(real, 1e9 + real).value)


def test_most_examples_equal_leaves_a_scale():
    rows = torch.zeros(50, 2).double()
    rows[:5] = 3.0
    assert GaussianKernel().fit(rows, 0).bandwidth == pytest.approx(18**0.5)


def test_the_seed_repeats_it_and_units_do_not_matter():
    x, y = np.random.default_rng(0).normal(size=(2, 50, 4))
    assert mmd(x, y, seed=3) == mmd(torch.from_numpy(x), y, seed=3)
    assert mmd(1000 * x, 1000 * y).value == pytest.approx(mmd(x, y).value)


def test_what_it_refuses():
    x = np.random.default_rng(0).normal(size=(50, 4))
    with pytest.raises(DataError, match="all real examples are equal"):
        mmd(np.ones((50, 4)), x)
    with pytest.raises(ConfigError, match="bandwidth of a kernel must be positive"):
        GaussianKernel(bandwidth=0.0)
    with pytest.raises(ConfigError, match="powers"):
        RationalQuadraticKernel(powers=())
    with pytest.raises(ConfigError, match="degree"):
        PolynomialKernel(degree=0)
    with pytest.raises(ConfigError, match="call fit"):
        GaussianKernel()(torch.ones(1, 2), torch.ones(1, 2))
