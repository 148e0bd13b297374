"""Skip collapse: planted ladders whose levels carry what they are made to carry."""

import pytest
import torch

from elbowroom.distributions import Bernoulli
from elbowroom.metrics import Severity, diagnose
from elbowroom.metrics.levels import UNUSED_RATE
from elbowroom.models import LadderVAE
from elbowroom.networks import MLP
from tests.cases import IMAGE, examples, small_vae, spread


def planted(carrying: tuple[str, ...]) -> LadderVAE:
    """Return a ladder of z3, z2, z1 in which only some levels learn anything from the example."""
    torch.manual_seed(0)
    model = LadderVAE.of(
        Bernoulli(IMAGE), latent=4, above=(3, 2), network=MLP(hidden=(16,)), hidden=(16,)
    )
    # Readings stand from the data upwards; one that is silent says what the prior above says.
    for name, reading in zip(("z1", "z2", "z3"), model.inference.readings, strict=True):
        linear = reading.network.body[-1][-1]
        with torch.no_grad():
            linear.weight.mul_(8.0 if name in carrying else 0.0)
            if name in carrying:
                linear.bias[linear.out_features // 2 :] = -4.0
            elif name == "z3":
                linear.bias.zero_()
            else:
                linear.bias[linear.out_features // 2 :] = 12.0
    spread(model.given_above, 0.1)
    return model


def found(*carrying: str):
    model = planted(carrying)
    return diagnose(model, examples(model.likelihood, 60))


def test_levels_in_use_are_told_with_their_nats():
    finding = found("z1", "z2", "z3")["levels"]
    assert finding.severity is Severity.GOOD and "All are in use" in finding.found
    rates = finding.numbers["rates"]
    assert list(rates) == ["z3", "z2", "z1"] and all(r > UNUSED_RATE for r in rates.values())
    assert finding.numbers["units"] == {"z3": 2, "z2": 3, "z1": 4}


def test_all_in_the_lowest_level_is_skip_collapse_with_advice():
    finding = found("z1")["levels"]
    assert finding.severity is Severity.PROBLEM
    assert "Skip collapse: z1" in finding.found
    assert finding.numbers["unused"] == ["z3", "z2"]
    for word in ("warmup", "free bits", "top-down"):
        assert word in finding.advice


@pytest.mark.parametrize("carrying", [("z1", "z2"), ("z1", "z3"), ("z2", "z3")])
def test_one_unused_level_is_worth_a_look(carrying):
    finding = found(*carrying)["levels"]
    assert finding.severity is Severity.LOOK
    assert finding.numbers["unused"] == sorted({"z1", "z2", "z3"} - set(carrying))


def test_where_nothing_carries_anything_collapse_says_it_and_units_are_named_by_level():
    diagnosis = found()
    assert "levels" not in diagnosis
    assert diagnosis["posterior collapse"].severity is Severity.PROBLEM
    named = found("z1")["posterior collapse"].found
    assert "3_0, 3_1, 2_0" in named


def test_one_level_has_no_such_finding():
    model = small_vae(Bernoulli(IMAGE))
    assert "levels" not in diagnose(model, examples(model.likelihood, 20))
