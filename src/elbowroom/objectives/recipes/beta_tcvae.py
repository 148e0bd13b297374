"""beta-TCVAE, as an objective by name."""

from typing import Literal

from elbowroom.objectives.costs import Distortion
from elbowroom.objectives.objective import Objective, Sum
from elbowroom.objectives.rate_split import SplitRate
from elbowroom.objectives.schedules import Schedule


def beta_tcvae(
    dataset_size: int,
    *,
    alpha: float = 1.0,
    beta: float | Schedule = 6.0,
    gamma: float = 1.0,
    estimator: Literal["stratified", "weighted", "exact"] = "stratified",
    level: int = 0,
    samples: int = 1,
) -> Objective:
    """beta-TCVAE: the ELBO with a weight on each part of the rate, the total correlation above all.

    loss = distortion + alpha * I(n; z) + beta * TC + gamma * sum_u KL(q(z_u) || p(z_u)), in nats
    per example, with TC = KL(q(z) || prod_u q(z_u)) of the codes of all examples (Chen et al. 2018,
    'Isolating sources of disentanglement in variational autoencoders'). No critic is trained: q(z)
    is estimated from the posteriors of a batch, whose size should be some hundreds. The paper
    varies beta alone. factor-vae has a critic for the same quantity.

    Args:
        dataset_size: Number of training examples.
        alpha: Weight of the mutual information between example and code.
        beta: Weight of the total correlation: a number, or a schedule (warmup, cyclical).
        gamma: Weight of the dimension-wise KL.
        estimator: How q(z) is estimated: 'stratified' or 'weighted' from a batch (the values of the
            second are not those of the parts); 'exact' takes each batch for the data set, which is
            exact where training has one batch an epoch.
        level: Level of a ladder whose rate is split, 0 for the topmost.
        samples: Codes drawn for each example; all are used.

    Raises:
        ConfigError: If an option is out of range.

    Example:
        >>> beta_tcvae(1000, beta=4.0)
        Distortion() + SplitRate(1000, alpha=1, beta=4, gamma=1)
    """
    split = SplitRate(
        dataset_size, alpha=alpha, beta=beta, gamma=gamma, estimator=estimator, level=level
    )
    return Sum(Distortion(), split, samples=samples)
