"""Which level of codes a cost is about, and what a model's codes are like there."""

from elbowroom.distributions.sphere import unit_sphere
from elbowroom.errors import ConfigError, IncompatibleError
from elbowroom.models import LatentModel, Level
from elbowroom.models.blank import blank_levels


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
    levels = blank_levels(model)
    if level >= len(levels):
        raise IncompatibleError(
            f"{cost!r} names level {level}, but the last of this model is {len(levels) - 1}: "
            "levels count from 0, the topmost; use one of those"
        )
    return levels[level]


def lies_on_sphere(level: Level) -> bool:
    """Tell whether the codes of a level lie on the unit sphere."""
    return level.posterior.support is unit_sphere
