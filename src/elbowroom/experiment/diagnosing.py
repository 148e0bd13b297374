"""The diagnosis of a run: its model, its history, and its bounds on old and new examples."""

import torch

from elbowroom.assembly import even_places
from elbowroom.evidence import Estimate, InferenceGap, lower_bound
from elbowroom.experiment.measurements import Subject
from elbowroom.experiment.trained_with import objective_of
from elbowroom.experiment.unit_rates import history_of
from elbowroom.metrics import Diagnosis, PriorHoles, diagnose, prior_holes
from elbowroom.models import has_aggregate
from elbowroom.objectives import Rate, Weighted
from elbowroom.run import Run
from elbowroom.using.labelled import model_of

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
    which = subject.some(_EXAMPLES)
    model, x = subject.model(which), subject.inputs(which)
    holes = prior_holes(model, x, seed=seed) if has_aggregate(model) else None
    bounds = {}
    if subject.split != "train":
        bounds = {"train_elbo": _train_elbo(run, seed),
                  "validation_elbo": subject.passed.estimates["ELBO"]}  # fmt: skip
    found = diagnose(
        model, x, beta=final_beta(run), history=history_of(run), gap=gap, holes=holes,
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
    places = even_places(train, _TRAIN)
    raw = train.take(places).to(run.device)
    with torch.random.fork_rng(), torch.no_grad():
        torch.manual_seed(seed)
        x, jacobian = run.preprocessing.with_log_jacobian(raw, run.model.likelihood.measure)
    model = model_of(run, train, places)
    return lower_bound(model, x, samples=_ELBO_SAMPLES, seed=seed)["elbo"].shifted(jacobian)
