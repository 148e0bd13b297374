"""The evaluators against a model whose log p(x) is known exactly."""

import pytest
import torch

from elbowroom.evidence import importance_sampling, lower_bound
from tests.linear_gaussian import MAXIMUM, LinearGaussian, digits

SIZES = (2, 5, 10)
every = pytest.mark.parametrize("q", SIZES)


@pytest.fixture(scope="module")
def x():
    return digits()


@pytest.mark.parametrize("q", MAXIMUM)
def test_the_oracle_is_the_published_one(x, q):
    fitted = LinearGaussian.fitted(x, q)
    assert float(fitted.log_evidence(x).mean()) == pytest.approx(MAXIMUM[q], abs=1e-4)


@every
@pytest.mark.parametrize("wider", [1.0, 1.2])
def test_importance_sampling_is_within_a_hundredth(x, q, wider):
    fitted = LinearGaussian.fitted(x, q)
    estimate = importance_sampling(fitted.vae(wider), x.float(), samples=500)
    assert estimate.value == pytest.approx(MAXIMUM[q], abs=0.01)
    errors = estimate.per_example["value"] - fitted.log_evidence(x)
    assert errors.abs().max() < 0.5
    assert estimate.flagged < 0.01
    assert estimate.data_error == pytest.approx(float(fitted.log_evidence(x).std()) / 1797**0.5,
                                                rel=0.01)  # fmt: skip


@every
def test_with_the_exact_posterior_the_bound_is_the_evidence_without_variance(x, q):
    fitted = LinearGaussian.fitted(x, q)
    model, some = fitted.vae(), x[:300].float()
    truth = fitted.log_evidence(x[:300])
    with torch.no_grad():
        log_w = model(some, samples=5).log_w.double()
    # Sums over 64 pixels in float32 leave some 1e-5 of noise.
    assert (log_w - truth).abs().max() < 2e-3
    for samples in (2, 5, 50):
        value = importance_sampling(model, some, samples=samples).value
        assert value == pytest.approx(float(truth.mean()), abs=1e-3)
    bound = lower_bound(model, some, samples=64)
    assert abs(bound["elbo"].value - float(truth.mean())) < 4 * bound["elbo"].mc_error + 1e-3
    assert bound["rate"].mc_error == 0


@every
def test_the_bound_is_below_by_the_mean_field_gap(x, q):
    rotated = LinearGaussian.fitted(x, q).rotated()
    assert rotated.mean_field_gap > 5e-4
    bound = lower_bound(rotated.vae(), x.float(), samples=100)["elbo"]
    expected = MAXIMUM[q] - rotated.mean_field_gap
    assert abs(bound.value - expected) < 4 * bound.mc_error + 1e-3
    assert bound.mc_error < 0.02


@every
def test_importance_sampling_closes_the_gap(x, q):
    rotated = LinearGaussian.fitted(x, q).rotated()
    estimate = importance_sampling(rotated.vae(), x[:400].float(), samples=2000)
    truth = float(rotated.log_evidence(x[:400]).mean())
    assert abs(estimate.value - estimate.bias - truth) < 4 * estimate.mc_error + 2e-3


def test_the_bound_rises_with_the_number_of_samples(x):
    rotated = LinearGaussian.fitted(x, 10).rotated()
    some, truth = x[:200].float(), rotated.log_evidence(x[:200])
    with torch.no_grad():
        log_w = rotated.vae()(some, samples=640).log_w.double()
    bounds = []
    for k in (1, 2, 8, 64, 640):
        groups = log_w.reshape(640 // k, k, 200)
        bounds.append(float((groups.logsumexp(1) - torch.tensor(k).log()).mean()))
    assert bounds == sorted(bounds), bounds
    assert bounds[0] < truth.mean() - 0.5 * rotated.mean_field_gap
    assert bounds[-1] == pytest.approx(float(truth.mean()), abs=0.05)


def test_the_rate_and_the_distortion_are_the_closed_forms(x):
    fitted = LinearGaussian.fitted(x, 5)
    bound = lower_bound(fitted.vae(), x.float(), samples=200)
    precision = fitted.precision.diagonal()
    means = (x - fitted.mean) @ fitted.weights / fitted.variance / precision
    rate = 0.5 * (means.square().sum(1) + (1 / precision - 1 + precision.log()).sum()).mean()
    assert bound["rate"].value == pytest.approx(float(rate), rel=1e-4)
    assert abs(bound["distortion"].value + MAXIMUM[5] + rate) < (
        4 * bound["distortion"].mc_error + 1e-3
    )


@pytest.mark.parametrize(("wider", "flagged"), [(1.0, False), (0.4, True)])
def test_a_proposal_that_is_too_narrow_is_flagged(x, wider, flagged):
    model = LinearGaussian.fitted(x, 5).vae(wider)
    estimate = importance_sampling(model, x[:200].float(), samples=1000)
    assert (estimate.flagged > 0.9) == flagged
    assert (estimate.flagged < 0.1) == (not flagged)


@pytest.mark.parametrize(("q", "wider"), [(2, 1.0), (5, 1.15), (10, 1.15)])
def test_intervals_cover_the_truth(x, q, wider):
    """200 repetitions: the stated 95 % intervals cover 90 to 99 % of the time."""
    rotated = LinearGaussian.fitted(x, q).rotated()
    model, some = rotated.vae(wider), x[:25].float()
    truth = float(rotated.log_evidence(x[:25]).mean())
    covered = 0
    for seed in range(200):
        one = importance_sampling(model, some, samples=250, seed=seed)
        covered += abs(one.value - one.bias - truth) < 1.96 * one.mc_error
    assert 180 <= covered <= 198, covered


def test_intervals_of_the_bound_cover_the_truth(x):
    rotated = LinearGaussian.fitted(x, 5).rotated()
    model, some = rotated.vae(), x[:25].float()
    truth = lower_bound(model, some, samples=100_000, seed=999)["elbo"].value
    covered = 0
    for seed in range(200):
        one = lower_bound(model, some, samples=50, seed=seed)["elbo"]
        covered += abs(one.value - truth) < 1.96 * one.mc_error
    assert 180 <= covered <= 198, covered
