"""Total correlation from the posteriors of a batch (Chen et al. 2018, arXiv:1802.04942)."""

from elbowroom.distributions import Ability
from elbowroom.errors import IncompatibleError
from elbowroom.models import LatentModel, Level, Trace
from elbowroom.objectives.batch_aggregate import (
    Estimator,
    batch_aggregate,
    checked_estimator,
    checked_size,
)
from elbowroom.objectives.level_choice import checked_level, level_of
from elbowroom.objectives.objective import Cost, Penalty


class TotalCorrelation(Penalty):
    """TC = KL(q(z) || prod_u q(z_u)) of the codes of all examples, in nats.

    value = E[log q(z) - sum_u log q(z_u)], over all codes of a batch, q(z) estimated from the
    posteriors of the batch (`batch_aggregate`). `Distortion() + Rate() + Weighted(5,
    TotalCorrelation(N))` is beta-TCVAE with beta = 6, for any prior. What the three estimators say:

    - stratified: near the truth, and the nearer the larger the batch. log q(z) and the sum of the
      log q(z_u) are both too low, so that the error of their difference has no certain sign;
    - weighted: its value is no estimate of TC, which it exceeds by as much as (units - 1) log N
      where posteriors overlap; what it is for is its gradient;
    - exact: TC of the examples in the batch, as if there were no others. That is the truth where
      the batch is the data set; a batch of a larger one has, as a rule, more of it.

    The bias depends on the batch: values at unlike batch sizes do not compare.

    Args:
        dataset_size: Number N of training examples.
        estimator: How q(z) is estimated.
        level: Which level of a ladder, 0 for the topmost.

    Raises:
        ConfigError: If an argument is out of range.

    Example:
        >>> TotalCorrelation(60_000)
        TotalCorrelation(60000)
    """

    requires = frozenset({Ability.DENSITY, Ability.ANYWHERE, Ability.FACTORS})
    couples_batch = True

    def __init__(
        self, dataset_size: int, *, estimator: Estimator = "stratified", level: int = 0
    ) -> None:
        super().__init__()
        self.dataset_size = checked_size(dataset_size)
        self.estimator: Estimator = checked_estimator(estimator)
        self.level = checked_level(level)

    @property
    def trains_prior(self) -> bool:
        """It does not ask for the prior."""
        return False

    def check(self, model: LatentModel) -> None:
        """Refuse a level whose codes have no posterior given the example alone."""
        super().check(model)
        check_given_example(level_of(model, self.level, self), self)

    def forward(self, model: LatentModel, trace: Trace) -> Cost:
        """Return the total correlation of the codes."""
        level = trace.levels[self.level]
        joint, units = batch_aggregate(level.posterior, level.z, self.dataset_size, self.estimator)
        value = (joint - units.sum(-1)).mean()
        return Cost(value, logs={"total correlation": value.detach()})

    def __repr__(self) -> str:
        estimator = "" if self.estimator == "stratified" else f", estimator={self.estimator!r}"
        level = f", level={self.level}" if self.level else ""
        return f"TotalCorrelation({self.dataset_size}{estimator}{level})"


def check_given_example(level: Level, cost: Penalty) -> None:
    """Refuse a level whose posterior is given codes of other levels.

    Raises:
        IncompatibleError: With the reason and what to use instead.
    """
    if len(level.posterior.batch_shape) != 1:
        raise IncompatibleError(
            f"{cost!r} mixes q(z|x) over examples, but at this level of the model q is given codes "
            "drawn at another level, so that q(z|x) is an integral: use the level that is inferred "
            "first (the topmost, 0, where inference is top-down), or the objective factor-vae, "
            "whose critic asks for draws alone"
        )
