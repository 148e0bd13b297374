"""Laws of every evaluation: each example counts once, nothing else is touched, a seed repeats."""

import math

import pytest
import torch

from elbowroom.distributions import Bernoulli, Deterministic, Gaussian, OptimalGaussian
from elbowroom.errors import ConfigError, DataError, IncompatibleError, ShapeError, SupportError
from elbowroom.evidence import Estimate, importance_sampling, lower_bound
from tests.cases import IMAGE, LIKELIHOODS, examples, small_vae, spread
from tests.every_model import STAR, VAES


def the_bound(model, x, **options) -> Estimate:
    return lower_bound(model, x, **options)["elbo"]


EVALUATIONS = {"importance": importance_sampling, "bound": the_bound}
every = pytest.mark.parametrize("evaluate", EVALUATIONS.values(), ids=EVALUATIONS)


@pytest.fixture
def model():
    one = small_vae(Bernoulli(IMAGE))
    spread(one, 2.0)
    return one


@pytest.fixture
def x(model):
    return examples(model.likelihood, 23)


@every
@pytest.mark.parametrize(("likelihood", "name"), STAR)
def test_it_is_finite_for_everything_that_has_a_density(evaluate, likelihood, name):
    family = LIKELIHOODS[likelihood](IMAGE)
    model = VAES[name](family)
    estimate = evaluate(model, examples(family, 9), samples=40)
    for number in (estimate.value, estimate.data_error, estimate.mc_error, estimate.bias):
        assert math.isfinite(number)
    assert estimate.bits_per_dimension == pytest.approx(-estimate.value / 64 / math.log(2))
    assert (estimate.examples, estimate.samples, estimate.units) == (9, 40, "nats")


@every
@pytest.mark.parametrize("rows", [1, 7, 23, 24, 100, 10_000])
@pytest.mark.parametrize("samples", [2, 5, 23, 150])
def test_every_example_counts_once_however_they_are_chunked(evaluate, model, x, rows, samples):
    """K below, at and above the batch, and no multiple of it; a ragged last chunk."""
    estimate = evaluate(model, x, samples=samples, rows=rows)
    assert estimate.per_example["value"].shape == (23,)
    truth = evaluate(model, x, samples=4000, seed=5).per_example["value"]
    mine, error = estimate.per_example["value"], estimate.per_example["error"]
    if evaluate is importance_sampling:
        mine = mine - estimate.per_example["bias"]
    if samples >= 100:
        assert ((mine - truth).abs() < 6 * error + 0.3).all()
    assert estimate.value == pytest.approx(estimate.per_example["value"].mean().item())


@every
@pytest.mark.parametrize("rows", [5, 50, 10_000])
def test_an_example_is_scored_as_itself(evaluate, rows):
    """The order of the results is that of the examples: unlike ones stay apart."""
    model = small_vae(Gaussian(IMAGE))
    x = torch.arange(9.0)[:, None, None, None].expand(9, *IMAGE)
    values = evaluate(model, x, samples=20, rows=rows).per_example["value"]
    assert values.tolist() == sorted(values.tolist(), reverse=True)


@pytest.mark.parametrize("rows", [1, 10, 1000])
def test_all_samples_asked_for_are_drawn(model, x, rows, monkeypatch):
    drawn = torch.zeros(23, dtype=torch.long)
    forward = type(model).forward

    def counted(self, part, samples=1, given=None):
        at = next(i for i in range(23) if torch.equal(x[i], part[0]))
        drawn[at : at + len(part)] += samples
        return forward(self, part, samples, given)

    monkeypatch.setattr(type(model), "forward", counted)
    importance_sampling(model, x, samples=37, rows=rows)
    assert (drawn == 37).all()


def test_the_evidence_of_a_model_that_ignores_its_code_holds_all_constants():
    """With a decoder without weights log p(x) is the likelihood's, for any posterior."""
    for name, build in LIKELIHOODS.items():
        family = build(IMAGE).eval()
        model = small_vae(family)
        spread(model.decoder, 0.0)
        x = examples(family, 6)
        exact = model.decoder(torch.zeros(6, 2)).log_prob(x).detach().double()
        estimate = importance_sampling(model, x, samples=2000)
        error = 5 * estimate.per_example["error"] + 1e-3
        assert ((estimate.per_example["value"] - exact).abs() < error).all(), name


def test_the_mean_is_over_examples_and_not_over_batches(model):
    """9 + 9 + 1 examples: a mean of batch means would count the last one nine times."""
    x = torch.zeros(19, *IMAGE)
    x[18] = 1
    estimate = importance_sampling(model, x, samples=10, rows=90)
    values = estimate.per_example["value"]
    batches = torch.stack([part.mean() for part in values.split(9)])
    assert estimate.value == pytest.approx(values.mean().item())
    assert abs(estimate.value - batches.mean().item()) > 0.01


