"""Distortion as a critic sees it (Larsen et al. 2016, https://arxiv.org/abs/1512.09300)."""

from elbowroom.models import LatentModel, Trace
from elbowroom.networks.frozen import frozen
from elbowroom.objectives.critic import Critic
from elbowroom.objectives.objective import Cost, Penalty
from elbowroom.objectives.reconstruction import check_averages, pair_of


class FeatureDistortion(Penalty):
    """Squared error between what a critic sees in x and in its reconstruction.

    1/2 |f(x) - f(x')|^2, with f the critic's hidden layer and x' = E[x|z]: up to a constant the
    -log of N(f(x); f(x'), I), in nats of the *features*. It forgives what the critic does not see,
    so it is no likelihood of x: the decoder's own p(x|z) is not trained by it. A sum over features
    and a mean over examples and samples. The critic is held; its features move as it learns.

    Args:
        critic: The critic; another cost trains it (`Adversarial`).

    Example:
        >>> FeatureDistortion(Critic.of((1, 28, 28)))
        FeatureDistortion(critic)
    """

    comparable = False

    def __init__(self, critic: Critic) -> None:
        super().__init__()
        self.critic = critic

    def check(self, model: LatentModel) -> None:
        """Refuse examples that cannot be averaged, or that the critic was not built for."""
        super().check(model)
        check_averages(model)
        self.critic.check(model.event_shape, "the examples")

    def forward(self, model: LatentModel, trace: Trace) -> Cost:
        """Return the mean distortion of features."""
        x, made = pair_of(trace)
        with frozen(self.critic):
            target, rebuilt = self.critic(x).features, self.critic(made).features
        value = 0.5 * (rebuilt - target).square().flatten(2).sum(-1).mean()
        return Cost(value, logs={"feature distortion": value.detach()})

    def __repr__(self) -> str:
        return f"FeatureDistortion({self.critic!r})"
