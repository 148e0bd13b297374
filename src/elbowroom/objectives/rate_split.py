"""The rate in three parts with a weight each (Chen et al. 2018, arXiv:1802.04942).

With n one of the N examples at random, z ~ q(z|x_n) and q(z) = 1/N sum_n q(z|x_n):

    E[KL(q(z|x_n) || p(z))] = I(n; z)                          what a code tells about its example
                            + KL(q(z) || prod_u q(z_u))        total correlation
                            + sum_u KL(q(z_u) || p(z_u))       dimension-wise KL

for posteriors and a prior of independent units.
"""

from torch.distributions import Independent

from elbowroom.distributions import Ability
from elbowroom.errors import IncompatibleError
from elbowroom.models import LatentModel, Trace
from elbowroom.objectives.batch_aggregate import (
    Estimator,
    batch_aggregate,
    checked_estimator,
    checked_size,
)
from elbowroom.objectives.level_choice import checked_level, level_of
from elbowroom.objectives.objective import Cost, Penalty
from elbowroom.objectives.schedules import Schedule, as_schedule
from elbowroom.objectives.total_correlation import check_given_example


class SplitRate(Penalty):
    """The rate with its parts weighted: alpha * MI + beta * TC + gamma * DWKL, in nats per example.

        DWKL = E[sum_u log q(z_u) - log p(z_u)],    TC = E[log q(z) - sum_u log q(z_u)]
        MI   = rate - TC - DWKL

    q(z) is estimated from the posteriors of the batch (`batch_aggregate`), with all codes of each
    example. The rate is in closed form where one exists; the mutual information then has the same
    mean as that of E[log q(z|x) - log q(z)], and with three equal weights the cost is the rate
    without any noise from the estimate, whichever the estimator. Estimates from a batch say too
    much mutual information and too little dimension-wise KL, because densities come out too low,
    by as much as log N for the weighted ones; for the total correlation see `TotalCorrelation`. The
    rates of a ladder's other levels are added as they are.

    Args:
        dataset_size: Number N of training examples.
        alpha: Weight of the mutual information: a number, or a schedule.
        beta: Weight of the total correlation.
        gamma: Weight of the dimension-wise KL.
        estimator: How q(z) is estimated: stratified or weighted, from a batch of N examples; or
            exact, which takes the batch for the whole data set, as it is where training has one
            batch an epoch. With more, it is the split for M examples: its mutual information is too
            low, log M at most, and its other parts are too high.
        level: Which level of a ladder, 0 for the topmost.

    Raises:
        ConfigError: If an argument is out of range.

    Example:
        >>> SplitRate(60_000, beta=6.0, estimator="weighted")
        SplitRate(60000, alpha=1, beta=6, gamma=1, estimator='weighted')
    """

    requires = frozenset({Ability.DENSITY, Ability.ANYWHERE, Ability.FACTORS})
    couples_batch = True

    def __init__(
        self,
        dataset_size: int,
        *,
        alpha: float | Schedule = 1.0,
        beta: float | Schedule = 1.0,
        gamma: float | Schedule = 1.0,
        estimator: Estimator = "stratified",
        level: int = 0,
    ) -> None:
        super().__init__()
        self.dataset_size = checked_size(dataset_size)
        self.alpha = as_schedule(alpha)
        self.beta = as_schedule(beta)
        self.gamma = as_schedule(gamma)
        self.estimator: Estimator = checked_estimator(estimator)
        self.level = checked_level(level)

    @property
    def trains_prior(self) -> bool:
        """Whether the one part that asks for the prior has a weight."""
        return self.gamma.final > 0

    def check(self, model: LatentModel) -> None:
        """Refuse a level whose posterior is given other codes, or a prior of dependent units."""
        super().check(model)
        level = level_of(model, self.level, self)
        check_given_example(level, self)
        if not isinstance(level.p, Independent) or len(level.p.batch_shape):
            raise IncompatibleError(
                f"{self!r} compares each unit's q(z_u) with its p(z_u), but the units of the prior "
                "at this level are not independent, or depend on other levels: use the "
                "standard-normal or the learned-gaussian prior; or, in Python, Distortion() + "
                "Rate() + Weighted(5.0, TotalCorrelation(dataset_size)), which asks for neither"
            )

    def forward(self, model: LatentModel, trace: Trace) -> Cost:
        """Return the weighted parts of one level's rate, and the rates of the others."""
        level = trace.levels[self.level]
        joint, units = batch_aggregate(level.posterior, level.z, self.dataset_size, self.estimator)
        product = units.sum(-1)
        correlation = (joint - product).mean()
        apart = (product - level.log_p).mean()
        rate = level.rate.mean()
        information = rate - correlation - apart
        value = self.alpha() * information + self.beta() * correlation + self.gamma() * apart
        others = [other.rate.mean() for other in trace.levels if other is not level]
        return Cost(
            sum(others, value),
            logs={
                "rate": sum(others, rate).detach(),
                "mutual information": information.detach(),
                "total correlation": correlation.detach(),
                "dimension-wise KL": apart.detach(),
            },
        )

    def __repr__(self) -> str:
        weights = f"alpha={self.alpha!r}, beta={self.beta!r}, gamma={self.gamma!r}"
        estimator = "" if self.estimator == "stratified" else f", estimator={self.estimator!r}"
        level = f", level={self.level}" if self.level else ""
        return f"SplitRate({self.dataset_size}, {weights}{estimator}{level})"
