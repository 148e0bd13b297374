"""Several importance-weighted bounds at once, as an objective by name."""

from elbowroom.objectives.bounds import ImportanceBound
from elbowroom.objectives.objective import Objective, Sum


def miwae(*, groups: int = 8, samples: int = 8) -> Objective:
    """MIWAE: the mean of M importance-weighted bounds of K codes each.

    loss = -1/M sum_m log 1/K sum_k w_mk, in nats per example. A tighter bound (more K) drowns
    the encoder's gradient in noise; more groups M bring it back.

    Rainforth, Kosiorek, Le, Maddison, Igl, Wood, Teh (2018): Tighter Variational Bounds are Not
    Necessarily Better.

    Args:
        groups: Number M of bounds.
        samples: Codes K of each bound; M times as many are drawn for each example.

    Raises:
        ConfigError: If groups or samples is below 1.

    Example:
        >>> miwae(groups=4, samples=16)
        ImportanceBound(groups=4), 64 samples
    """
    return Sum(ImportanceBound(groups=groups), samples=groups * samples)
