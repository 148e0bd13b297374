"""FactorVAE, as an objective by name."""

from elbowroom.networks import MLP
from elbowroom.objectives.costs import Distortion, Rate, Weighted
from elbowroom.objectives.critic_total_correlation import CriticTotalCorrelation
from elbowroom.objectives.objective import Objective, Sum
from elbowroom.objectives.schedules import Schedule


def factor_vae(
    *,
    gamma: float | Schedule = 10.0,
    hidden: tuple[int, ...] = (256, 256, 256),
    level: int = 0,
) -> Objective:
    """FactorVAE: the ELBO, and a weight on the total correlation that a critic finds.

    loss = distortion + rate + gamma * TC, in nats per example, with
    TC = KL(q(z) || prod_j q(z_j)) of the codes of all examples (Kim & Mnih 2018, 'Disentangling by
    factorising'). The critic, fully connected on codes, is trained beside the model to tell codes
    from shuffled codes; its logit is log q(z) / prod_j q(z_j). The paper tries gamma from 1 to 100
    with a critic of six layers of 1,000 and a learning rate of 1e-4 for it
    (training.critic_learning_rate). beta-tcvae estimates the same quantity without a critic.

    Args:
        gamma: Weight of the total correlation: a number, or a schedule (warmup, cyclical).
        hidden: Widths of the critic's hidden layers.
        level: Level of a ladder whose codes are meant, 0 for the topmost.

    Raises:
        ConfigError: If gamma is negative, level negative, or a width not positive.

    Example:
        >>> factor_vae(gamma=35.0)
        Distortion() + Rate() + Weighted(35, CriticTotalCorrelation(critic))
    """
    critic = MLP(hidden=hidden, activation="leaky-relu")
    correlation = CriticTotalCorrelation(critic, level=level)
    return Sum(Distortion(), Rate(), Weighted(gamma, correlation))
