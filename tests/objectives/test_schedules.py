"""Laws of every schedule, and the shapes of the ones that exist."""

import pytest
import torch

from elbowroom.distributions import Bernoulli
from elbowroom.errors import ConfigError
from elbowroom.objectives import (
    Constant,
    Cyclical,
    Distortion,
    Rate,
    Schedule,
    Warmup,
    Weighted,
    at_final_weights,
    elbo,
    tick,
)
from elbowroom.objectives.schedules import as_schedule
from tests.cases import IMAGE, SCHEDULES, small_vae

every = pytest.mark.parametrize("name", SCHEDULES)


@every
def test_it_ends_at_its_final_weight_and_is_never_negative(name):
    schedule = SCHEDULES[name]()
    weights = [schedule.at(0.1 * step) for step in range(2000)]
    assert min(weights) >= 0 and max(weights) < float("inf")
    assert weights[-1] == schedule.final == schedule.at(1e9)


@every
def test_a_tick_sets_the_weight_that_the_cost_has(name):
    objective = Distortion() + Weighted(SCHEDULES[name](), Rate())
    model, x = small_vae(Bernoulli(IMAGE)), torch.zeros(3, *IMAGE)
    (schedule,) = (m for m in objective.modules() if isinstance(m, Schedule))
    for epoch in (0.0, 0.25, 3.0, 11.0, 99.0):
        tick(objective, epoch)
        loss, logs = objective(model, x)
        expected = logs["distortion"] + schedule.at(epoch) * logs["rate"]
        torch.testing.assert_close(loss.detach(), expected)


@every
def test_final_weights_hold_inside_and_only_inside(name):
    objective = elbo(beta=SCHEDULES[name]())
    (schedule,) = (m for m in objective.modules() if isinstance(m, Schedule))
    tick(objective, 0.3)
    before = float(schedule())
    with pytest.raises(ZeroDivisionError), at_final_weights(objective):
        assert float(schedule()) == schedule.final
        _ = 1 / 0
    assert float(schedule()) == before


@every
def test_the_weight_is_not_saved_so_that_a_state_fits_any_schedule(name):
    assert not SCHEDULES[name]().state_dict()


def test_the_shapes():
    assert [Constant(value=2.0).at(e) for e in (0, 5, 1e6)] == [2, 2, 2]
    rising = Warmup(start=1.0, end=3.0, epochs=4)
    assert [rising.at(e) for e in (0, 1, 2, 4, 5)] == [1, 1.5, 2, 3, 3]
    falling = Warmup(start=4.0, end=1.0, epochs=3)
    assert [falling.at(e) for e in (0, 1, 3, 9)] == [4, 3, 1, 1]
    cycles = Cyclical(start=0.0, end=2.0, epochs=4, rise=0.5, cycles=2)
    assert [cycles.at(e) for e in (0, 1, 2, 3.9, 4, 5, 7.9, 8, 80)] == [0, 1, 2, 2, 0, 1, 2, 2, 2]


def test_a_number_is_a_constant_schedule():
    schedule = Warmup()
    assert as_schedule(schedule) is schedule
    assert as_schedule(0.5).at(3) == 0.5


@pytest.mark.parametrize(
    "build",
    [
        lambda: Constant(value=-1.0),
        lambda: Constant(value=float("nan")),
        lambda: Warmup(end=-1.0),
        lambda: Warmup(start=-0.1),
        lambda: Warmup(epochs=0),
        lambda: Cyclical(rise=0.0),
        lambda: Cyclical(rise=1.5),
        lambda: Cyclical(cycles=0),
        lambda: Cyclical(start=-1.0),
        lambda: Cyclical(epochs=float("nan")),
    ],
)
def test_options_out_of_range_are_refused(build):
    with pytest.raises(ConfigError, match="0 or more|more than 0|needs epochs > 0"):
        build()
