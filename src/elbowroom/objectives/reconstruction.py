"""Examples and their reconstructions side by side, for costs that compare the two directly."""

from torch import Tensor

from elbowroom.distributions import Likelihood
from elbowroom.errors import ElbowroomError, IncompatibleError
from elbowroom.models import LatentModel, Trace


def pair_of(trace: Trace) -> tuple[Tensor, Tensor]:
    """Return examples (B, *event) and their reconstructions E[x|z], (K, B, *event)."""
    if trace.x is None:
        raise ElbowroomError("these examples were generated: there is no x to compare with")
    return trace.x, trace.px.mean


def check_averages(model: LatentModel) -> None:
    """Refuse examples whose values cannot be averaged: E[x|z] is no example of such data.

    Raises:
        IncompatibleError: With the reason and what to use instead.
    """
    likelihood = model.likelihood
    if type(likelihood).representative is not Likelihood.representative:
        raise IncompatibleError(
            f"{likelihood.name} describes values that cannot be averaged (categories), so there "
            "is no reconstruction E[x|z] to compare with the example: use an objective that scores "
            "examples under the likelihood, such as elbo"
        )
