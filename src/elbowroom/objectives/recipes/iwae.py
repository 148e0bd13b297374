"""The importance-weighted autoencoder, as an objective by name."""

from elbowroom.objectives.bounds import ImportanceBound
from elbowroom.objectives.objective import Objective, Sum


def iwae(*, samples: int = 5) -> Objective:
    """The importance-weighted autoencoder: the bound of K weighted codes.

    loss = -log 1/K sum_k w_k, with w_k = p(x, z_k) / q(z_k|x), in nats per example. It is at
    least as tight as the ELBO, and tightens with K; with one code it is the ELBO.

    Burda, Grosse, Salakhutdinov (2016): Importance Weighted Autoencoders.

    Args:
        samples: Codes K drawn for each example.

    Raises:
        ConfigError: If samples is below 1.

    Example:
        >>> iwae(samples=50)
        ImportanceBound(), 50 samples
    """
    return Sum(ImportanceBound(), samples=samples)
