"""What the loop promises: best weights, patience, averages, clipping, and no traces elsewhere."""

import threading
from dataclasses import replace

import pytest
import torch
from torch import nn

from elbowroom.distributions import Bernoulli, Gaussian
from elbowroom.networks.average import Average
from elbowroom.objectives import Cost, Distortion, Penalty, Rate, Warmup, elbo
from elbowroom.training import Advanced, EpochEnded, Outcome, Started, Step, Training
from elbowroom.training.optimisation import clip_gradients, optimiser_for
from elbowroom.training.state import snapshot
from tests.cases import IMAGE, examples, small_vae
from tests.training.digits import SMALL, rows, same_weights

OVERFITTING = replace(
    SMALL.with_settings(learning_rate=0.03, epochs=12, patience=0), train=rows(0, 40)
)


def ends(events) -> list[EpochEnded]:
    return [event for event in events if isinstance(event, EpochEnded)]


def test_training_lowers_the_loss_and_leaves_the_model_ready():
    model, events = SMALL.trained()
    assert not model.training
    first, *_, last = ends(events)
    assert last.validation["loss"] < first.validation["loss"] - 1
    assert isinstance(events[0], Started) and isinstance(events[-1], Outcome)
    assert events[-1].step == 330 and events[-1].epoch == 3


def test_every_step_is_told_once_and_terms_are_means():
    _, events = SMALL.trained()
    readings = [event for event in events if isinstance(event, Advanced)]
    assert [event.step for event in readings] == [50, 100, 110, 160, 210, 220, 270, 320, 330]
    for number, end in enumerate(ends(events)):
        parts = readings[3 * number : 3 * number + 3]
        mean = sum(p.terms["distortion"] * n for p, n in zip(parts, (50, 50, 10), strict=True))
        assert end.train["distortion"] == pytest.approx(mean / 110)
        assert parts[-1].epoch == pytest.approx(number + 1)


def test_the_model_has_the_weights_that_validated_best():
    kept = {}
    model, events = OVERFITTING.trained(
        observers=[
            lambda e: isinstance(e, EpochEnded) and kept.update({e.epoch: snapshot(e.model)})
        ]
    )
    scores = {end.epoch: end.validation["loss"] for end in ends(events)}
    best = min(scores, key=scores.get)
    assert best < 12, "it never overfitted"
    assert (events[-1].best_epoch, events[-1].best_score) == (best, scores[best])
    assert [end.epoch for end in ends(events) if end.best][-1] == best
    assert all(torch.equal(value, kept[best][name]) for name, value in model.state_dict().items())


def test_without_validation_the_last_weights_are_kept():
    case = replace(OVERFITTING, validation=None)
    _, events = case.trained()
    assert not any(end.validation for end in ends(events))
    assert events[-1].best_score is None and events[-1].best_epoch == 12
    assert events[-1].reason == "finished"


@pytest.mark.parametrize("patience", [1, 3])
def test_patience_ends_a_run_that_does_not_improve(patience):
    case = OVERFITTING.with_settings(epochs=200, patience=patience, validate_every=1)
    _, events = case.trained()
    outcome = events[-1]
    assert outcome.reason == "stopped early"
    assert outcome.epoch == outcome.best_epoch + patience


def test_patience_never_ends_a_run_before_its_next_validation():
    """An epoch without a validation is no evidence that nothing has improved."""
    case = SMALL.with_settings(epochs=12, patience=2, validate_every=4, learning_rate=1e-3)
    _, events = case.trained()
    assert [end.epoch for end in ends(events) if end.validation] == [4, 8, 12]
    assert events[-1].reason == "finished"


def test_validation_uses_the_final_weight_of_the_rate_all_along():
    warm = replace(SMALL, objective=lambda: elbo(beta=Warmup(end=1.0, epochs=100)))
    _, events = warm.trained()
    for end in ends(events):
        terms = end.validation
        assert terms["loss"] == pytest.approx(terms["distortion"] + terms["rate"])
        assert end.train["loss"] < end.train["distortion"] + 0.1 * end.train["rate"]


def test_the_warm_up_counts_in_fractions_of_an_epoch():
    warm = replace(SMALL, objective=lambda: elbo(beta=Warmup(end=1.0, epochs=3)))
    _, events = warm.trained()
    first = ends(events)[0].train  # weights 0 to 1/3: about 1/6 of the rate
    share = (first["loss"] - first["distortion"]) / first["rate"]
    assert 0.1 < share < 0.3


@pytest.mark.parametrize("validation", [None, SMALL.validation])
def test_the_average_is_validated_and_kept(validation):
    case = replace(SMALL, validation=validation).with_settings(ema=0.99, patience=0, epochs=2)
    plain, _ = case.with_settings(ema=0.0).trained()
    seen = []
    model, _ = case.trained(
        observers=[lambda e: isinstance(e, EpochEnded) and seen.append(snapshot(e.model))]
    )
    assert not same_weights(model, plain)
    assert all(torch.equal(value, seen[-1][name]) for name, value in model.state_dict().items())


