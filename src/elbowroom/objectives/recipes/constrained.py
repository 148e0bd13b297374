"""The least distortion at a given rate, as an objective by name."""

from elbowroom.objectives.constraint import Constrained, Lagrangian
from elbowroom.objectives.costs import Distortion, Rate
from elbowroom.objectives.objective import Objective, Sum


def constrained(*, delta: float = 10.0, initial: float = 1.0, samples: int = 1) -> Objective:
    """Minimise the distortion subject to a rate of at most delta nats.

    loss = (distortion + lambda (rate - delta)) / (1 + lambda), in nats per example; lambda ascends
    until the bound is met, or to zero where it does not matter. With that lambda as its beta, the
    objective elbo has the same minimum.

    Higgins, Matthey, Pal, Burgess, Glorot, Botvinick, Mohamed, Lerchner (2017): beta-VAE: Learning
    Basic Visual Concepts with a Constrained Variational Framework.

    Args:
        delta: Largest rate, in nats, of the mean over examples.
        initial: Multiplier lambda at the start.
        samples: Codes drawn for each example.

    Raises:
        ConfigError: If an option is out of range.

    Example:
        >>> constrained(delta=8.0)
        Lagrangian(Distortion() + Constrained(Rate(), 8))
    """
    cost = Lagrangian(Distortion(), Constrained(Rate(), delta, initial=initial))
    return Sum(cost, samples=samples)
