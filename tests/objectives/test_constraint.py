"""Costs under a bound: the bound is met, and the multiplier found is the price of the bound.

Oracle: of a linear VAE with noise s on data with eigenvalues v_i, rate and distortion are those of
a Gaussian source (reverse water-filling). With a weight lambda on the rate and t = lambda s^2,

    rate = 1/2 sum_i max(0, log v_i / t)        distortion = sum_i min(v_i, t) / (2 s^2) + constant
"""

from math import exp, log, pi, tanh

import pytest
import torch

from elbowroom.data import Preprocessing, load
from elbowroom.distributions import Bernoulli, Deterministic, Gaussian
from elbowroom.errors import ConfigError, IncompatibleError
from elbowroom.models import VAE
from elbowroom.networks import MLP
from elbowroom.objectives import (
    Constrained,
    Distortion,
    EvidenceBound,
    Lagrangian,
    Multiplier,
    Objective,
    Rate,
    Sum,
    constrained,
    elbo,
    geco,
)
from elbowroom.training import EpochEnded, Training, fit
from tests.cases import IMAGE, examples, small_vae
from tests.training.digits import SMALL, same_weights

NOISE = 0.5
INITIAL = (0.01, 1.0, 100.0)


def data():
    """Return 1,000 examples of six dimensions, two of which are worth telling."""
    generator = torch.Generator().manual_seed(4)
    axes, _ = torch.linalg.qr(torch.randn(6, 6, generator=generator))
    scales = torch.tensor([3.0, 1.0, 0.1, 0.1, 0.1, 0.1])
    return (torch.randn(1000, 6, generator=generator) * scales) @ axes.T


def optimum(price: float) -> tuple[float, float]:
    """Return rate and distortion of the best linear VAE where a nat of rate costs `price`."""
    values = torch.linalg.eigvalsh(torch.cov(data().T.double(), correction=0))
    level = price * NOISE**2
    rate = 0.5 * (values / level).log().clamp(min=0).sum()
    distortion = values.clamp(max=level).sum() / (2 * NOISE**2) + 3 * log(2 * pi * NOISE**2)
    return float(rate), float(distortion)


def train(objective: Objective, epochs: int = 160) -> dict[str, float]:
    """Train a linear VAE, four steps an epoch; return the terms of the last epoch."""
    x = load(data().numpy())
    prepare = Preprocessing([], x).fit(x)
    torch.manual_seed(0)
    family = Gaussian(x.shape, scale="fixed", initial=NOISE)
    model = VAE.of(family, latent=2, network=MLP(hidden=()))
    events = []
    settings = Training(epochs=epochs, batch_size=250, learning_rate=0.02, decay="cosine")
    fit(model, objective, x, preprocessing=prepare, settings=settings, observers=[events.append])
    return [event.train for event in events if isinstance(event, EpochEnded)][-1]


@pytest.mark.parametrize("initial", INITIAL)
def test_the_rate_meets_its_bound_and_the_multiplier_is_its_price(initial):
    rate, distortion = optimum(price=2.0)
    found = train(constrained(delta=rate, initial=initial))
    assert abs(found["rate"] - rate) < 0.02 * rate
    assert abs(found["distortion"] - distortion) < 0.3
    assert abs(found["rate_multiplier"] / 2.0 - 1) < 0.1


@pytest.mark.parametrize("initial", INITIAL)
def test_the_distortion_meets_its_bound_and_the_multiplier_is_its_price(initial):
    rate, distortion = optimum(price=2.0)
    found = train(geco(kappa=distortion, initial=initial))
    assert abs(found["distortion"] - distortion) < 0.02 * distortion
    assert abs(found["rate"] - rate) < 0.3
    assert abs(found["distortion_multiplier"] / 0.5 - 1) < 0.15


def test_the_multiplier_as_a_fixed_weight_gives_the_same_point():
    found = train(constrained(delta=2.0))
    fixed = train(elbo(beta=found["rate_multiplier"]))
    assert abs(fixed["rate"] - found["rate"]) < 0.05
    assert abs(fixed["distortion"] - found["distortion"]) < 0.2


def test_a_bound_that_does_not_matter_costs_nothing():
    """Two units tell no more than so many nats in so many steps; nor is x farther than that."""
    found = train(constrained(delta=60.0))
    assert found["rate"] < 60 and found["rate_multiplier"] < 0.01
    assert found["distortion"] < optimum(price=0.3)[1]
    idle = train(geco(kappa=200.0))
    assert idle["distortion"] < 200 and idle["distortion_multiplier"] < 0.01
    assert idle["rate"] < 0.05


