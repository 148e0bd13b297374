"""The two parts of the gap against a model where both are known in closed form."""

from math import log

import pytest
import torch

from elbowroom.distributions import Bernoulli, Deterministic
from elbowroom.errors import ConfigError, IncompatibleError, ShapeError, SupportError
from elbowroom.evidence import (
    AtPosterior,
    Estimate,
    best_posterior,
    importance_sampling,
    inference_gap,
)
from tests.cases import IMAGE, LIKELIHOODS, examples, small_vae, spread
from tests.every_model import STAR, VAES
from tests.linear_gaussian import LinearGaussian, digits

SIZES = (2, 5, 10, 20)


def exact(oracle: LinearGaussian, x: torch.Tensor) -> Estimate:
    return Estimate.over(oracle.log_evidence(x), method="closed form", samples=1, seed=0)


def biased(model, shift: float):
    """Move the encoder's means by a constant in every unit."""
    q = model.latent
    with torch.no_grad():
        model.encoder.network.body[-1].bias[:q] += shift
    return model


@pytest.mark.parametrize(("q", "wider"), [(2, 1.5), (5, 1.0), (5, 0.7), (10, 1.5), (20, 1.0),
                                          (20, 0.7)])  # fmt: skip
def test_each_part_is_its_closed_form(q, wider):
    """KL(q* || posterior) for the family, and the KLs' difference for scales that are too wide."""
    x, oracle = digits()[:25], LinearGaussian.fitted(digits(), q).rotated()
    gap = inference_gap(oracle.vae(wider), x.float(), evidence=exact(oracle, x), samples=1000)
    own = q * ((wider**2 - 1) / 2 - log(wider))
    family, amortisation = gap.family, gap.amortisation
    assert abs(family.value - oracle.mean_field_gap) < 0.02 + 3 * family.mc_error
    assert abs(amortisation.value - own) < 0.02 + 3 * amortisation.mc_error
    assert abs(gap.total.value - oracle.mean_field_gap - own) < 4 * gap.total.mc_error + 2e-3
    assert family.mc_error < 0.03
    assert gap.converged == 1.0


def test_means_that_are_moved_cost_their_closed_form():
    """sum_i L_ii shift^2 / 2 + the off-diagonal terms: shift' L shift / 2."""
    x, oracle = digits()[:25], LinearGaussian.fitted(digits(), 5).rotated()
    shift = 0.3
    own = 0.5 * shift**2 * float(oracle.precision.sum())
    model = biased(oracle.vae(), shift)
    gap = inference_gap(model, x.float(), evidence=exact(oracle, x), samples=300)
    assert gap.family.value == pytest.approx(oracle.mean_field_gap, abs=0.02)
    assert gap.amortisation.value == pytest.approx(own, rel=0.02)


@pytest.mark.parametrize("q", SIZES)
def test_an_encoder_that_is_the_best_has_no_amortisation_gap(q):
    oracle = LinearGaussian.fitted(digits(), q)
    gap = inference_gap(oracle.vae(), digits()[:25].float(), samples=100)
    # Where a search found what noise calls better, it differs by next to nothing.
    assert abs(gap.amortisation.value) < 5e-3
    assert abs(gap.family.value) < 5e-3
    assert gap.family.mc_error < 1e-3


@pytest.mark.parametrize("q", [2, 5])
def test_the_evidence_it_samples_itself_is_right(q):
    x, oracle = digits()[:25], LinearGaussian.fitted(digits(), q).rotated()
    gap = inference_gap(oracle.vae(1.5), x.float(), samples=500)
    truth = float(oracle.log_evidence(x).mean())
    assert gap.evidence.value == pytest.approx(truth, abs=4 * gap.evidence.mc_error + 0.01)
    assert gap.total.bias == pytest.approx(gap.evidence.bias) and gap.total.bias < 0
    assert gap.evidence.flagged is not None


@pytest.mark.parametrize(("likelihood", "name"), STAR)
def test_for_everything_that_has_a_density_no_example_gets_worse(likelihood, name):
    family = LIKELIHOODS[likelihood](IMAGE).eval()
    model = VAES[name](family)
    spread(model, 2.0)
    gap = inference_gap(model, examples(family, 6), samples=60, steps=25)
    own, error = (gap.amortisation.per_example[n] for n in ("value", "error"))
    assert (own >= -4 * error - 1e-6).all()
    assert gap.amortisation.value > 0
    parts = gap.family.per_example["value"] + own
    torch.testing.assert_close(gap.total.per_example["value"], parts)


