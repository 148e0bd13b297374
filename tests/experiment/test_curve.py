"""The bound against K: the estimator at each K, nested, and below the truth."""

import pytest
import torch

from elbowroom.errors import ConfigError
from elbowroom.evidence import importance_sampling
from elbowroom.experiment.curve import bound_curve
from tests.linear_gaussian import LinearGaussian, digits


@pytest.fixture(scope="module")
def oracle():
    return LinearGaussian.fitted(digits(), 5).rotated()


@pytest.mark.parametrize("rows", [None, 64])
def test_its_last_point_is_importance_sampling(oracle, rows):
    model, x = oracle.vae(), digits()[:20].float()
    _, bounds = bound_curve(model, x, counts=(10, 100), seed=3, rows=rows)
    direct = importance_sampling(model, x, samples=100, seed=3, rows=rows)
    for name in ("value", "error", "ess", "k"):
        torch.testing.assert_close(bounds[100].per_example[name], direct.per_example[name],
                                   equal_nan=True)  # fmt: skip


def test_points_are_of_the_first_weights_of_one_stream(oracle):
    model, x = oracle.vae(), digits()[:5].float()
    whole = bound_curve(model, x, counts=(7, 50, 400), seed=1)[1]
    alone = bound_curve(model, x, counts=(7, 400), seed=1)[1]
    for count in (7, 400):
        assert (whole[count].per_example["samples"] == count).all()
        assert torch.equal(whole[count].per_example["value"], alone[count].per_example["value"])


def test_it_rises_from_the_bound_to_the_truth(oracle):
    """Oracles 2 and 6: the ELBO is the mean-field gap below log p(x), and bounds only rise."""
    model, x = oracle.vae(), digits()[:150]
    elbo, bounds = bound_curve(model, x.float(), counts=(5, 50, 500, 5000))
    truth = float(oracle.log_evidence(x).mean())
    assert elbo.value == pytest.approx(truth - oracle.mean_field_gap, abs=5 * elbo.mc_error + 1e-3)
    values = [elbo, *bounds.values()]
    for lower, higher in zip(values, values[1:], strict=False):
        assert higher.value > lower.value - 4 * higher.mc_error
    assert bounds[5000].value == pytest.approx(truth, abs=5 * bounds[5000].mc_error + 1e-3)


def test_the_exact_posterior_has_no_curve():
    exact, x = LinearGaussian.fitted(digits(), 5), digits()[:10]
    elbo, bounds = bound_curve(exact.vae(), x.float(), counts=(5, 50))
    truth = float(exact.log_evidence(x).mean())
    for estimate in (elbo, *bounds.values()):
        assert estimate.value == pytest.approx(truth, abs=1e-3)


@pytest.mark.parametrize(
    ("counts", "words"), [((), "at least one number"), ((1, 5), "2 or more, got 1")]
)
def test_bad_counts(oracle, counts, words):
    with pytest.raises(ConfigError, match=words):
        bound_curve(oracle.vae(), digits()[:2].float(), counts=counts)
