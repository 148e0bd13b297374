"""Costs that keep the rate at or above a target: capacity and free bits."""

import pytest
import torch

from elbowroom.distributions import Bernoulli
from elbowroom.distributions.posteriors.full_gaussian import FullGaussian
from elbowroom.errors import ConfigError, IncompatibleError
from elbowroom.objectives import Capacity, FreeBits, Warmup, at_final_weights, capacity, tick
from elbowroom.objectives import free_bits as free_bits_recipe
from tests.cases import examples, small_vae, spread
from tests.evidence.two_levels import TwoLevels


@pytest.fixture
def model():
    built = small_vae(Bernoulli((6,)), latent=4)
    spread(built, 2.0)
    return built


@pytest.fixture
def x(model):
    return examples(model.likelihood, 9)


def encoder_gradient(model, value) -> torch.Tensor:
    model.zero_grad()
    value.backward()
    return torch.cat([p.grad.flatten() for p in model.encoder.parameters()])


@pytest.mark.parametrize("above", [True, False])
def test_capacity_pulls_the_mean_rate_towards_its_target(model, x, above):
    trace = model(x, 2)
    rate = trace.rate.mean().detach()
    target = float(rate) + (-0.4 if above else 0.7)
    cost = Capacity(30.0, target)(model, trace)
    torch.testing.assert_close(cost.value.item(), 30 * (0.4 if above else 0.7), rtol=1e-4, atol=0)
    pull = encoder_gradient(model, cost.value)
    plain = encoder_gradient(model, model(x, 2).rate.mean())
    torch.testing.assert_close(pull, (30.0 if above else -30.0) * plain)
    torch.testing.assert_close(cost.logs["rate"], rate)


def test_it_is_the_mean_rate_that_meets_the_capacity_not_each_example(model, x):
    trace = model(x)
    assert trace.rate.std() > 0.01
    cost = Capacity(30.0, trace.rate.mean().item())(model, trace)
    assert cost.value < 1e-3


def test_the_capacity_grows_and_validation_takes_the_last(model, x):
    objective = capacity(nats=8.0, epochs=4)
    seen = []
    for epoch in (0.0, 1.0, 4.0, 9.0):
        tick(objective, epoch)
        seen.append(float(objective(model, x).logs["capacity"]))
    assert seen == [0, 2, 8, 8]
    tick(objective, 1.0)
    with at_final_weights(objective):
        assert float(objective(model, x).logs["capacity"]) == 8
    assert repr(Capacity(5.0, Warmup(end=2.0))) == "Capacity(5, Warmup(start=0, end=2, epochs=10))"


def test_free_bits_are_the_formula(model, x):
    trace = model(x, 3)
    units = trace.levels[0].unit_rates.mean((0, 1)).detach()
    nats = float(units.median()) + 1e-3
    cost = FreeBits(nats)(model, trace)
    expected = sum(max(nats, float(rate)) for rate in units)
    torch.testing.assert_close(cost.value.item(), expected)
    torch.testing.assert_close(cost.logs["rate"], trace.rate.mean().detach())


def test_a_unit_below_its_free_nats_feels_no_pull(model, x):
    units = model(x).levels[0].unit_rates.mean((0, 1)).detach()
    nats = float(units.sort().values[1:3].mean())
    encoder_gradient(model, FreeBits(nats)(model, model(x)).value)
    last = list(model.encoder.parameters())[-1].grad.view(2, 4)
    below = units < nats
    assert below.sum() == 2
    assert not last[:, below].any()
    assert last[:, ~below].all()


def test_free_nats_of_zero_are_the_rate_and_of_many_cost_the_same_for_all(model, x):
    trace = model(x)
    torch.testing.assert_close(FreeBits(0.0)(model, trace).value, trace.rate.mean())
    for per, groups in (("unit", 4), ("level", 1)):
        cost = FreeBits(50.0, per=per)(model, model(x))
        assert cost.value.item() == 50.0 * groups
        assert not encoder_gradient(model, cost.value).any()


def test_levels_are_groups_of_their_own():
    model = TwoLevels()
    trace = model(torch.randn(5, 6), 2)
    rates = [level.rate.mean().item() for level in trace.levels]
    nats = sum(rates) / 2
    cost = FreeBits(nats, per="level")(model, trace)
    torch.testing.assert_close(cost.value.item(), nats + max(rates))


def test_a_posterior_of_dependent_units_takes_free_bits_by_level():
    model = small_vae(Bernoulli((6,)), posterior=FullGaussian(2))
    with pytest.raises(IncompatibleError, match="per='level'"):
        free_bits_recipe().check(model)
    by_level = free_bits_recipe(per="level")
    by_level.check(model)
    assert by_level(model, examples(model.likelihood, 3)).loss.isfinite()


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda: Capacity(-1.0, 2.0), "0 or more, got -1"),
        (lambda: Capacity(1.0, -2.0), "0 or more, got -2"),
        (lambda: FreeBits(-0.1), "0 or more, got -0.1"),
        (lambda: FreeBits(0.1, per="pixel"), "one of unit, level"),
    ],
)
def test_options_out_of_range_are_refused(build, words):
    with pytest.raises(ConfigError, match=words):
        build()