def test_the_average_follows_the_weights_of_every_step(monkeypatch):
    history = []
    update = Average.update

    def recorded(self):
        update(self)
        history.append(self.source.encoder.network.body[1].bias.detach().clone())

    monkeypatch.setattr(Average, "update", recorded)
    start = SMALL.model().encoder.network.body[1].bias.detach()
    model, _ = replace(SMALL, validation=None).with_settings(ema=0.9, epochs=1).trained()
    expected = start
    for t, weights in enumerate(history, 1):
        keep = min(0.9, (1 + t) / (10 + t))
        expected = keep * expected + (1 - keep) * weights
    assert len(history) == 110
    torch.testing.assert_close(model.encoder.network.body[1].bias.detach(), expected)


def test_the_plateau_halves_the_rate_after_a_third_of_the_patience():
    _, events = OVERFITTING.with_settings(decay="plateau", patience=9, epochs=40).trained()
    told, rate, last = ends(events), 0.03, 0
    assert told[-1].learning_rate < 0.03
    for end in told:
        assert end.learning_rate == pytest.approx(rate)
        if end.best:
            last = end.epoch
        elif end.epoch - last >= 3:
            rate, last = rate / 2, end.epoch


def test_no_plateau_is_seen_without_validation():
    case = replace(SMALL, validation=None).with_settings(decay="plateau", epochs=8, patience=3)
    _, events = case.trained()
    assert {end.learning_rate for end in ends(events)} == {3e-3}


class Multiplier(Penalty):
    """A penalty whose own parameter has a gradient a thousand times that of the model."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(3))

    def forward(self, model, trace) -> Cost:
        return Cost(trace.z.sum() * 0, 1e6 * self.weight.sum())


def test_each_player_is_a_group_with_its_own_rate_and_its_own_clipping():
    model = small_vae(Gaussian(IMAGE, scale="fixed"))
    step = Step(model, Distortion() + Rate() + Multiplier())
    settings = Training(learning_rate=1e-3, critic_learning_rate=5e-2)
    optimiser = optimiser_for(step, settings)
    assert [group["lr"] for group in optimiser.param_groups] == [1e-3, 5e-2]
    assert not any(model.likelihood.log_scale is p for p in optimiser.param_groups[0]["params"])
    step(examples(model.likelihood, 8)).loss.backward()

    def norms() -> list[float]:
        return [float(torch.linalg.vector_norm(torch.cat([p.grad.flatten() for p in g["params"]])))
                for g in optimiser.param_groups]  # fmt: skip

    before = norms()
    assert before[1] > 1e6 > before[0] > 0.5
    clip_gradients(optimiser, before[0] * 1.01)
    assert norms()[0] == pytest.approx(before[0])
    assert norms()[1] == pytest.approx(before[0] * 1.01, rel=1e-4)


def test_clipping_bounds_what_the_optimiser_sees(monkeypatch):
    largest = []

    def recorded(optimiser, limit):
        clip_gradients(optimiser, limit)
        group = optimiser.param_groups[0]["params"]
        largest.append(float(torch.cat([p.grad.flatten() for p in group]).norm()))

    monkeypatch.setattr("elbowroom.training.trainer.clip_gradients", recorded)
    SMALL.with_settings(clip=0.5, epochs=1).trained()
    assert len(largest) == 110 and max(largest) <= 0.5 * 1.001


def test_the_callers_random_state_is_left_as_it_was():
    model = SMALL.model()
    before = torch.get_rng_state()
    SMALL.fit(model)
    assert torch.equal(torch.get_rng_state(), before)


def test_validation_does_not_disturb_the_noise_of_training():
    with_validation, _ = SMALL.trained()
    without, _ = replace(SMALL, validation=None).trained()
    assert same_weights(with_validation, without)


def test_it_trains_outside_of_the_main_thread():
    trained = []
    thread = threading.Thread(target=lambda: trained.append(SMALL.trained()[0]))
    thread.start()
    thread.join()
    assert same_weights(trained[0], SMALL.trained()[0])


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning:torch")
@pytest.mark.filterwarnings("ignore:.*script_method:DeprecationWarning")
def test_compiled_training_ends_where_eager_training_ends():
    case = replace(SMALL, likelihood=Bernoulli).with_settings(epochs=1)
    _, eager = case.trained()
    _, compiled = case.with_settings(compile=True).trained()
    assert ends(compiled)[0].validation["loss"] == pytest.approx(
        ends(eager)[0].validation["loss"], abs=0.5
    )
