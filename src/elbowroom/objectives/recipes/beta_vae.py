"""beta-VAE, as an objective by name."""

from elbowroom.objectives.objective import Objective
from elbowroom.objectives.recipes.elbo import elbo
from elbowroom.objectives.schedules import Schedule


def beta_vae(*, beta: float | Schedule = 4.0, samples: int = 1) -> Objective:
    """The evidence lower bound with a weight above 1 on the rate.

    loss = distortion + beta * rate, in nats per example (Higgins et al. 2017, 'beta-VAE: Learning
    Basic Visual Concepts with a Constrained Variational Framework'): the multiplier form of
    'minimise the distortion with a rate of at most delta nats', for which see `constrained`. Sums
    run over the values of an example, so that beta means the same at every size; where a paper
    averages over D values, its beta is D times smaller than this one.

    Args:
        beta: Weight of the rate: a number, or a schedule (warmup, cyclical).
        samples: Codes drawn for each example.

    Raises:
        ConfigError: If beta is negative or samples below 1.

    Example:
        >>> beta_vae()
        Distortion() + Weighted(4, Rate())
    """
    return elbo(beta=beta, samples=samples)
