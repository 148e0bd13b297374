"""The importance-weighted autoencoder with less gradient noise, as an objective by name."""

from elbowroom.objectives.bounds import ImportanceBound
from elbowroom.objectives.gradients import DoublyReparametrised
from elbowroom.objectives.objective import Objective, Sum


def dreg(*, samples: int = 5) -> Objective:
    """The importance-weighted autoencoder with the doubly reparametrised gradient.

    loss = -log 1/K sum_k w_k, in nats per example, as for iwae. The encoder's gradient has the
    same mean and less noise, which no longer drowns it as K grows. The decoder runs twice.

    Tucker, Lawson, Gu, Maddison (2019): Doubly Reparameterized Gradient Estimators for Monte
    Carlo Objectives.

    Args:
        samples: Codes K drawn for each example.

    Raises:
        ConfigError: If samples is below 1.

    Example:
        >>> dreg(samples=50)
        DoublyReparametrised(ImportanceBound()), 50 samples
    """
    return Sum(DoublyReparametrised(ImportanceBound()), samples=samples)
