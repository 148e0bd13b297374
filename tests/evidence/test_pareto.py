"""The tail shape of weights, on samples whose shape is known."""

import numpy as np
import pytest
import torch
from scipy import stats

from elbowroom.evidence import RunningWeights, pareto_k, threshold
from elbowroom.evidence.pareto import tail_length


def fitted(log_w: np.ndarray) -> np.ndarray:
    samples = len(log_w)
    largest = torch.as_tensor(log_w).topk(tail_length(samples) + 1, 0).values
    return pareto_k(largest, samples).numpy()


@pytest.mark.parametrize("k", [0.1, 0.3, 0.5, 0.7, 1.0, 1.5])
def test_a_generalised_pareto_tail_has_its_shape(k):
    weights = stats.genpareto.rvs(k, size=(20_000, 40), random_state=0)
    estimates = fitted(np.log(weights))
    # The prior pulls towards 1/2 with the strength of 10 weights.
    tail = tail_length(20_000)
    expected = (k * tail + 5) / (tail + 10)
    assert abs(estimates.mean() - expected) < 4 * estimates.std() / 40**0.5 + 0.02
    assert estimates.std() < 1.6 * (1 + k) / tail**0.5


@pytest.mark.parametrize("k", [0.2, 0.7])
def test_it_agrees_with_scipys_maximum_likelihood(k):
    weights = np.sort(stats.genpareto.rvs(k, size=20_000, random_state=1))
    tail = tail_length(20_000)
    excess = weights[-tail:] - weights[-tail - 1]
    by_scipy, *_ = stats.genpareto.fit(excess, floc=0)
    (mine,) = fitted(np.log(weights)[:, None])
    assert mine == pytest.approx((by_scipy * tail + 5) / (tail + 10), abs=0.05)


def test_it_agrees_with_arviz():
    arviz_stats = pytest.importorskip("arviz_stats")
    rng = np.random.default_rng(0)
    for spread in (0.5, 1.0, 2.0):
        log_w = spread * rng.standard_normal(4000)
        _, theirs = arviz_stats.base.array_stats.psislw(-log_w)
        (mine,) = fitted(log_w[:, None])
        assert mine == pytest.approx(float(theirs), abs=0.01)


@pytest.mark.parametrize(("precision", "k"), [(1.25, 0.2), (2.0, 0.5), (4.0, 0.66)])
def test_a_normal_proposal_that_is_too_narrow_has_its_known_shape(precision, k):
    """Target N(0, 1), proposal N(0, 1/P): k = 1 - 1/P, which finite samples shrink (0.75: 0.66)."""
    z = torch.randn(5000, 200, dtype=torch.float64) / precision**0.5
    log_w = -0.5 * z.square() + 0.5 * precision * z.square()
    assert fitted(log_w.numpy()).mean() == pytest.approx(k, abs=0.06)


@pytest.mark.parametrize("precision", [0.8, 1.25, 1.6])
def test_the_effective_sample_size_of_a_normal_proposal_is_the_closed_form(precision):
    z = torch.randn(5000, 200, dtype=torch.float64) / precision**0.5
    weights = RunningWeights(5000, 200)
    weights.add(-0.5 * z.square() + 0.5 * precision * z.square())
    share = weights.summary().ess / 5000
    exact = precision**0.5 * (2 - precision) ** 0.5
    assert share.mean().item() == pytest.approx(exact, abs=0.02)


def test_a_constant_factor_and_the_order_are_no_matter():
    log_w = 2 * torch.randn(3000, 5, dtype=torch.float64)
    shuffled = log_w[torch.randperm(3000)]
    np.testing.assert_allclose(fitted(log_w.numpy()), fitted(shuffled.numpy() - 4321.0), rtol=1e-6)


def test_bounded_weights_have_a_negative_shape():
    assert (fitted(np.log(np.random.default_rng(0).uniform(1, 2, (5000, 10)))) < 0.1).all()


def test_rounding_is_no_tail():
    """Equal weights as a model in float32 returns them: off by some last digits of log p(x)."""
    noise = np.random.default_rng(0).standard_cauchy((1000, 20)).round().clip(-50, 50)
    assert (fitted(-300.0 + 3e-5 * noise) == -np.inf).all()
    assert (fitted(-300.0 + 0.1 * noise) > 0.3).all()


@pytest.mark.parametrize("samples", [2, 10, 24])
def test_too_few_weights_have_no_shape(samples):
    assert np.isnan(fitted(np.random.default_rng(0).normal(size=(samples, 3)))).all()


def test_the_threshold_rises_with_the_samples_and_never_above_seven_tenths():
    values = [threshold(k) for k in (2, 10, 20, 100, 1000, 10_000, 10**7)]
    assert values == sorted(values) and values[0] == 0 and values[-1] == 0.7
    assert threshold(100) == pytest.approx(0.5)
