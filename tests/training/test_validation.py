"""The objective on held-out data: every example once, the same noise each time, no traces."""

import pytest
import torch

from elbowroom.training import validate
from elbowroom.training.state import snapshot
from tests.cases import IMAGE, LIKELIHOODS, OBJECTIVES, examples, small_vae


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("likelihood", LIKELIHOODS)
def test_validation_is_the_mean_over_every_example(objective, likelihood):
    family = LIKELIHOODS[likelihood](IMAGE)
    model, x = small_vae(family), examples(family, 25)
    model.encoder.eval()  # a person may have frozen a part
    modes = [module.training for module in model.modules()]
    generator, goal = torch.get_rng_state(), OBJECTIVES[objective]()
    state = snapshot(model)
    ragged = validate(model, goal, x.split(10), seed=3)
    assert ragged == validate(model, goal, x.split(10), seed=3)
    assert torch.equal(torch.get_rng_state(), generator)
    assert [module.training for module in model.modules()] == modes
    assert all(torch.equal(value, state[name]) for name, value in model.state_dict().items())
    with torch.no_grad():
        torch.manual_seed(3)
        model.eval()
        parts = [{k: float(v) for k, v in goal(model, part).logs.items()} for part in x.split(10)]
    for name, value in ragged.items():
        by_hand = (10 * parts[0][name] + 10 * parts[1][name] + 5 * parts[2][name]) / 25
        if name != "loss":
            assert value == pytest.approx(by_hand, rel=1e-5)
    rate = ragged.get("rate", 0.0)
    assert ragged["loss"] == pytest.approx(ragged["distortion"] + rate, rel=1e-5)