def test_the_parts_add_up_and_common_noise_makes_the_difference_sharp():
    oracle = LinearGaussian.fitted(digits(), 5).rotated()
    gap = inference_gap(oracle.vae(1.1), digits()[:40].float(), samples=100)
    assert gap.total.value == pytest.approx(gap.family.value + gap.amortisation.value)
    apart = (gap.elbo.mc_error**2 + gap.best_elbo.mc_error**2) ** 0.5
    assert gap.amortisation.mc_error < apart / 1.5


@pytest.mark.parametrize("rows", [300, 100_000])
def test_chunks_are_no_matter(rows):
    """Each example is optimised alone, and paired with its own evidence."""
    oracle = LinearGaussian.fitted(digits(), 2).rotated()
    x = digits()[:23]
    gap = inference_gap(oracle.vae(1.4), x.float(), samples=150, rows=rows, steps=100)
    own = gap.evidence.per_example["value"]
    error = 5 * gap.evidence.per_example["error"] + 0.05
    assert ((own - oracle.log_evidence(x)).abs() < error).all()
    assert gap.amortisation.value == pytest.approx(2 * (0.48 - log(1.4)), abs=0.06)


def test_a_search_that_was_cut_short_says_so():
    oracle = LinearGaussian.fitted(digits(), 5)
    gap = inference_gap(oracle.vae(2.5), digits()[:9].float(), samples=50, steps=20)
    assert (gap.steps, gap.converged) == (20, 0.0)
    assert "after 20 steps, 0% converged" in repr(gap)
    assert 0 < gap.amortisation.value < 5 * (2.5**2 / 2 - 0.5 - log(2.5)) - 0.5


def test_all_is_left_as_it_was_and_a_seed_repeats():
    model = small_vae(Bernoulli(IMAGE)).train()
    x = examples(model.likelihood, 5)
    generator, state = torch.get_rng_state(), {k: v.clone() for k, v in model.state_dict().items()}
    one, again, other = (inference_gap(model, x, samples=20, steps=50, seed=s) for s in (1, 1, 2))
    assert one.total.value == again.total.value != other.total.value
    assert torch.equal(torch.get_rng_state(), generator) and model.training
    assert all(torch.equal(v, state[k]) for k, v in model.state_dict().items())
    assert all(p.grad is None and p.requires_grad for p in model.parameters())
    assert not best_posterior(model, x, steps=25).raw.requires_grad


def test_it_reads_and_is_written_as_plain_values():
    import json

    model = small_vae(Bernoulli(IMAGE))
    gap = inference_gap(model, examples(model.likelihood, 5), samples=20, steps=25, seed=7)
    written = json.loads(json.dumps(gap.to_dict()))
    assert written["family"]["value"] == gap.family.value
    assert written["amortisation"]["units"] == "nats" and written["total"]["seed"] == 7
    for word in ("total", "family", "amortisation", "5 examples", "seed 7", "converged"):
        assert word in repr(gap)


def test_better_posteriors_serve_any_evaluation_of_their_examples_only():
    oracle = LinearGaussian.fitted(digits(), 5)
    x = digits()[:12].float()
    model = oracle.vae(2.0)
    better = AtPosterior(model, best_posterior(model, x).raw)
    before = importance_sampling(model, x, samples=300)
    after = importance_sampling(better, x, samples=300, rows=10_000)
    assert after.mc_error < before.mc_error / 5
    z = torch.zeros(1, 12, 5)
    torch.testing.assert_close(better(x, given=z).log_px, model(x, given=z).log_px)
    with pytest.raises(ShapeError, match="posteriors of 12 examples, x holds 3"):
        better(x[:3])


@pytest.mark.parametrize(
    ("mend", "error", "words"),
    [
        ({"samples": 1}, ConfigError, "got 1"),
        ({"steps": 0}, ConfigError, "steps must be 1 or more, got 0"),
        ({"x": torch.full((3, *IMAGE), 0.5)}, SupportError, "binarise"),
        ({"model": small_vae(Bernoulli(IMAGE), posterior=Deterministic(2))}, IncompatibleError,
         "no density"),
        ({"evidence": Estimate.over(torch.zeros(4), method="m", samples=1, seed=0)}, ShapeError,
         "of 4 examples and x holds 3"),
    ],
    ids=str,
)  # fmt: skip
def test_what_makes_no_sense_is_refused(mend, error, words):
    given = {"model": small_vae(Bernoulli(IMAGE)), "x": torch.zeros(3, *IMAGE)} | mend
    with pytest.raises(error, match=words):
        inference_gap(given.pop("model"), given.pop("x"), **given)
