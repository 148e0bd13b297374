"""The evidence lower bound, as an objective by name."""

from elbowroom.objectives.costs import Distortion, Rate, Weighted
from elbowroom.objectives.objective import Objective, Sum
from elbowroom.objectives.schedules import Schedule


def elbo(*, beta: float | Schedule = 1.0, samples: int = 1) -> Objective:
    """The evidence lower bound; with beta other than 1, beta-VAE.

    loss = distortion + beta * rate, in nats per example (Kingma & Welling 2014; Higgins et al.
    2017). Sums run over the dimensions of an example, so beta means the same at every size.

    Args:
        beta: Weight of the rate: a number, or a schedule (warmup, cyclical).
        samples: Codes drawn for each example.

    Raises:
        ConfigError: If beta is negative or samples below 1.

    Example:
        >>> elbo(beta=4.0)
        Distortion() + Weighted(4, Rate())
    """
    return Sum(Distortion(), Weighted(beta, Rate()), samples=samples)
