"""The plan for any size of data, and the learning rate over time."""

import pytest

from elbowroom.errors import ConfigError
from elbowroom.training import Plan, Training
from elbowroom.training.optimisation import rate_factor

SIZES = [1, 2, 10, 100, 1000, 10_000, 60_000, 10**6, 10**7]


@pytest.mark.parametrize("examples", SIZES)
def test_every_size_of_data_has_a_sensible_plan(examples):
    plan = Plan.of(Training(), examples)
    assert 1 <= plan.batch_size <= min(128, examples)
    assert plan.steps_per_epoch == examples // plan.batch_size
    assert 5 <= plan.epochs <= 1000
    assert 100 <= plan.steps <= 500_000
    assert plan.steps == plan.epochs * plan.steps_per_epoch
    assert plan.patience >= 10
    assert plan.epochs / plan.validate_every <= 200


def test_more_data_are_more_steps_and_fewer_epochs():
    plans = [Plan.of(Training(), examples) for examples in SIZES[SIZES.index(1000) :]]
    steps, epochs = [plan.steps for plan in plans], [plan.epochs for plan in plans]
    assert steps == sorted(steps)
    assert epochs == sorted(epochs, reverse=True)


def test_what_was_asked_for_is_done():
    settings = Training(epochs=7, batch_size=30, patience=0, validate_every=3)
    assert Plan.of(settings, 100) == Plan(7, 30, 3, 0, 3)


def test_a_batch_larger_than_the_data_is_refused_with_what_fits():
    with pytest.raises(ConfigError, match="batch_size is 129, but there are only 128.*16 or fewer"):
        Plan.of(Training(batch_size=129), 128)


def factors(**options) -> list[float]:
    plan = Plan.of(Training(epochs=10, batch_size=1), 20)
    return [rate_factor(Training(**options), plan, step) for step in range(200)]


@pytest.mark.parametrize("decay", ["constant", "cosine", "plateau"])
@pytest.mark.parametrize("warmup", [0.0, 0.5, 2.0])
def test_the_rate_rises_to_one_then_does_not_rise(decay, warmup):
    rates = factors(decay=decay, warmup_epochs=warmup)
    rise = round(20 * warmup)
    assert all(0 < rate <= 1 for rate in rates)
    assert rates[:rise] == sorted(rates[:rise]) and max(rates) == 1
    assert rates[rise:] == sorted(rates[rise:], reverse=True)
    assert rates[0] == (1 / rise if rise else 1)
    assert (rates[-1] < 0.001) == (decay == "cosine")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"epochs": 0}, "training.epochs must be above 0, got 0"),
        ({"batch_size": -1}, "training.batch_size must be above 0, got -1"),
        ({"learning_rate": 0.0}, "training.learning_rate must be above 0"),
        ({"learning_rate": float("nan")}, "learning_rate must be above 0, got nan"),
        ({"learning_rate": float("inf")}, "learning_rate must be above 0, got inf"),
        ({"critic_learning_rate": -1e-3}, "critic_learning_rate"),
        ({"validate_every": 0}, "validate_every"),
        ({"warmup_epochs": -1.0}, "warmup_epochs must be 0 or more"),
        ({"clip": -1.0}, "clip must be 0 or more"),
        ({"patience": -1}, "patience must be 0 or more"),
        ({"seed": -1}, "seed must be 0 or more"),
        ({"checkpoint_seconds": float("nan")}, "checkpoint_seconds"),
        ({"ema": 1.0}, "ema must be 0 or more and below 1, got 1.0"),
        ({"ema": -0.1}, "ema"),
        (
            {"decay": "cosin"},
            "decay must be one of constant, cosine, plateau.*Did you mean 'cosine'",
        ),
        ({"precision": "bf16"}, "precision must be one of auto, float32, bfloat16, got 'bf16'"),
    ],
    ids=str,
)
def test_options_out_of_range_are_refused(options, words):
    with pytest.raises(ConfigError, match=words):
        Training(**options)