@every
def test_a_seed_repeats_and_another_does_not(evaluate, model, x):
    first, again, other = (evaluate(model, x, samples=20, seed=s).value for s in (3, 3, 4))
    assert first == again != other


@every
@pytest.mark.parametrize("mode", [True, False])
def test_the_random_state_and_every_mode_are_left_as_they_were(evaluate, mode):
    model = small_vae(OptimalGaussian(IMAGE)).train(mode)
    model.encoder.train(not mode)  # a person may have frozen a part
    modes = [module.training for module in model.modules()]
    state = {name: value.clone() for name, value in model.state_dict().items()}
    generator = torch.get_rng_state()
    evaluate(model, examples(model.likelihood, 5), samples=10)
    assert torch.equal(torch.get_rng_state(), generator)
    assert [module.training for module in model.modules()] == modes
    assert all(torch.equal(value, state[name]) for name, value in model.state_dict().items())


@every
def test_an_error_on_the_way_leaves_all_as_it_was(evaluate, model, x, monkeypatch):
    generator = torch.get_rng_state()
    monkeypatch.setattr(model.decoder, "forward", lambda z: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        evaluate(model.train(), x, samples=10)
    assert model.training and torch.equal(torch.get_rng_state(), generator)


@every
def test_results_hold_no_graph_and_can_be_computed_with(evaluate, model, x):
    estimate = evaluate(model, x.requires_grad_(), samples=10)
    for value in estimate.per_example.values():
        assert not value.requires_grad
        assert (value * torch.ones((), requires_grad=True)).requires_grad
    assert all(parameter.grad is None for parameter in model.parameters())


@every
@pytest.mark.parametrize(
    ("mend", "error", "words"),
    [
        ({"samples": 0}, ConfigError, "must be 2 or more, got 0"),
        ({"samples": 1}, ConfigError, "got 1"),
        ({"samples": -3}, ConfigError, "got -3"),
        ({"rows": 0}, ConfigError, "rows must be 1 or more, got 0"),
        ({"rows": -5}, ConfigError, "rows must be 1 or more, got -5"),
        ({"x": torch.zeros(0, *IMAGE)}, DataError, "no examples"),
        ({"x": torch.zeros(3, 1, 8, 9)}, ShapeError, r"\(1, 8, 9\)"),
        ({"x": torch.full((3, *IMAGE), float("nan"))}, DataError, "192 values that are not finite"),
        ({"x": torch.full((3, *IMAGE), 0.5)}, SupportError, "'stochastic-binarise'"),
        ({"model": small_vae(Bernoulli(IMAGE), posterior=Deterministic(2))}, IncompatibleError,
         "no density"),
    ],
    ids=["no samples", "one sample", "negative samples", "no rows", "negative rows", "no examples",
         "another shape", "NaN", "outside", "no density"],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(evaluate, model, x, mend, error, words):
    given = {"model": model, "x": x, "samples": 10} | mend
    with pytest.raises(error, match=words):
        evaluate(given.pop("model"), given.pop("x"), **given)


def test_errors_add_in_squares_and_data_error_is_that_of_a_mean():
    values = torch.tensor([1.0, 2.0, 6.0])
    estimate = Estimate.over(values, errors=torch.tensor([0.3, 0.0, 0.4]),
                             biases=torch.tensor([-0.3, 0.0, 0.0]), method="m", samples=9,
                             seed=0, dimensions=2)  # fmt: skip
    assert estimate.value == pytest.approx(3.0)
    assert estimate.data_error == pytest.approx(7**0.5 / 3**0.5)
    assert estimate.mc_error == pytest.approx(0.5 / 3)
    assert estimate.bias == pytest.approx(-0.1)
    assert estimate.bits_per_dimension == pytest.approx(-3 / 2 / math.log(2))


def test_one_example_has_no_data_error():
    estimate = Estimate.over(torch.tensor([1.0]), method="m", samples=9, seed=0)
    assert math.isnan(estimate.data_error) and estimate.value == 1.0
    assert "1 example" in repr(estimate)


def test_the_flagged_share_counts_large_and_unknown_shapes():
    k = torch.tensor([0.2, 0.9, float("nan"), float("-inf")])
    estimate = Estimate.over(torch.zeros(4), method="m", samples=1000, seed=0, more={"k": k})
    assert estimate.flagged == 0.5
    assert "50% flagged" in repr(estimate)
    assert Estimate.over(torch.zeros(4), method="m", samples=1000, seed=0).flagged is None


def test_it_is_written_as_plain_values(model, x):
    import json

    estimate = importance_sampling(model, x, samples=30)
    written = json.loads(json.dumps(estimate.to_dict()))
    assert written["value"] == estimate.value and written["samples"] == 30
