"""Bounds on log p(x) of simulated data from both sides."""

import pytest
import torch

from elbowroom.distributions import Bernoulli, Deterministic
from elbowroom.errors import ConfigError, IncompatibleError
from elbowroom.evidence import bidirectional, importance_sampling
from elbowroom.evidence.annealing import pilots
from tests.cases import IMAGE, small_vae
from tests.evidence.oracles import EXAMPLES, ORACLES, linear, oracle
from tests.evidence.spied import decoded

FEW = {"examples": 30, "steps": 25, "samples": 8, "leapfrog": 4}


@pytest.mark.parametrize("name", ORACLES)
@pytest.mark.parametrize("start", ["prior", "posterior"])
def test_the_bounds_are_a_bracket_that_closes(name, start):
    model = oracle(name).model.at(torch.arange(FEW["examples"]) % EXAMPLES)
    short, long = (
        bidirectional(model, **{**FEW, "steps": steps}, start=start) for steps in (12, 100)
    )
    for found in (short, long):
        assert found.gap.value == pytest.approx(found.upper.value - found.lower.value)
        assert found.gap.value > -3 * found.gap.data_error
    assert long.gap.value < 0.6 * short.gap.value + 3 * long.gap.data_error
    if start == "posterior":
        assert long.gap.value < 0.1 + 3 * long.gap.data_error


def test_the_truth_lies_between(monkeypatch):
    exact = linear()
    model = exact.vae(1.15)
    seen = []
    check = type(model.likelihood).check
    monkeypatch.setattr(
        type(model.likelihood),
        "check",
        lambda self, x, *a, **k: (seen.append(x), check(self, x, *a, **k))[1],
    )
    found = bidirectional(model, examples=200, steps=12, samples=4, start="prior")
    truth = exact.log_evidence(seen[0].double())
    below, above = (one.per_example["value"] - truth for one in (found.lower, found.upper))
    assert below.mean() < -3 * below.std() / 200**0.5
    assert above.mean() > 3 * above.std() / 200**0.5


def test_the_spread_over_examples_tells_the_error_of_the_gap():
    """Chains in reverse share their code, so their own spread says too little."""
    model = linear().vae(1.15)
    many = [bidirectional(model, **FEW | {"steps": 12}, start="prior", seed=seed)
            for seed in range(25)]  # fmt: skip
    spread = torch.tensor([one.gap.value for one in many]).std()
    stated = sum(one.gap.data_error for one in many) / 25
    assert float(spread) == pytest.approx(stated, rel=0.5)


def test_it_repeats_and_leaves_all_as_it_was():
    model = small_vae(Bernoulli(IMAGE)).train()
    generator = torch.get_rng_state()
    first, again, other = (bidirectional(model, **FEW, seed=seed) for seed in (1, 1, 2))
    assert torch.equal(torch.get_rng_state(), generator) and model.training
    assert all(parameter.grad is None for parameter in model.parameters())
    assert first.gap.value == again.gap.value != other.gap.value
    assert set(first.to_dict()) == {"lower", "upper", "gap"} and "gap" in repr(first)
    ragged = bidirectional(model, **FEW, seed=1, rows=8 * 7)
    assert ragged.lower.examples == 30
    assert abs(ragged.gap.value) < 0.5


def test_the_decoder_evaluations_of_both_directions_are_counted(monkeypatch):
    model = linear().vae()
    counted = decoded(model, monkeypatch)
    found = bidirectional(model, examples=5, steps=9, samples=6, leapfrog=3)
    assert found.lower.decodes == 5 * (pilots(6) * 9 * 8 + 6 * (8 * 8 + 9))
    assert found.upper.decodes == 5 * 6 * 9 * (8 + 1)
    assert counted.evaluations == pytest.approx(found.lower.decodes + found.upper.decodes, abs=30)
    for side in (found.lower, found.upper):
        assert 0 < side.per_example["acceptance"].mean() < 1


@pytest.mark.parametrize(
    ("options", "words"),
    [({"examples": 0}, "examples must be 1 or more, got 0"), ({"steps": 1}, "steps=1"),
     ({"samples": 1}, "got 1"), ({"start": "q"}, "got 'q'"), ({"spacing": "x"}, "got 'x'")],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(options, words):
    with pytest.raises(ConfigError, match=words):
        bidirectional(linear().vae(), **FEW | options)


def test_a_model_without_a_posterior_density_starts_from_the_prior():
    model = small_vae(Bernoulli(IMAGE), posterior=Deterministic(2))
    with pytest.raises(IncompatibleError, match="no density"):
        bidirectional(model, **FEW)
    found = bidirectional(model, **FEW, start="prior")
    assert found.gap.value == pytest.approx(0, abs=0.5)


@pytest.mark.slow
def test_the_gap_on_digits_is_below_a_tenth():
    """The promised number; and what importance sampling and annealing say of the real digits."""
    from elbowroom.data import load
    from elbowroom.distributions import Binomial
    from elbowroom.evidence import annealed
    from elbowroom.models import VAE
    from elbowroom.networks import MLP

    data = load("digits")
    x = data.take(torch.arange(len(data))).float() / 16
    torch.manual_seed(0)
    model = VAE.of(Binomial(tuple(x.shape[1:]), 17), latent=8, network=MLP(hidden=(128,)))
    model.start_at(x)
    adam = torch.optim.Adam(model.parameters(), lr=2e-3)
    for _ in range(40):
        for part in x[torch.randperm(len(x))].split(64):
            trace = model(part)
            adam.zero_grad()
            (trace.rate - trace.log_px).mean().backward()
            adam.step()
    found = bidirectional(model, examples=100, steps=400, samples=16, leapfrog=8)
    some = x[:100]
    plain = importance_sampling(model, some, samples=5000)
    by_annealing = annealed(model, some, steps=400, samples=16, leapfrog=8)
    apart = by_annealing.value - plain.value
    error = (by_annealing.mc_error**2 + plain.mc_error**2) ** 0.5
    print(f"\n{found}\n{plain}\n{by_annealing}")
    print(f"annealing - importance sampling: {apart:.4f} +- {error:.4f} nats, "
          f"{plain.flagged:.0%} flagged")  # fmt: skip
    assert abs(found.gap.value) < 0.1
    assert apart > -4 * error
