"""Fitting a prior to codes."""

from elbowroom.errors import IncompatibleError
from elbowroom.models import LatentModel, Trace
from elbowroom.objectives.objective import Cost, Penalty


class PriorFit(Penalty):
    """The cross-entropy of codes under the prior, -E_q[log p(z)], in nats per example.

    Its minimum over priors is at the aggregate posterior q(z) = E_x[q(z|x)]: it differs from the
    rate by the entropy of q alone, which no prior changes. So a prior can be fitted to the codes of
    a trained model, and of an autoencoder without noise as well (Ghosh et al. 2020). The codes are
    taken as they are: over the encoder as well, the minimum would be all codes in one point.
    """

    @property
    def trains_prior(self) -> bool:
        """It trains nothing else."""
        return True

    def check(self, model: LatentModel) -> None:
        """Refuse a model whose prior has nothing to fit."""
        super().check(model)
        if not model.learns_prior:
            raise IncompatibleError(
                "there is nothing to fit: the prior of this model has no parameters. Use a prior "
                "that has some, such as coupling-flow or gaussian-mixture"
            )

    def forward(self, model: LatentModel, trace: Trace) -> Cost:
        """Return the mean cross-entropy over examples, summed over levels."""
        first, *rest = (level.p.log_prob(level.z.detach()) for level in trace.levels)
        value = -sum(rest, first).mean()
        return Cost(value, logs={"cross-entropy": value.detach()})

    def __repr__(self) -> str:
        return "PriorFit()"
