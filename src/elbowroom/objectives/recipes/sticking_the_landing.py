"""The ELBO with a gradient that vanishes at the exact posterior, as an objective by name."""

from elbowroom.objectives.bounds import EvidenceBound
from elbowroom.objectives.gradients import StickingTheLanding
from elbowroom.objectives.objective import Objective, Sum


def sticking_the_landing(*, samples: int = 1) -> Objective:
    """The ELBO with the path-derivative gradient: the score of the posterior is left out.

    loss = -1/K sum_k log w_k, in nats per example. The mean of the gradient is that of the ELBO;
    its noise vanishes where the posterior is exact. It takes one more density of the codes.

    Roeder, Wu, Duvenaud (2017): Sticking the Landing: Simple, Lower-Variance Gradient Estimators
    for Variational Inference.

    Args:
        samples: Codes K drawn for each example.

    Raises:
        ConfigError: If samples is below 1.

    Example:
        >>> sticking_the_landing()
        StickingTheLanding(EvidenceBound())
    """
    return Sum(StickingTheLanding(EvidenceBound()), samples=samples)
