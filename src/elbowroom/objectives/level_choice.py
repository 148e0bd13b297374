"""Which level of codes a cost is about, and what a model's codes are like there."""

import torch

from elbowroom.errors import ConfigError, IncompatibleError
from elbowroom.models import LatentModel, Level
from elbowroom.models.mode import evaluating


def checked_level(level: int) -> int:
    """Return the number of a level, or refuse a negative one.

    Raises:
        ConfigError: With the value found.
    """
    if level < 0:
        raise ConfigError(f"levels count from 0, the topmost, got {level}")
    return level


def level_of(model: LatentModel, level: int, cost: object) -> Level:
    """Return a level of a model as a pass over one blank example gives it.

    Args:
        model: The model, whose state is left as it was.
        level: Which level, 0 for the topmost.
        cost: The cost that names the level, for the message.

    Raises:
        IncompatibleError: If the model has no such level.
    """
    x = next(model.parameters()).new_zeros(1, *model.event_shape)
    if model.condition_size:  # any condition will do
        model = model.given(x.new_zeros(1, model.condition_size))
    with evaluating(model), torch.no_grad(), torch.random.fork_rng(devices=[]):
        levels = model.infer(x)
    if level >= len(levels):
        raise IncompatibleError(
            f"{cost!r} names level {level}, but the last of this model is {len(levels) - 1}: "
            "levels count from 0, the topmost; use one of those"
        )
    return levels[level]
