"""A loss that is not finite: training stops, says where, and leaves the last good weights."""

from dataclasses import replace
from math import inf

import pytest
import torch

from elbowroom.errors import DivergedError
from elbowroom.objectives import Cost, Distortion, Penalty, Weighted
from tests.training.digits import SMALL, same_weights, saved


class Exploding(Penalty):
    """A cost that is not finite from some call on."""

    def __init__(self, calls: int) -> None:
        super().__init__()
        self.left = calls

    def forward(self, model, trace) -> Cost:
        self.left -= 1
        value = trace.z.square().mean() * (0.0 if self.left > 0 else inf)
        return Cost(value, logs={"bang": value.detach()})


@pytest.mark.parametrize("ema", [0.0, 0.9])
@pytest.mark.parametrize("validation", [None, SMALL.validation])
@pytest.mark.parametrize("calls", [1, 30, 170])
def test_a_loss_that_is_not_finite_stops_with_step_term_and_rate(calls, validation, ema):
    case = replace(
        SMALL.with_settings(ema=ema), validation=validation,
        objective=lambda: Distortion() + Weighted(1.0, Exploding(calls)),
    )  # fmt: skip
    model = case.model()
    step = calls if calls < 110 or validation is None else calls - 1  # one batch of validation
    with pytest.raises(DivergedError, match=rf"step {step} .*bang inf.*rate of 0\.003") as stop:
        case.fit(model)
    assert "0.0003" in str(stop.value)
    assert not model.training
    assert all(value.isfinite().all() for value in model.state_dict().values())
    if calls == 170:
        assert not same_weights(model, case.model()), "the weights of the start came back"


def test_weights_that_a_gradient_spoilt_are_not_the_last_good_ones():
    """The loss is finite and its gradient is not: the weights are spoilt one step before."""

    class Cliff(torch.autograd.Function):
        @staticmethod
        def forward(context, z):
            return z.sum() * 0

        @staticmethod
        def backward(context, gradient):
            return torch.full((1, 4, 2), inf)

    class Steep(Penalty):
        calls = 0

        def forward(self, model, trace) -> Cost:
            self.calls += 1
            return Cost(Cliff.apply(trace.z) if self.calls == 100 else trace.z.sum() * 0)

    case = replace(SMALL, validation=None, objective=lambda: Distortion() + Steep())
    model = case.model()
    with pytest.raises(DivergedError, match="weights .* by step 100"):
        case.fit(model)
    assert all(value.isfinite().all() for value in model.state_dict().values())
    assert not same_weights(model, case.model())


def test_a_run_that_diverges_after_a_resume_keeps_the_weights_that_it_came_with(tmp_path):
    """The last good weights are those of the state, not those that the model was built with."""
    path = tmp_path / "state.pt"
    replace(SMALL, validation=None).with_settings(epochs=1).trained(checkpoint=path)
    state = saved(path)
    state["counters"]["ending"] = ""
    torch.save(state, path)
    model = SMALL.model()
    case = replace(
        SMALL, validation=None, objective=lambda: Distortion() + Weighted(1.0, Exploding(1))
    )
    with pytest.raises(DivergedError, match="step 111"):
        case.fit(model, checkpoint=path, resume=True)
    for name, value in model.state_dict().items():
        assert torch.equal(value, state["step"][f"model.{name}"])
