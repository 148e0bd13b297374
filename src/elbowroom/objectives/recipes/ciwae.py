"""Between the evidence bound and the importance-weighted bound, as an objective by name."""

from elbowroom.errors import ConfigError
from elbowroom.objectives.bounds import ImportanceBound
from elbowroom.objectives.costs import Distortion, Rate, Weighted
from elbowroom.objectives.objective import Objective, Sum


def ciwae(*, beta: float = 0.5, samples: int = 8) -> Objective:
    """CIWAE: a mean of the ELBO and the importance-weighted bound.

    loss = -(beta ELBO + (1 - beta) log 1/K sum_k w_k), in nats per example. The ELBO keeps the
    encoder's gradient, the importance weights tighten the bound.

    Rainforth, Kosiorek, Le, Maddison, Igl, Wood, Teh (2018): Tighter Variational Bounds are Not
    Necessarily Better.

    Args:
        beta: Share of the ELBO, from 0 to 1.
        samples: Codes K drawn for each example.

    Raises:
        ConfigError: If beta is not between 0 and 1, or samples is below 1.

    Example:
        >>> print(ciwae(beta=0.25))
        Weighted(0.75, ImportanceBound()) + Weighted(0.25, Distortion()) + Weighted(0.25, Rate()),
        8 samples
    """
    if not 0 <= beta <= 1:
        raise ConfigError(f"beta must be between 0 (importance bound) and 1 (ELBO), got {beta}")
    return Sum(
        Weighted(1 - beta, ImportanceBound()),
        Weighted(beta, Distortion()),
        Weighted(beta, Rate()),
        samples=samples,
    )
