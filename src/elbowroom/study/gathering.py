"""What a study has found so far: read from the folders of its runs, never computed again."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from elbowroom.study.findings import EVIDENCE, Findings, Outcome, Score
from elbowroom.study.folder import DONE, StudyFolder
from elbowroom.study.point import Point
from elbowroom.study.progress import under_way
from elbowroom.study.ranking import UDR, udr_of

_NUMBERS = ("log evidence", "ELBO", "distortion", "rate", "reconstruction RMSE")


def gathered(folder: StudyFolder) -> Findings:
    """Gather what the runs of a study have been measured to be.

    Args:
        folder: The study, finished or not.
    """
    outcomes = tuple(_outcome(folder, point) for point in folder.design.points)
    scores = {score.name: score for outcome in outcomes for score in outcome.scores}
    known = [name for name in (*EVIDENCE, UDR) if name in scores]
    return Findings(
        name=folder.path.resolve().name,
        path=folder.path,
        design=folder.design,
        outcomes=outcomes,
        score_names=(*known, *(name for name in scores if name not in known)),
        references=_references(folder),
        under_way=under_way(folder),
        about=_about(folder, outcomes),
    )


def _outcome(folder: StudyFolder, point: Point) -> Outcome:
    record = folder.record(point.name)
    status = "missing" if record is None else record.status
    # Measured otherwise than the study now asks for: the numbers are not to be mixed with others.
    if record is not None and status == DONE and not folder.is_finished(point.name):
        status = "missing"
    measured = status == DONE
    return Outcome(
        run=point.name,
        method=point.method,
        variant=point.variant,
        strength=point.strength,
        seed=point.seed,
        status=status,
        message="" if record is None else record.message,
        refused={} if record is None or not measured else dict(record.unmeasured or {}),
        scores=tuple(_scores(folder, point)) if measured else (),
    )


def _scores(folder: StudyFolder, point: Point) -> Iterator[Score]:
    results = folder.run_path(point.name) / "results"
    split = folder.design.measure.split
    evaluation = _read(results / f"evaluate-{split}.json")
    numbers = {number["name"]: number for number in evaluation.get("numbers", ())}
    for name in _NUMBERS:
        if name in numbers:
            yield Score(name, numbers[name]["value"], numbers[name]["data_error"])
    if "active_units" in evaluation:
        yield Score("active units", evaluation["active_units"], 0.0)
    for score in _read(results / f"disentangle-{split}.json").get("scores", ()):
        yield Score(score["name"], score["value"], score["error"])
    if folder.design.measure.ranking:
        yield from udr_of(folder, point)


def _references(folder: StudyFolder) -> dict[str, dict[str, tuple[float, ...]]]:
    """Return the values of each floor and ceiling, a number for each seed, by score and name."""
    found: dict[str, dict[str, list[float]]] = {}
    for seed in range(folder.design.seeds):
        measured = folder.references(seed) or {}
        if measured.get("measure") != folder.design.measure.digest:
            continue
        for name, scores in measured["references"].items():
            for score in scores:
                found.setdefault(score["name"], {}).setdefault(name, []).append(score["value"])
    return {s: {n: tuple(v) for n, v in names.items()} for s, names in found.items()}


def _about(folder: StudyFolder, outcomes: tuple[Outcome, ...]) -> dict[str, Any]:
    """Return how many examples the numbers are of."""
    measure = folder.design.measure
    done = [outcome for outcome in outcomes if outcome.status == DONE]
    if not done:
        return {"split": measure.split}
    results = folder.run_path(done[0].run) / "results"
    evaluation = _read(results / f"evaluate-{measure.split}.json")
    codes = _read(results / f"disentangle-{measure.split}.json").get("examples")
    return {
        "split": measure.split,
        "examples": evaluation.get("examples"),
        "samples": measure.samples,
        "codes": codes,
        "latent": evaluation.get("latent_units"),
    }


def _read(file: Path) -> Mapping[str, Any]:
    return json.loads(file.read_text()) if file.is_file() else {}
