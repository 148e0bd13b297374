"""Laws of every method of estimating log p(x), on every model whose log p(x) is known."""

import inspect
import math

import pytest
import torch
from torch import nn

from elbowroom.distributions import Bernoulli, Deterministic
from elbowroom.errors import ConfigError, DataError, IncompatibleError, ShapeError, SupportError
from elbowroom.evidence import METHODS, log_evidence
from tests.cases import IMAGE, examples, small_vae, spread
from tests.evidence.oracles import ORACLES, oracle

FAST = {"annealed": {"steps": 40, "leapfrog": 5}, "elbo": {"samples": 400},
        "adaptive": {"target_error": 0.02}}  # fmt: skip
"""Options that make a test quick; a method that is not named has its defaults."""
BOUNDS = ("elbo",)
"""Methods that are below log p(x) however many samples there are."""
WITHOUT_DENSITY = {"prior-sampling": {}, "annealed": {"start": "prior"}}
"""What works for a model whose posterior has no density, and the options that it takes."""

every = pytest.mark.parametrize("method", METHODS)


def estimate(method, model, x, **options):
    return log_evidence(model, x, method=method, **(FAST.get(method, {}) | options))


@every
@pytest.mark.parametrize("name", ORACLES)
def test_it_agrees_with_the_truth_or_is_below(method, name):
    known = oracle(name)
    found = estimate(method, known.model, known.x)
    truth = float(known.truth.mean())
    assert found.value < truth + 4 * found.mc_error + 2e-3
    if method in BOUNDS:
        return
    columns = found.per_example
    good = columns["flag"] == 0
    off = (columns["value"] - columns["bias"] - known.truth)[good]
    errors = columns["error"][good]
    assert good.any() or method == "prior-sampling"
    # Float32 sums leave some 1e-3; errors are themselves estimates, so single ones are given more.
    assert (off.abs() < 6 * errors + 5e-3).all(), (off / errors).tolist()
    if good.any():
        assert abs(float(off.mean())) < 4 * float(errors.square().sum().sqrt()) / len(off) + 2e-3


@every
def test_rows_are_no_matter(method):
    known = oracle("non-linear 2-D")
    whole = estimate(method, known.model, known.x)
    for rows in (100, 150):
        parted = estimate(method, known.model, known.x, rows=rows)
        assert parted.per_example["value"].shape == known.truth.shape
        error = (whole.per_example["error"] ** 2 + parted.per_example["error"] ** 2).sqrt()
        apart = (whole.per_example["value"] - parted.per_example["value"]).abs()
        assert (apart < 6 * error + 0.02).all()


