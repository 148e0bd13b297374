"""The tasks of a study: a run, trained and measured; the floors and ceilings of a seed."""

import json
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from time import monotonic
from typing import Any

import numpy as np

from elbowroom import experiment
from elbowroom.errors import (
    ConfigError,
    DataError,
    DivergedError,
    ElbowroomError,
    IncompatibleError,
    InterruptedRunError,
)
from elbowroom.experiment.disentangling import factors_of, represent
from elbowroom.experiment.training import assemble
from elbowroom.files import write_whole
from elbowroom.metrics.disentanglement import (
    Disentanglement,
    FactorScore,
    Representation,
    disentanglement,
    references,
)
from elbowroom.report.card import write_card
from elbowroom.run import Run, read_lines
from elbowroom.study.folder import (
    DIVERGED,
    DONE,
    FAILED,
    REFUSED,
    Record,
    StudyFolder,
)
from elbowroom.study.measure import Measure
from elbowroom.study.point import Point
from elbowroom.study.reference_group import ReferenceGroup
from elbowroom.study.results import EVALUATION_SEED, METHOD, RunResults
from elbowroom.training.events import Advanced, Event

Saying = Callable[[str], None]


def carry_out(folder: StudyFolder, task: str, say: Saying) -> Record:
    """Do a task from where it stands, and write down how it ended.

    Args:
        folder: The study.
        task: Name of the task.
        say: Told what is being done.

    Raises:
        InterruptedRunError: If Ctrl-C ended a training; the run can go on.
        KeyboardInterrupt: If it ended something else.
    """
    began = monotonic()
    points = {point.name: point for point in folder.design.points}
    status, message, unmeasured = DONE, "", {}
    try:
        if task in points:
            unmeasured = train_and_measure(folder, points[task], say)
        else:
            measure_references(folder, *folder.reference_tasks[task], say)
    except InterruptedRunError:
        raise
    except DivergedError as error:
        status, message = DIVERGED, str(error)
    except (ConfigError, DataError) as error:
        status, message = REFUSED, str(error)
    except (ElbowroomError, OSError, MemoryError) as error:
        status, message = FAILED, f"{type(error).__name__}: {error}"
    seconds = monotonic() - began
    record = Record(task, status, folder.design.measure.digest, seconds, message, unmeasured)
    folder.write_record(record)
    return record


def train_and_measure(folder: StudyFolder, point: Point, say: Saying) -> dict[str, str]:
    """Train a point where that is not done yet, and measure it.

    Returns:
        What could not be measured and why.
    """
    path = folder.run_path(point.name)
    if not is_trained(path):
        say("training")
        resume = (path / "config.toml").is_file()
        if not resume and path.exists():
            shutil.rmtree(path)  # killed before it had written what it was to be made from
        experiment.train(
            point.config, path, resume=resume, quiet=True, trust=point.config.trust,
            observers=[_epochs(say)],
        )  # fmt: skip
    device = "cpu" if point.config.training.device == "cpu" else "auto"
    run = Run.load(path, trust=point.config.trust, device=device)
    unmeasured = _measured(run, folder.design.measure, point.seed, say)
    write_card(run)
    return unmeasured


def is_trained(path: Path) -> bool:
    """Tell whether the training of a run folder has come to its end."""
    log = read_lines(path / "log.jsonl")
    ended = bool(log) and log[-1]["event"] == "outcome" and log[-1]["reason"] != "interrupted"
    return ended and (path / "model.safetensors").is_file()


def measure_references(folder: StudyFolder, group: ReferenceGroup, seed: int, say: Saying) -> None:
    """Measure floors and ceilings on the examples that the runs of a seed are measured on.

    They depend on the data, on the number of latent units and, for the random encoder, on the
    network, but on no training: so once for a seed is enough for all methods that share these.
    """
    measure = folder.design.measure
    say("preparing floors and ceilings")
    made = assemble(group.config.with_overrides({"training.seed": seed}))
    facts: dict[str, Any] = {"in_memory": False}
    run = Run(folder.path, made.config, made.model.eval(), made.preprocessing, facts, made.splits)
    dataset = run.dataset(measure.split)
    known = factors_of(dataset, measure.factors, measure.ignore)
    at = chosen(len(dataset), measure.codes, seed)
    seen = represent(run, dataset.subset(at), known.subset(at), seed=seed)
    beside, missing = references(seen, seed=seed)
    found: dict[str, list[dict[str, Any]]] = {}
    for name, other in beside.items():
        say(f"measuring {name}")
        scores, refused = _scores(other, measure.metrics or (), seed)
        found[name] = [score.to_dict() for score in scores]
        missing |= {f"{metric} of {name}": why for metric, why in refused.items()}
    content = {
        "split": measure.split,
        "examples": len(at),
        "latent": made.config.model.latent,
        "seed": seed,
        "measure": measure.digest,
        "references": found,
        "missing": missing,
    }
    write_whole(folder.references_file(group, seed), json.dumps(content, indent=2) + "\n")


def chosen(count: int, most: int, seed: int) -> np.ndarray:
    """Return which examples are measured: as `experiment.disentangle` draws them."""
    rng = np.random.default_rng(seed)
    return np.sort(rng.choice(count, size=min(most, count), replace=False))


def _measured(run: Run, measure: Measure, seed: int, say: Saying) -> dict[str, str]:
    """Write the results of a run, where they are not there yet."""
    if not RunResults.of(run.path, measure.split).is_evaluated(measure):
        say("measuring ELBO and evidence")
        effort = experiment.Effort.of(METHOD, samples=measure.samples)
        experiment.evaluate(
            run, split=measure.split, effort=effort, limit=measure.limit, seed=EVALUATION_SEED
        )
    return _disentangled(run, measure, seed, say) if measure.metrics else {}


def _disentangled(run: Run, measure: Measure, seed: int, say: Saying) -> dict[str, str]:
    """Write the scores of a run as `experiment.disentangle` does, those that can be had.

    A run that has collapsed has no scores, or some: what else is known of it stays.
    """
    say(f"measuring {', '.join(measure.metrics or ())}")
    dataset = run.dataset(measure.split)
    known = factors_of(dataset, measure.factors, measure.ignore)
    at = chosen(len(dataset), measure.codes, seed)
    seen = represent(run, dataset.subset(at), known.subset(at), seed=seed)
    scores, refused = _scores(seen, measure.metrics or (), seed)
    about = {
        "run": run.name,
        "weights": run.results[f"evaluate-{measure.split}"]["weights"],
        "split": measure.split,
        "examples": len(at),
        "factors": seen.sizes,
        "seed": seed,
    }
    notes = tuple(dict.fromkeys(note for score in scores for note in score.notes))
    found = Disentanglement(tuple(scores), {}, refused, {}, notes, about)
    run.write_result(f"disentangle-{measure.split}", found.to_dict())
    return refused


def _scores(
    seen: Representation, metrics: Sequence[str], seed: int
) -> tuple[list[FactorScore], dict[str, str]]:
    """Return the scores of a code, and why metrics refused it, by their name."""
    scores: list[FactorScore] = []
    refused = {}
    for metric in metrics:
        try:
            found = disentanglement(seen, [metric], references=False, seed=seed)
            scores += found.scores
            refused |= found.refused
        except (DataError, IncompatibleError) as error:
            refused[metric] = str(error)
    return scores, refused


def _epochs(say: Saying) -> Callable[[Event], None]:
    def tell(event: Event) -> None:
        if isinstance(event, Advanced):
            say(f"training, epoch {int(event.epoch) + 1}")

    return tell
