"""What a run was trained with, and what that means for its numbers."""

from pathlib import Path

from elbowroom.errors import ElbowroomError
from elbowroom.objectives import Objective
from elbowroom.objectives.recipe_context import recipe_context
from elbowroom.run import Run

UNFITTED = (
    "Trained with a distortion that is no likelihood: the decoder's p(x|z) was not trained, so "
    "that log evidence, ELBO and distortion are of a model that nobody fitted. Judge it by its "
    "reconstructions and samples."
)


def objective_of(run: Run) -> Objective:
    """Build the objective that a run was trained with; its own parameters are new."""
    context = recipe_context(run.preprocessing.out, run.facts["splits"]["train"])
    return run.config.build("objective", context)


def likelihood_was_fitted(run: Run) -> bool:
    """Tell whether training has scored examples under p(x|z), here or in the run it started from.

    Where that run is gone, it is taken for granted.
    """
    if objective_of(run).fits_likelihood:
        return True
    start = run.config.training.start_from
    if not start:
        return False
    try:
        return likelihood_was_fitted(Run.load(Path(start), trust=run.config.trust))
    except ElbowroomError:
        return True
