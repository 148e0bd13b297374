"""The diagnosis of a run: its model, its history, and its bounds on old and new examples."""

import torch

from elbowroom.evidence import Estimate, InferenceGap, lower_bound
from elbowroom.experiment.measurements import Subject
from elbowroom.experiment.trained_with import objective_of
from elbowroom.experiment.unit_rates import history_of
from elbowroom.metrics import Diagnosis, PriorHoles, diagnose, prior_holes
from elbowroom.models import has_aggregate
from elbowroom.objectives import Rate, Weighted
from elbowroom.run import Run

_EXAMPLES = 4_000
_TRAIN = 1_000
_ELBO_SAMPLES = 16


def examine(subject: Subject, gap: InferenceGap | None) -> tuple[Diagnosis, PriorHoles | None]:
    """Diagnose a run on the examples that it was evaluated on.

    Args:
        subject: The run and its examples.
        gap: Where the gap to log p(x) comes from, if that was measured.

    Returns:
        The diagnosis and the prior's holes, None where they cannot be had (`has_aggregate`).
    """
    run, seed = subject.run, subject.seed
    x = subject.inputs(subject.some(_EXAMPLES))
    holes = prior_holes(run.model, x, seed=seed) if has_aggregate(run.model) else None
    bounds = {}
    if subject.split != "train":
        bounds = {"train_elbo": _train_elbo(run, seed),
                  "validation_elbo": subject.passed.estimates["ELBO"]}  # fmt: skip
    found = diagnose(
        run.model, x, beta=final_beta(run), history=history_of(run), gap=gap, holes=holes,
        seed=seed, **bounds,
    )  # fmt: skip
    return found, holes


def final_beta(run: Run) -> float:
    """Return the weight of the rate at the end of training."""
    parts = list(objective_of(run).modules())
    weighted = [part for part in parts if isinstance(part, Weighted)]
    of_rate = [part.weight.final for part in weighted if isinstance(part.penalty, Rate)]
    return of_rate[0] if of_rate else float(any(isinstance(part, Rate) for part in parts))


def _train_elbo(run: Run, seed: int) -> Estimate:
    train = run.dataset("train")
    count = min(len(train), _TRAIN)
    raw = train.take(torch.arange(count) * len(train) // count).to(run.device)
    with torch.random.fork_rng(), torch.no_grad():
        torch.manual_seed(seed)
        x, jacobian = run.preprocessing.with_log_jacobian(raw, run.model.likelihood.measure)
    return lower_bound(run.model, x, samples=_ELBO_SAMPLES, seed=seed)["elbo"].shifted(jacobian)
