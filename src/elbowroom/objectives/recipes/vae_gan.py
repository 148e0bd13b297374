"""VAE-GAN, as an objective by name."""

from elbowroom.errors import ConfigError
from elbowroom.networks import Architecture
from elbowroom.objectives.adversarial import Adversarial
from elbowroom.objectives.costs import Rate, Weighted
from elbowroom.objectives.critic import Critic
from elbowroom.objectives.feature_distortion import FeatureDistortion
from elbowroom.objectives.objective import Objective, Sum
from elbowroom.objectives.schedules import Schedule


def vae_gan(
    event_shape: tuple[int, ...],
    *,
    gamma: float = 0.1,
    beta: float | Schedule = 1.0,
    noise: float = 0.2,
    critic: Architecture | None = None,
) -> Objective:
    """VAE-GAN: distortion as a critic sees it, and a decoder that must fool the critic.

        encoder minimises   rate + D_f              D_f = 1/2 |f(x) - f(x')|^2, in nats of features
        decoder minimises   gamma D_f + G           G = E[softplus(-d(x'))], x' made
        critic minimises    its cross entropy       f its hidden layer, d its logit of 'real'

    (Larsen et al. 2016, 'Autoencoding beyond pixels using a learned similarity metric'). Written as
    one sum, D_f + rate + G / gamma: the decoder's share is the paper's times 1 / gamma, a factor
    that Adam takes out of the step. G is the non-saturating form of the paper's -log(1 - D).

    D_f is no likelihood of x, so that p(x|z) is not trained and an evaluation says so.

    Args:
        event_shape: Shape of one example.
        gamma: How much the decoder cares for likeness, against fooling the critic; above 0.
        beta: Weight of the rate: a number, or a schedule.
        noise: Standard deviation of the noise on what the critic judges, in units of the data as
            the model sees them: it keeps the critic from growing certain. 0 for the paper's.
        critic: Network of the critic; when not given, conv for images of 16 pixels a side or more,
            mlp for all else.

    Raises:
        ConfigError: If gamma is not positive, or beta or noise negative.

    Example:
        >>> vae_gan((1, 28, 28), noise=0.0)
        FeatureDistortion(critic) + Weighted(1, Rate()) + Weighted(10, Adversarial(critic))
    """
    if not gamma > 0:
        raise ConfigError(f"gamma must be above 0, got {gamma}")
    judge = Critic.of(event_shape, critic)
    fooling = Adversarial(judge, noise=noise)
    return Sum(FeatureDistortion(judge), Weighted(beta, Rate()), Weighted(1 / gamma, fooling))
