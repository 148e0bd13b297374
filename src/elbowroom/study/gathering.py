"""What a study has found so far: read from the folders of its runs, never computed again."""

from collections.abc import Iterator, Mapping
from typing import Any

from elbowroom.study.findings import EVIDENCE, Findings, Outcome
from elbowroom.study.folder import DONE, MISSING, OTHERWISE, StudyFolder
from elbowroom.study.point import Point
from elbowroom.study.progress import under_way
from elbowroom.study.ranking import UDR, udr_of
from elbowroom.study.reference_group import ReferenceGroup, reference_groups
from elbowroom.study.references import References
from elbowroom.study.score import Score
from elbowroom.study.standing import ROTATED, rotation_is_no_floor

_NUMBERS = ("log evidence", "ELBO", "distortion", "rate", "reconstruction RMSE")


def gathered(folder: StudyFolder) -> Findings:
    """Gather what the runs of a study have been measured to be.

    Args:
        folder: The study, finished or not.
    """
    outcomes = tuple(_outcome(folder, point) for point in folder.design.points)
    scores = {score.name: score for outcome in outcomes for score in outcome.scores}
    known = [name for name in (*EVIDENCE, UDR) if name in scores]
    about = _about(folder, outcomes)
    groups = reference_groups(folder.design) if folder.design.measure.metrics else ()
    return Findings(
        name=folder.path.resolve().name,
        path=folder.path,
        design=folder.design,
        outcomes=outcomes,
        score_names=(*known, *(name for name in scores if name not in known)),
        references=tuple(_references(folder, g, about.get("factors")) for g in groups),
        under_way=under_way(folder),
        about=about,
    )


def _outcome(folder: StudyFolder, point: Point) -> Outcome:
    status, message = _status(folder, point)
    record = folder.record(point.name)
    measured = status == DONE
    found = None if record is None else record.unmeasured
    unmeasured = dict(found or {}) if measured else {}
    scores = list(_scores(folder, point)) if measured else []
    if measured and folder.design.measure.ranking:
        ranked = udr_of(folder, point)
        if ranked is not None and ranked.value is not None:
            scores.append(Score(UDR, ranked.value, ranked.error))
        elif ranked is not None:
            unmeasured[UDR] = ranked.reason
    unmeasured |= {score.name: score.unusable for score in scores if score.unusable}
    return Outcome(
        run=point.name,
        method=point.method,
        variant=point.variant,
        strength=point.strength,
        seed=point.seed,
        status=status,
        message=message,
        refused=unmeasured,
        scores=tuple(score for score in scores if not score.unusable),
    )


def _status(folder: StudyFolder, point: Point) -> tuple[str, str]:
    """Return how a run stands, and what must be said of it.

    What was measured otherwise than the study asks for is not to be mixed with the others.
    """
    record = folder.record(point.name)
    if record is None or not folder.is_finished(point.name):
        return MISSING, ""
    if record.status == DONE and (what := folder.measured_otherwise(point)):
        return OTHERWISE, (
            f"its {' and '.join(what)} were measured otherwise since, and are left out: the next "
            "start measures them again"
        )
    return record.status, record.message


def _scores(folder: StudyFolder, point: Point) -> Iterator[Score]:
    found = folder.results(point)
    numbers = {number["name"]: number for number in found.evaluation.get("numbers", ())}
    for name in _NUMBERS:
        if name in numbers:
            yield Score(name, numbers[name]["value"], numbers[name]["data_error"])
    if "active_units" in found.evaluation:
        yield Score("active units", found.evaluation["active_units"], 0.0)
    if folder.design.measure.metrics:
        for score in found.codes.get("scores", ()):
            yield Score(score["name"], score["value"], score["error"])


def _references(folder: StudyFolder, group: ReferenceGroup, factors: int | None) -> References:
    """Return what was measured of floors and ceiling, and what was not and why.

    Where a rotation of the factors is as good as the factors, it is no floor and left out.
    """
    found: dict[str, dict[str, list[Score]]] = {}
    missing: dict[str, list[int]] = {}
    for seed in range(folder.design.seeds):
        measured = folder.references(group, seed)
        for reason in _reasons(folder, group.task(seed), measured, factors):
            missing.setdefault(reason, []).append(seed)
        for name, scores in ({} if measured is None else measured["references"]).items():
            for score in scores:
                if name == ROTATED and rotation_is_no_floor(score["name"], factors):
                    continue
                one = Score(score["name"], score["value"], score["error"])
                if one.unusable:
                    missing.setdefault(f"{one.name} of {name}: {one.unusable}", []).append(seed)
                else:
                    found.setdefault(one.name, {}).setdefault(name, []).append(one)
    return References(
        group.variants,
        {score: {n: tuple(v) for n, v in names.items()} for score, names in found.items()},
        {reason: tuple(seeds) for reason, seeds in missing.items()},
    )


def _reasons(
    folder: StudyFolder, task: str, measured: Mapping[str, Any] | None, factors: int | None
) -> Iterator[str]:
    """Say which floors a seed lacks and why, where they are asked for."""
    if measured is not None:
        for what, why in measured["missing"].items():
            if not (factors == 1 and what.endswith(ROTATED)):  # said of all studies of one factor
                yield f"{what}: {why}"
    elif task in folder.reference_tasks:
        record = folder.record(task)
        failed = record is not None and record.status != DONE
        yield f"all of them, {record.status}: {record.message}" if failed else "not yet"


def _about(folder: StudyFolder, outcomes: tuple[Outcome, ...]) -> dict[str, Any]:
    """Return how many examples the numbers are of."""
    measure = folder.design.measure
    done = next((p for p, o in zip(folder.design.points, outcomes, strict=True)
                 if o.status == DONE), None)  # fmt: skip
    if done is None:
        return {"split": measure.split}
    found = folder.results(done)
    codes = found.codes if measure.metrics else {}
    return {
        "split": measure.split,
        "examples": found.evaluation.get("examples"),
        "samples": measure.samples,
        "codes": codes.get("examples"),
        "factors": len(codes["factors"]) if "factors" in codes else None,
    }
