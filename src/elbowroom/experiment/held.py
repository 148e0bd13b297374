"""Whether training held the codes of a model near a prior, and what its evidence is worth."""

from elbowroom.distributions import Ability
from elbowroom.experiment.trained_with import UNFITTED, likelihood_was_fitted, objective_of
from elbowroom.objectives import CovariancePenalty, MeanDiscrepancy, Sum, Weighted
from elbowroom.run import Run

UNHELD = (
    "Do not judge it by this number: nothing in the training held the codes near the prior p(z), "
    "so that the log evidence is of a model that nobody fitted. Judge it by its reconstructions."
)

_WITHOUT_DENSITY = (CovariancePenalty, MeanDiscrepancy)
"""Costs that ask the prior for draws or moments; all others that hold codes ask for log p(z)."""


def caveat(run: Run) -> str | None:
    """Say why a log evidence is of a model that nobody fitted, or None where somebody did."""
    if not likelihood_was_fitted(run):
        return UNFITTED
    return None if codes_were_held(run) else UNHELD


def codes_were_held(run: Run) -> bool:
    """Tell whether anything in the training of a run brought codes and prior together."""
    objective = objective_of(run)
    if isinstance(objective, Sum):
        return holds_codes(objective)
    return Ability.DENSITY in run.model.abilities


def holds_codes(objective: Sum) -> bool:
    """Tell whether a cost, with a weight above 0, holds codes near the prior or it near them.

    Example:
        >>> from elbowroom.objectives import autoencoder, beta_vae, elbo, wae
        >>> holds_codes(elbo()), holds_codes(wae()), holds_codes(autoencoder())
        (True, True, False)
        >>> holds_codes(beta_vae(beta=0.0)), holds_codes(wae(weight=0.0))
        (False, False)
    """
    weighted = [part for part in objective.modules() if isinstance(part, Weighted)]
    idle = {
        part
        for one in weighted
        if max(one.weight.final, one.weight.at(0.0)) <= 0
        for part in one.modules()
    }
    without = [part for part in objective.modules() if isinstance(part, _WITHOUT_DENSITY)]
    return any(cost.trains_prior for cost in objective.terms) or not idle.issuperset(without)
