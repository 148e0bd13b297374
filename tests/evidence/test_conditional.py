"""Evidence of conditional models: each example goes with its own condition, however it is cut."""

import pytest
import torch

from elbowroom.errors import IncompatibleError, ShapeError
from elbowroom.evidence import METHODS, inference_gap, log_evidence, lower_bound, rate_parts
from elbowroom.experiment.curve import bound_curve
from elbowroom.metrics import posterior_means, prior_holes, rate_per_unit
from tests.evidence.test_methods import FAST
from tests.linear_conditional import LinearConditional

EXACT = LinearConditional.random()
Y, X = EXACT.simulated(23)
MODEL = EXACT.vae()
BOUND = MODEL.given(Y)
TRUTH = EXACT.log_evidence(X, Y)
ORDER = torch.randperm(23, generator=torch.Generator().manual_seed(0))[:17]
CLOSE = {"elbo": 1.0, "prior-sampling": 3.5}
"""How far a method may be off on an example, in nats; 0.4 for the others."""


def test_the_oracle_can_tell_wrong_conditions_from_right():
    assert (EXACT.log_evidence(X, Y.roll(1, 0)) - TRUTH).abs().median() > 5


@pytest.mark.parametrize("rows", [None, 70, 131])
@pytest.mark.parametrize("method", METHODS)
def test_shuffled_subsets_have_their_own_values_in_chunks_of_any_size(method, rows):
    options = FAST.get(method, {})
    found = log_evidence(MODEL.given(Y[ORDER]), X[ORDER], method=method, rows=rows, **options)
    off = found.per_example["value"] - TRUTH[ORDER]
    assert off.abs().max() < CLOSE.get(method, 0.4)
    part = log_evidence(BOUND.at(ORDER), X[ORDER], method=method, rows=rows, **options)
    assert torch.equal(part.per_example["value"], found.per_example["value"])


@pytest.mark.parametrize("target", ["mean", "example"])
@pytest.mark.parametrize("wider", [0.3, 3.0])
def test_from_a_bad_encoder_examples_are_fitted_become_fewer_and_are_right(wider, target):
    model = EXACT.vae(wider).given(Y)
    found = log_evidence(model, X, target_error=0.03, target=target, rows=300)
    off = (found.per_example["value"] - TRUTH).abs()
    assert off.max() < 0.4 and abs(found.value - float(TRUTH.mean())) < 0.1
    assert found.taken["fitted"] > 0


def test_annealed_in_the_end_it_is_as_right_as_a_model_without_conditions():
    """From a hopeless encoder; it says itself that the budget ends before the target."""
    options = {"target_error": 0.03, "rows": 300}
    y, x = Y[:7], X[:7]
    found = log_evidence(EXACT.vae(6.0).given(y), x, **options)
    moved = (x.double() - y.double() @ EXACT.effects.T).float()
    without = log_evidence(EXACT.plain.vae(6.0), moved, **options)
    assert found.taken["annealed"] == without.taken["annealed"] > 0
    apart = found.per_example["value"] - without.per_example["value"]
    assert apart.abs().max() < 0.5


def test_the_bound_its_curve_and_its_gap_are_those_of_the_examples():
    gap = EXACT.vae(1.0).given(Y)
    found = inference_gap(gap, X, samples=400, steps=100, rows=900)
    expected = EXACT.plain.mean_field_gap
    assert abs(found.total.value - expected) < 0.05
    assert abs(found.amortisation.value) < 0.03
    assert (found.evidence.per_example["value"] - TRUTH).abs().max() < 0.3
    elbo, bounds = bound_curve(BOUND, X, counts=(5, 200), rows=1000)
    assert elbo.value < bounds[5].value < bounds[200].value < float(TRUTH.mean()) + 0.05
    assert (bounds[200].per_example["value"] - TRUTH).abs().max() < 0.6
    assert abs(lower_bound(BOUND, X, samples=200, rows=900)["elbo"].value - elbo.value) < 0.1


def test_codes_rates_and_mixtures_are_those_of_the_examples():
    order = torch.randperm(23, generator=torch.Generator().manual_seed(1))
    means = posterior_means(BOUND, X, batch_size=7)
    with torch.no_grad():
        torch.testing.assert_close(means, BOUND.encoder(X).mean)
    torch.testing.assert_close(posterior_means(BOUND.at(order), X[order]), means[order])
    rates = rate_per_unit(BOUND, X, batch_size=16)
    torch.testing.assert_close(rate_per_unit(BOUND.at(order), X[order]), rates)
    assert (posterior_means(MODEL.given(Y.roll(1, 0)), X) - means).abs().max() > 0.5
    parts = rate_parts(BOUND, X, samples=50)
    assert parts.rate.value == pytest.approx(float(rates.sum()), abs=4 * parts.rate.mc_error)
    assert prior_holes(BOUND, X, samples=100).population == 12


def test_a_condition_that_is_always_the_same_is_none():
    """With y = 0 the model is the unconditional one, draw for draw."""
    plain = EXACT.plain.vae(1.15)
    for method in METHODS:
        options = FAST.get(method, {})
        given = log_evidence(MODEL.given(torch.zeros(23, 2)), X, method=method, **options)
        without = log_evidence(plain, X, method=method, **options)
        torch.testing.assert_close(
            given.per_example["value"], without.per_example["value"], rtol=1e-3, atol=2e-2
        )


@pytest.mark.parametrize("method", METHODS)
def test_a_model_that_is_bound_to_other_examples_is_refused(method):
    with pytest.raises(ShapeError, match="conditions of 23 examples, and there are 20"):
        log_evidence(BOUND, X[:20], method=method)
    with pytest.raises(IncompatibleError, match=r"model\.given\(y\)"):
        log_evidence(MODEL, X, method=method)


def test_held_out_examples_of_a_conditional_model_are_refused():
    with pytest.raises(IncompatibleError, match="leave held_out away"):
        prior_holes(BOUND, X, held_out=X, samples=100)
