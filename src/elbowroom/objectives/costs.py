"""The two costs of every VAE, and a weight.

    distortion = -E_q[log p(x|z)]           how badly the code describes the example
    rate       = KL(q(z|x) || p(z))         how many nats the code costs
    ELBO       = -(distortion + rate)       log p(x) = ELBO + KL(q(z|x) || p(z|x))

See Alemi et al. (2018), 'Fixing a Broken ELBO', for the plane that the two span.
"""

from torch import Tensor

from elbowroom.distributions import Ability
from elbowroom.models import LatentModel, Trace
from elbowroom.objectives.objective import Cost, Penalty
from elbowroom.objectives.schedules import Schedule, as_schedule


class Distortion(Penalty):
    """-log p(x|z), in nats per example."""

    scores_likelihood = True

    def forward(self, model: LatentModel, trace: Trace) -> Cost:
        """Return the mean distortion."""
        value = -trace.log_px.mean()
        return Cost(value, logs={"distortion": value.detach()})

    def __repr__(self) -> str:
        return "Distortion()"


class Rate(Penalty):
    """KL(q(z|x) || p(z)), in nats per example."""

    requires = frozenset({Ability.DENSITY})

    def forward(self, model: LatentModel, trace: Trace) -> Cost:
        """Return the mean rate."""
        value = trace.rate.mean()
        return Cost(value, logs={"rate": value.detach()})

    def __repr__(self) -> str:
        return "Rate()"


class Weighted(Penalty):
    """A cost times a weight that may follow a schedule; logs show the cost without its weight.

    Args:
        weight: A number, 0 or more, or a schedule.
        penalty: The cost.

    Raises:
        ConfigError: If the weight is negative or not finite.
    """

    def __init__(self, weight: float | Schedule, penalty: Penalty) -> None:
        super().__init__()
        self.weight = as_schedule(weight)
        self.penalty = penalty
        self.requires = penalty.requires

    @property
    def trains_prior(self) -> bool:
        """Whether the cost's gradient reaches the parameters of p(z), with a weight above 0."""
        ever = max(self.weight.final, self.weight.at(0.0)) > 0
        return ever and self.penalty.trains_prior

    @property
    def price(self) -> Tensor | None:
        """The weight times what a multiplier decides."""
        price = self.penalty.price
        return None if price is None else self.weight() * price

    def check(self, model: LatentModel) -> None:
        """Refuse a model that the cost makes no sense for."""
        self.penalty.check(model)

    def forward(self, model: LatentModel, trace: Trace) -> Cost:
        """Return the weighted cost."""
        cost = self.penalty(model, trace)
        return Cost(self.weight() * cost.value, cost.own, cost.logs)

    def __repr__(self) -> str:
        return f"Weighted({self.weight!r}, {self.penalty!r})"
