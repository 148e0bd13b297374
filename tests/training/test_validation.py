"""The objective on held-out data: every example once, the same noise each time, no traces."""

import pytest
import torch

from elbowroom.models import LearnedGaussian
from elbowroom.training import Step, validate
from elbowroom.training.feed import Batch
from elbowroom.training.state import snapshot
from tests.cases import IMAGE, LIKELIHOODS, OBJECTIVES, examples, small_vae

PAIRS = [*((name, "elbo") for name in LIKELIHOODS), *(("Bernoulli", name) for name in OBJECTIVES)]


@pytest.mark.parametrize(("likelihood", "objective"), dict.fromkeys(PAIRS))
def test_validation_is_the_mean_over_every_example(objective, likelihood):
    family = LIKELIHOODS[likelihood](IMAGE)
    prior = LearnedGaussian(2) if objective == "prior_fit" else None
    model, x = small_vae(family, prior=prior), examples(family, 25)
    model.encoder.eval()  # a person may have frozen a part
    goal = OBJECTIVES[objective]()
    step = Step(model, goal)
    modes = [module.training for module in step.modules()]
    generator, state = torch.get_rng_state(), snapshot(step)
    ragged = validate(model, goal, map(Batch, x.split(10)), seed=3)
    assert ragged == validate(model, goal, map(Batch, x.split(10)), seed=3)
    assert torch.equal(torch.get_rng_state(), generator)
    assert [module.training for module in step.modules()] == modes
    assert all(torch.equal(value, state[name]) for name, value in step.state_dict().items())
    with torch.no_grad():
        torch.manual_seed(3)
        step.eval()
        parts = [{k: float(v) for k, v in goal(model, part).logs.items()} for part in x.split(10)]
    for name, value in ragged.items():
        by_hand = (10 * parts[0][name] + 10 * parts[1][name] + 5 * parts[2][name]) / 25
        if name != "loss":
            assert value == pytest.approx(by_hand, rel=1e-5)
    if objective in ("elbo", "autoencoder"):
        rate = ragged.get("rate", 0.0)
        assert ragged["loss"] == pytest.approx(ragged["distortion"] + rate, rel=1e-5)
