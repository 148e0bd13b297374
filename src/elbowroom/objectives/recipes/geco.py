"""The least rate at a given distortion, as an objective by name."""

from elbowroom.objectives.constraint import Constrained, Lagrangian
from elbowroom.objectives.costs import Distortion, Rate
from elbowroom.objectives.objective import Objective, Sum


def geco(*, kappa: float = 100.0, initial: float = 1.0, samples: int = 1) -> Objective:
    """Minimise the rate subject to a distortion of at most kappa nats.

    loss = (rate + lambda (distortion - kappa)) / (1 + lambda), in nats per example; lambda ascends
    until the bound is met, or to zero where it does not matter. With beta = 1 / lambda, the
    objective elbo has the same minimum.

    Rezende, Viola (2018): Taming VAEs.

    Args:
        kappa: Largest distortion, in nats, of the mean over examples. What is good depends on the
            data and the likelihood: train with the objective elbo first, and choose it near the
            distortion found there. It is negative for many densities.
        initial: Multiplier lambda at the start.
        samples: Codes drawn for each example.

    Raises:
        ConfigError: If an option is out of range.

    Example:
        >>> geco(kappa=80.0)
        Lagrangian(Rate() + Constrained(Distortion(), 80))
    """
    cost = Lagrangian(Rate(), Constrained(Distortion(), kappa, initial=initial))
    return Sum(cost, samples=samples)