def test_players_are_isolated():
    model = small_vae(Bernoulli(IMAGE))
    x = examples(model.likelihood, 5)
    objective = Distortion() + Constrained(Rate(), 3.0, initial=2.5, damping=0.0)
    torch.manual_seed(0)
    loss = objective(model, x).loss
    (multiplier,) = objective.parameters()
    loss.backward()
    torch.manual_seed(0)
    trace = model(x)
    expected = torch.autograd.grad(trace.rate.mean() * 2.5 - trace.log_px.mean(),
                                   list(model.parameters()))  # fmt: skip
    for parameter, gradient in zip(model.parameters(), expected, strict=True):
        torch.testing.assert_close(parameter.grad, gradient)
    # Below the bound: descent on the gradient lowers the multiplier. The average starts at 0.
    felt = 2.5 * 0.1 * (trace.rate.mean() - 3.0) / 2.0
    assert felt < 0
    torch.testing.assert_close(multiplier.grad, -felt.detach())


def test_the_average_moves_in_training_alone():
    model = small_vae(Bernoulli(IMAGE))
    x, cost = examples(model.likelihood, 5), Constrained(Rate(), 3.0, memory=0.5)
    with torch.no_grad():
        trace = model(x)
    excess = float(trace.rate.mean() - 3.0) / cost.scale
    for step in range(1, 4):
        cost(model, trace)
        torch.testing.assert_close(float(cost.violation), excess * (1 - 0.5**step))
    before = cost.violation.clone()
    cost.eval()(model, trace)
    assert torch.equal(cost.violation, before)


def test_a_violation_is_answered_at_once():
    model = small_vae(Bernoulli(IMAGE))
    x, cost = examples(model.likelihood, 5), Constrained(Rate(), 3.0, damping=1.5).eval()
    trace = model(x)
    plain = cost(model, trace).value
    cost.violation.fill_(0.3)
    torch.testing.assert_close(cost.price.item(), exp(1.5 * tanh(0.3)))
    torch.testing.assert_close(cost(model, trace).value, exp(1.5 * tanh(0.3)) * plain)


def test_a_lagrangian_is_a_weighted_mean():
    model = small_vae(Bernoulli(IMAGE))
    limit = Constrained(Rate(), 3.0, initial=4.0)
    cost, trace = Lagrangian(Distortion(), limit).eval(), model(examples(model.likelihood, 5))
    found = cost(model, trace)
    expected = (4 * (trace.rate.mean() - 3) - trace.log_px.mean()) / 5
    torch.testing.assert_close(found.value, expected)
    torch.testing.assert_close(found.own, limit(model, trace).own)
    assert {"distortion", "rate", "rate_multiplier", "rate_violation"} == set(found.logs)
    torch.testing.assert_close(Lagrangian(Distortion())(model, trace).value, -trace.log_px.mean())


@pytest.mark.parametrize(("value", "violation", "moves"), [
    (1e-3, -1.0, False), (1e-3, 1.0, True), (1e3, 1.0, False), (1e3, -1.0, True), (1.0, -9.0, True),
])  # fmt: skip
def test_a_multiplier_stays_in_its_range_and_comes_back(value, violation, moves):
    multiplier = Multiplier(value)
    multiplier.ascent(torch.tensor(violation)).backward()
    assert float(multiplier.log_value.grad) == (-violation if moves else 0.0)


def test_a_constrained_run_resumes_bit_for_bit(tmp_path):
    case = SMALL.__class__(SMALL.settings, objective=constrained)
    whole, events = case.trained()
    path, seen = tmp_path / "state.pt", []

    def killer(event):
        seen.append(event)
        if len(seen) == 6:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        case.fit(case.model(), observers=[killer], checkpoint=path)
    resumed, later = case.trained(checkpoint=path, resume=True)
    assert same_weights(whole, resumed)
    ends = [[e.train for e in told if isinstance(e, EpochEnded)][-1] for told in (events, later)]
    assert ends[0] == ends[1]
    state = torch.load(path, weights_only=True)["step"]
    assert sum("violation" in name or "log_value" in name for name in state) == 2


def test_it_says_nothing_about_which_weights_are_best():
    assert not constrained().comparable and not geco().comparable
    assert repr(geco(kappa=-5.0)) == "Lagrangian(Rate() + Constrained(Distortion(), -5))"


def test_a_constraint_requires_what_its_cost_requires():
    model = small_vae(Bernoulli(IMAGE), posterior=Deterministic(2))
    with pytest.raises(IncompatibleError, match="density"):
        constrained().check(model)
    with pytest.raises(IncompatibleError, match="density"):
        Sum(Constrained(EvidenceBound(), 1.0)).check(model)
    Sum(Constrained(Distortion(), 1.0)).check(model)


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda: Constrained(Rate(), float("nan")), "finite bound"),
        (lambda: Constrained(Rate(), 1.0, scale=0.0), "scale > 0"),
        (lambda: Constrained(Rate(), 1.0, damping=-1.0), "damping >= 0"),
        (lambda: Constrained(Rate(), 1.0, memory=1.0), "memory < 1"),
        (lambda: Constrained(Rate(), 1.0, initial=0.0), "a multiplier starts between"),
    ],
)
def test_options_out_of_range_are_refused(build, words):
    with pytest.raises(ConfigError, match=words):
        build()