@every
def test_no_more_codes_are_decoded_at_a_time_than_were_allowed(method, monkeypatch):
    known = oracle("linear")
    decoder, most = known.model.decoder, 0
    forward = type(decoder).forward

    def watched(self, z):
        nonlocal most
        if self is decoder:
            most = max(most, z.numel() // z.shape[-1])
        return forward(self, z)

    monkeypatch.setattr(type(decoder), "forward", watched)
    estimate(method, known.model, known.x.repeat(10, 1), rows=400)
    assert most <= 400


@every
def test_a_seed_repeats_bit_for_bit_and_another_does_not(method):
    known = oracle("non-linear 2-D")
    first, again, other = (
        estimate(method, known.model, known.x, seed=seed).per_example["value"] for seed in (3, 3, 4)
    )
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


@every
@pytest.mark.parametrize("mode", [True, False])
def test_nothing_else_is_touched(method, mode):
    model = small_vae(Bernoulli(IMAGE)).train(mode)
    model.encoder.train(not mode)
    frozen = next(model.decoder.parameters())
    frozen.requires_grad_(False)
    x = examples(model.likelihood, 5).requires_grad_()
    modes = [module.training for module in model.modules()]
    wanted = [parameter.requires_grad for parameter in model.parameters()]
    state = {name: value.clone() for name, value in model.state_dict().items()}
    generator = torch.get_rng_state()
    found = estimate(method, model, x)
    assert torch.equal(torch.get_rng_state(), generator)
    assert [module.training for module in model.modules()] == modes
    assert [parameter.requires_grad for parameter in model.parameters()] == wanted
    assert all(parameter.grad is None for parameter in (*model.parameters(), x))
    assert all(torch.equal(value, state[name]) for name, value in model.state_dict().items())
    assert torch.is_grad_enabled()
    for column in found.per_example.values():
        assert not column.requires_grad and column.shape == (5,)
        assert (column * torch.ones((), requires_grad=True)).requires_grad


@every
def test_an_error_on_the_way_leaves_all_as_it_was(method, monkeypatch):
    model = small_vae(Bernoulli(IMAGE)).train()
    generator = torch.get_rng_state()
    monkeypatch.setattr(model.decoder, "forward", lambda z: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        estimate(method, model, examples(model.likelihood, 3))
    assert model.training and torch.equal(torch.get_rng_state(), generator)
    assert torch.is_grad_enabled()


@every
@pytest.mark.parametrize("rows", [None, 64, 129])
def test_every_example_counts_once_in_its_place(method, rows):
    """A ragged last block, and the order: shuffled examples have their own values, shuffled."""
    known = oracle("linear")
    order = torch.arange(len(known.x)).flip(0)
    found = estimate(method, known.model, known.x[order], rows=rows).per_example
    off = (found["value"] - known.truth[order]).abs()
    assert off.shape == (len(known.x),)
    gap = {"elbo": 0.5, "prior-sampling": 2.5}.get(method, 0.4)
    assert off.max() < gap < (known.truth[order] - known.truth).abs().max()


@every
def test_the_headline_is_the_mean_of_the_examples(method):
    known = oracle("linear")
    found = estimate(method, known.model, known.x)
    assert found.value == pytest.approx(float(found.per_example["value"].mean()))
    assert found.mc_error == pytest.approx(
        float(found.per_example["error"].square().sum().sqrt()) / len(known.x)
    )
    assert found.bits_per_dimension == pytest.approx(-found.value / 8 / math.log(2))
    assert found.data_error > 0 and found.examples == len(known.x)


def test_sampling_from_the_prior_fails_and_says_so():
    """What it is there for: with q = 12 hardly any draw explains an example."""
    from tests.evidence.oracles import linear, simulated

    exact = linear(q=12, size=30, noise=0.3)
    model = exact.vae()
    x = simulated(model)
    found = estimate("prior-sampling", model, x)
    assert found.flagged > 0.9
    assert found.value < float(exact.log_evidence(x.double()).mean()) - 10


@every
@pytest.mark.parametrize(
    ("x", "error", "words"),
    [
        (torch.zeros(0, *IMAGE), DataError, "no examples"),
        (torch.zeros(3, 1, 8, 9), ShapeError, r"\(1, 8, 9\)"),
        (torch.full((3, *IMAGE), float("nan")), DataError, "192 values that are not finite"),
        (torch.full((3, *IMAGE), 0.5), SupportError, "'stochastic-binarise'"),
        (torch.full((3, *IMAGE), -1.0), SupportError, "do not belong"),
    ],
    ids=["no examples", "another shape", "NaN", "grey", "negative"],
)
def test_data_that_do_not_fit_are_refused(method, x, error, words):
    with pytest.raises(error, match=words):
        log_evidence(small_vae(Bernoulli(IMAGE)), x, method=method)


OUT_OF_RANGE = [
    ("samples", 0, "must be 2 or more, got 0"),
    ("samples", 1, "got 1"),
    ("samples", -3, "got -3"),
    ("rows", 0, "rows must be 1 or more, got 0"),
    ("steps", 1, "steps >= 2.*got steps=1"),
    ("steps", 0, "steps=0"),
    ("leapfrog", 0, "leapfrog=0"),
    ("acceptance", 0.0, "acceptance=0"),
    ("acceptance", 1.0, "acceptance=1"),
    ("start", "posteriour", "'prior' or 'posterior', got 'posteriour'"),
    ("spacing", "cubic", "sigmoid, geometric or linear, got 'cubic'"),
    ("target_error", 0, "above 0 nats"),
    ("target_error", -0.1, "above 0 nats.*-0.1"),
    ("target_error", float("nan"), "above 0 nats.*nan"),
    ("target", "median", "'mean' or 'example'.*'median'"),
    ("budget", 10, "budget must be .* got 10"),
    ("budget", 0, "got 0"),
]


@every
@pytest.mark.parametrize(("option", "value", "words"), OUT_OF_RANGE)
def test_an_option_out_of_range_or_of_another_method_is_refused(method, option, value, words):
    if option not in inspect.signature(METHODS[method]).parameters:
        words = f"{method} has no option '{option}'; its options are: .*seed"
    x = torch.zeros(3, *IMAGE)
    with pytest.raises(ConfigError, match=words):
        log_evidence(small_vae(Bernoulli(IMAGE)), x, method=method, **{option: value})


@pytest.mark.parametrize(
    ("method", "options", "words"),
    [
        ("anealed", {}, "no method 'anealed'.*Did you mean 'annealed'"),
        ("importance-sampling", {"sample": 5}, "no option 'sample'.*Did you mean 'samples'"),
        ("adaptive", {"target_eror": 5}, "Did you mean 'target_error'"),
    ],
)
def test_a_word_that_is_not_known_is_answered_with_the_nearest(method, options, words):
    with pytest.raises(ConfigError, match=words):
        log_evidence(small_vae(Bernoulli(IMAGE)), torch.zeros(1, *IMAGE), method=method, **options)


@every
def test_a_posterior_without_a_density_is_refused_by_what_needs_one(method):
    with torch.no_grad():
        model = small_vae(Bernoulli(IMAGE), posterior=Deterministic(2))
    x = examples(model.likelihood, 3)
    options = WITHOUT_DENSITY.get(method)
    if options != {}:  # what works without options need not be refused with none
        with pytest.raises(IncompatibleError, match="no density"):
            estimate(method, model, x)
    if options is not None:
        found = estimate(method, model, x, **options)
        dense = small_vae(Bernoulli(IMAGE))
        dense.decoder.load_state_dict(model.decoder.state_dict())
        truth = log_evidence(dense, x, method="importance-sampling", samples=4000)
        assert abs(found.value - truth.value) < 5 * (found.mc_error + truth.mc_error) + 0.01


@every
def test_batch_norm_and_dropout_do_not_make_it_depend_on_the_block(method):
    model = small_vae(Bernoulli((6,)))
    spread(model, 2.0)
    noisy = nn.Sequential(*model.decoder.network.body, nn.BatchNorm1d(6), nn.Dropout(0.5))
    model.decoder.network.body = noisy
    model.train()
    x = examples(model.likelihood, 7)
    first, again = (estimate(method, model, x).value for _ in range(2))
    assert first == again and math.isfinite(first)
