"""DIP-VAE, as an objective by name."""

from typing import Literal

from elbowroom.objectives.costs import Distortion, Rate
from elbowroom.objectives.covariance_penalty import CovariancePenalty
from elbowroom.objectives.objective import Objective, Sum
from elbowroom.objectives.schedules import Schedule


def dip_vae(
    *,
    form: Literal["i", "ii"] = "ii",
    off_diagonal: float | Schedule = 10.0,
    diagonal: float = 10.0,
    level: int = 0,
    samples: int = 1,
) -> Objective:
    """DIP-VAE: the ELBO, and the covariance of the codes held at the identity.

    loss = distortion + rate + a sum_{u != v} C_uv^2 + b sum_u (C_uu - 1)^2, the first two in nats
    per example (Kumar, Sattigeri, Balakrishnan 2018, 'Variational inference of disentangled latent
    concepts from unlabeled observations'). C is the covariance of the posterior means over a batch
    (i), or that of q(z), which adds the mean posterior covariance (ii). It costs next to nothing.

    Args:
        form: Which covariance: of the posterior means ('i') or of the codes ('ii').
        off_diagonal: Weight a of the covariances: a number, or a schedule (warmup, cyclical).
        diagonal: Weight b of the variances. The paper takes 10 a for form i, where nothing else
            keeps the means from shrinking, and a for form ii.
        level: Level of a ladder whose codes are meant, 0 for the topmost.
        samples: Codes drawn for each example.

    Raises:
        ConfigError: If an option is out of range.

    Example:
        >>> dip_vae(form="i", diagonal=100.0)
        Distortion() + Rate() + CovariancePenalty(10, 100, form='i')
    """
    penalty = CovariancePenalty(off_diagonal, diagonal, form=form, level=level)
    return Sum(Distortion(), Rate(), penalty, samples=samples)
