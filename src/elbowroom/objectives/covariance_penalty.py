"""The covariance of the codes held at the identity (Kumar et al. 2018, arXiv:1711.00848)."""

from collections.abc import Callable
from typing import Literal, TypeAlias, get_args

import torch
from torch import Tensor
from torch.distributions import Independent

from elbowroom.distributions import Space
from elbowroom.distributions.moments import known_moment
from elbowroom.errors import ConfigError, IncompatibleError, did_you_mean
from elbowroom.models import LatentModel, Level, Trace
from elbowroom.objectives.level_choice import checked_level, level_of, lies_on_sphere
from elbowroom.objectives.objective import Cost, Penalty
from elbowroom.objectives.schedules import Schedule, as_schedule

Form: TypeAlias = Literal["i", "ii"]


class CovariancePenalty(Penalty):
    """a sum_{u != v} C_uv^2 + b sum_u (C_uu - 1)^2, with C a covariance of the codes of a batch.

        i     C = Cov[mu(x)]                    of the means mu(x) of q(z|x)
        ii    C = Cov[mu(x)] + E[Sigma(x)]      of q(z) = E[q(z|x)], Sigma(x) that of q(z|x)

    The identity is the covariance of the standard normal prior. Uncorrelated codes are pulled to no
    axes of their own: it is the decoder, and the noise of form ii, that make units differ. The cost
    has no nats; both sums run over all units, every pair twice.

    Cov is the unbiased covariance over the batch. Its square is too high by its variance, about
    C_uu C_vv / (B - 1) for each pair of units: batches should be much larger than codes have units.
    E[Sigma] is in closed form for independent units, else that of the drawn codes about their
    means. A deterministic code has no Sigma, so that its two forms are the same.

    Args:
        off_diagonal: Weight a: a number, or a schedule.
        diagonal: Weight b.
        form: Which covariance.
        level: Which level of a ladder, 0 for the topmost. Below the first that is inferred, the
            means are those given the codes drawn at the other levels.

    Raises:
        ConfigError: If an argument is out of range.

    Example:
        >>> CovariancePenalty(10.0, 100.0, form="i")
        CovariancePenalty(10, 100, form='i')
    """

    couples_batch = True

    def __init__(
        self,
        off_diagonal: float | Schedule = 10.0,
        diagonal: float | Schedule = 10.0,
        *,
        form: Form = "ii",
        level: int = 0,
    ) -> None:
        super().__init__()
        if form not in _WITHIN:
            raise ConfigError(
                f"form must be one of {', '.join(get_args(Form))}, got {form!r}."
                + did_you_mean(form, _WITHIN)
            )
        self.off_diagonal = as_schedule(off_diagonal)
        self.diagonal = as_schedule(diagonal)
        self.form: Form = form
        self.level = checked_level(level)

    def check(self, model: LatentModel) -> None:
        """Refuse codes on a sphere, and posteriors that do not know their mean."""
        super().check(model)
        level = level_of(model, self.level, self)
        if lies_on_sphere(level):
            raise IncompatibleError(
                f"the codes of this model lie in {Space.SPHERE}, where the variances of all units "
                "add up to 1 at most, so that their covariance cannot be the identity: use a "
                "posterior over real codes such as diagonal-gaussian, or the objective info-vae"
            )
        if known_moment(level.posterior, "mean") is None:
            raise IncompatibleError(
                f"{self!r} needs the mean of q(z|x), which a {type(level.posterior).__name__} "
                "does not know: use the diagonal-gaussian or the full-gaussian posterior, or the "
                "objective info-vae, which asks for draws alone"
            )

    def forward(self, model: LatentModel, trace: Trace) -> Cost:
        """Return the weighted squares."""
        level = trace.levels[self.level]
        covariance = covariance_of(level.posterior.mean) + _WITHIN[self.form](level)
        variances = covariance.diagonal()
        pairs = (covariance - variances.diag()).square().sum()
        units = (variances - 1).square().sum()
        return Cost(
            self.off_diagonal() * pairs + self.diagonal() * units,
            logs={"covariance": pairs.detach(), "variance": units.detach()},
        )

    def __repr__(self) -> str:
        form = "" if self.form == "ii" else f", form={self.form!r}"
        level = f", level={self.level}" if self.level else ""
        return f"CovariancePenalty({self.off_diagonal!r}, {self.diagonal!r}{form}{level})"


def covariance_of(rows: Tensor) -> Tensor:
    """Return the unbiased covariance of vectors (*lead, units), (units, units); of one vector, 0.

    Example:
        >>> covariance_of(torch.tensor([[-1.0, 1.0], [1.0, -1.0]]))
        tensor([[ 2., -2.],
                [-2.,  2.]])
    """
    flat = rows.flatten(end_dim=-2)
    return _products(flat - flat.mean(0)) / max(len(flat) - 1, 1)


def mean_covariance(level: Level) -> Tensor:
    """Return E[Sigma(x)] of a level's posteriors over the batch, (units, units)."""
    q = level.posterior
    if isinstance(q, Independent):
        return q.variance.flatten(end_dim=-2).mean(0).diag()
    known = getattr(q, "covariance_matrix", None)
    if known is not None:
        return known.flatten(end_dim=-3).mean(0)
    deviation = (level.z - q.mean).flatten(end_dim=-2)
    return _products(deviation) / len(deviation)


def _products(rows: Tensor) -> Tensor:
    """Return sum_n r_n r_n', (units, units), in full precision."""
    with torch.autocast(rows.device.type, enabled=False):
        return rows.mT @ rows


_WITHIN: dict[str, Callable[[Level], Tensor]] = {
    "i": lambda level: torch.zeros((), device=level.z.device),
    "ii": mean_covariance,
}
"""What each form adds to the covariance of the means."""
