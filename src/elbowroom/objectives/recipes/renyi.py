"""The variational Renyi bound, as an objective by name."""

from elbowroom.objectives.bounds import RenyiBound
from elbowroom.objectives.objective import Objective, Sum


def renyi(*, alpha: float = 0.5, samples: int = 5) -> Objective:
    """The variational Renyi bound of order alpha.

    loss = -1/(1-alpha) log 1/K sum_k w_k^(1-alpha), in nats per example. Between alpha = 0, the
    importance-weighted autoencoder, and alpha = 1, the ELBO, it trades a posterior that covers
    against one that fits.

    Li, Turner (2016): Renyi Divergence Variational Inference.

    Args:
        alpha: Order of the divergence, any number but 1.
        samples: Codes K drawn for each example.

    Raises:
        ConfigError: If alpha is 1 (that is the objective elbo), or samples is below 1.

    Example:
        >>> renyi(alpha=0.5)
        RenyiBound(0.5), 5 samples
    """
    return Sum(RenyiBound(alpha), samples=samples)
