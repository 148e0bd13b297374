"""Effort that goes where the error is: to the target, within the budget, and honestly said."""

import sys

import pytest
import torch

from elbowroom.evidence import fitted, importance_sampling
from elbowroom.evidence.adaptive import ROUTES, adaptive
from tests.evidence.oracles import ORACLES, linear, oracle, simulated
from tests.evidence.spied import decoded
from tests.evidence.test_fitted import fit
from tests.linear_gaussian import LinearGaussian, digits

module = sys.modules["elbowroom.evidence.adaptive"]  # whose name in the package is the function's


def rotated(q=20, wider=1.0, count=20):
    exact = LinearGaussian.fitted(digits(), q).rotated()
    x = digits()[:count]
    return exact.vae(wider), x.float(), exact.log_evidence(x)


@pytest.mark.parametrize("name", ORACLES)
@pytest.mark.parametrize("target", ["mean", "example"])
def test_the_target_is_met(name, target):
    known = oracle(name)
    for error in (0.2, 0.05 if target == "example" else 0.02):
        found = adaptive(known.model, known.x, target_error=error, target=target)
        assert not found.notes
        assert found.mc_error <= error * 1.1  # where other draws report than decided
        assert abs(found.value - known.truth.mean()) < error + 4 * found.mc_error
        off = (found.per_example["value"] - known.truth).abs()
        assert (off < error + 5 * found.per_example["error"]).all()


@pytest.mark.parametrize("wider", [0.5, 1.0, 2.0])
@pytest.mark.parametrize("target", ["mean", "example"])
def test_where_the_encoder_is_bad_other_ways_are_taken(wider, target):
    model, x, truth = rotated(wider=wider)
    assert importance_sampling(model, x).flagged > 0.5
    found = adaptive(model, x, target=target)
    assert found.taken["encoder"] < 3
    assert abs(found.value - float(truth.mean())) < 0.05 + 4 * found.mc_error
    assert found.flagged < 0.1


def test_annealing_is_right_where_no_proposal_can_be_fitted(monkeypatch):
    monkeypatch.setattr(module, "_LARGEST_FIT", 0)
    model, x, truth = rotated(q=10, count=10)
    found = adaptive(model, x, target="example", target_error=0.2, budget=100_000)
    assert found.taken["annealed"] >= 8
    assert abs(found.value - found.bias - float(truth.mean())) < 4 * found.mc_error + 0.02
    assert not found.notes


def test_draws_that_decide_do_not_report():
    """Of examples that all deserve more, the lucky ones would end too low: by 0.1 nats here."""
    exact = LinearGaussian.fitted(digits(), 10).rotated()
    x = digits()[:300]
    model, early = exact.vae(), []
    for seed in range(6):
        columns = adaptive(model, x.float(), seed=seed).per_example
        off = columns["value"] - columns["bias"] - exact.log_evidence(x)
        early.append(off[columns["route"] == 0])
    off = torch.cat(early)
    assert len(off) > 100
    assert off.mean() > -0.06


@pytest.mark.parametrize("name", ["non-linear 2-D", "two levels", "mixture prior"])
def test_a_looser_target_costs_less(name):
    known = oracle(name)
    costs = [
        adaptive(known.model, known.x, target_error=error, target="example").decodes
        for error in (0.02, 0.1, 3.0)
    ]
    assert costs == sorted(costs, reverse=True) and costs[0] > costs[-1]


@pytest.mark.parametrize("budget", [128, 700, 3000, 20_000])
def test_the_budget_is_kept_and_a_shortfall_is_said(budget):
    model, x, truth = rotated(count=8)
    found = adaptive(model, x, target_error=1e-4, budget=budget)
    assert found.per_example["decodes"].max() <= budget
    (note,) = found.notes
    assert note.startswith("8 of 8 examples did not reach the target error of 0.0001 nats")
    assert f"within {budget:,} decoder evaluations" in note
    assert "Raise the budget or the target" in note
    assert found.to_dict()["notes"] == [note]
    assert found.value < float(truth.mean()) + 4 * found.mc_error


def test_a_larger_budget_is_no_worse():
    """Annealing with few temperatures must not replace a better answer that was there."""
    model, x, truth = rotated(count=10)
    off = [
        (adaptive(model, x, target="example", target_error=1e-4, budget=b).per_example["value"]
         - truth).square().mean().sqrt()
        for b in (200, 1000, 3000, 20_000, 60_000)
    ]  # fmt: skip
    for less, more in zip(off, off[1:], strict=False):
        assert more < 1.2 * less + 0.005, off


@pytest.mark.parametrize("name", ORACLES)
def test_the_routes_and_the_costs_add_up(name):
    known = oracle(name)
    found = adaptive(known.model, known.x)
    assert tuple(found.taken) == ROUTES
    assert sum(found.taken.values()) == len(known.x) == found.examples
    columns = found.per_example
    assert found.decodes == int(columns["decodes"].sum())
    assert found.samples == round(float(columns["samples"].mean()))
    assert (columns["decodes"] >= columns["samples"]).all()
    assert columns["decodes"].min() >= 64


@pytest.mark.parametrize(("options", "limit"), [
    ({"target_error": 0.5}, None), ({"target_error": 0.01, "target": "example"}, None),
    ({"target_error": 0.1, "target": "example", "budget": 60_000}, 0),
])  # fmt: skip
def test_the_decoder_evaluations_are_counted_as_they_are(options, limit, monkeypatch):
    """A gradient counts double. Inside a fit vmap hides the rows: there the formula stands."""
    model, x, _ = rotated(q=10, count=12)
    if limit is not None:
        monkeypatch.setattr(module, "_LARGEST_FIT", limit)
    spy, fits, make = decoded(model, monkeypatch), 0, module.fit_proposal

    def unheard(space, part, around, best, informed, rows):
        nonlocal fits
        fits += len(part) * module.fit_cost(len(informed))
        spy.listening = False
        proposal = make(space, part, around, best, informed, rows)
        spy.listening = True
        return proposal

    monkeypatch.setattr(module, "fit_proposal", unheard)
    found = adaptive(model, x, **options)
    # Besides: the shapes of the codes and the units of the prior, once a block.
    assert spy.evaluations + fits == pytest.approx(found.decodes, abs=300)


def test_a_fit_costs_what_is_said(monkeypatch):
    """Rows that pass the decoder one by one, hence without vmap."""

    def one_by_one(function, **options):
        return lambda *batches: torch.stack([function(*row) for row in zip(*batches, strict=True)])

    exact = linear(q=3)
    model = exact.vae()
    x = simulated(model, 2)
    spy = decoded(model, monkeypatch)
    monkeypatch.setattr(fitted, "vmap", one_by_one)
    spy.listening = False
    proposal, space = fit(model, x, torch.arange(3))
    spy.listening = True
    with torch.no_grad():
        fitted.fit_proposal(space, x, proposal.around, proposal.mode, torch.arange(3))
    seen = spy.evaluations / 2
    # 3 Newton steps with a Hessian, a slope and 6 tries each, and a last Hessian: a Hessian is one
    # pass here with its gradient, and 2 more for each unit are behind it.
    assert seen == 3 * (2 + 2 + 6) + 2
    assert fitted.fit_cost(3) == 3 * (8 + 2 + 6) + 8 >= seen


def test_an_easy_example_ends_early_beside_a_hard_one():
    model, x, _ = rotated(q=5, count=30)
    x[7] += 3 * torch.randn(64)  # nothing that the encoder could explain
    found = adaptive(model, x, target_error=0.3)
    columns = found.per_example
    assert columns["decodes"].min() == 128
    assert found.decodes < 30 * 700
