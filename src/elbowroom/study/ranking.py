"""How well the seeds of one method and strength agree on their latent units (UDR)."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from elbowroom.errors import DataError
from elbowroom.files import write_whole
from elbowroom.run import Run
from elbowroom.study.folder import StudyFolder
from elbowroom.study.point import Point

UDR = "UDR (lasso)"
_EXAMPLES = 2_000
_SEED = 0
_LEAST_RATE = 0.01
"""Nats below which a unit is not informative, as the ranking has it."""


@dataclass(frozen=True)
class Ranked:
    """The ranking of one run, or the reason that there is none.

    Attributes:
        value: Its UDR.
        error: The standard error of it over examples.
        reason: Why it could not be measured.
    """

    value: float | None = None
    error: float = 0.0
    reason: str = ""


def rank_seeds(folder: StudyFolder) -> None:
    """Rank the runs of each method and strength among themselves, where that is not done yet.

    A run with no informative unit is left out, and one alone has nobody to agree with; the reason
    is kept with the rankings. Rankings of what the study no longer holds are removed.

    Args:
        folder: The study.
    """
    for file in (folder.path / "rankings").glob("*.json"):
        if file.stem not in folder.design.variants:
            file.unlink(missing_ok=True)
    for variant, points in folder.design.variants.items():
        key, runs, reasons = _asked(folder, points)
        if _kept(folder, variant).get("key") == key:
            continue
        content = {"key": key, "reasons": reasons, **_ranking(folder, runs)}
        write_whole(_file(folder, variant), json.dumps(content, indent=2) + "\n")


def udr_of(folder: StudyFolder, point: Point) -> Ranked | None:
    """Return the UDR of a run or why it has none; None where the study's runs are not ranked."""
    kept = _kept(folder, point.variant)
    key, *_ = _asked(folder, folder.design.variants[point.variant])
    if kept.get("key") != key:
        return None
    for name, value, error in zip(
        kept.get("names", ()), kept.get("scores", ()), kept.get("errors", ()), strict=True
    ):
        if name == point.name:
            return Ranked(value, error)
    return Ranked(reason=kept["reasons"].get(point.name) or kept.get("reason", ""))


def _asked(
    folder: StudyFolder, points: tuple[Point, ...]
) -> tuple[dict[str, Any], dict[str, dict[str, Any]], dict[str, str]]:
    """Return what a ranking is of, the evaluations of its runs, and why others are not in it."""
    found, reasons = {}, {}
    for point in points:
        if not folder.is_measured(point):
            continue
        evaluation = dict(folder.results(point).evaluation)
        rates = _rates(evaluation)
        if rates is not None and not (rates > _LEAST_RATE).any():
            reasons[point.name] = "it has no informative unit"
        else:
            found[point.name] = evaluation
    key = {
        "split": folder.design.measure.split,
        "examples": _EXAMPLES,
        "seed": _SEED,
        "weights": {name: evaluation["weights"] for name, evaluation in found.items()},
        "without": sorted(reasons),
    }
    return key, found, reasons


def _ranking(folder: StudyFolder, evaluations: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Return the ranking of runs as it is kept, or why they cannot be ranked."""
    from elbowroom.metrics.disentanglement import unsupervised_disentanglement_ranking

    if len(evaluations) < 2:
        return {"reason": "it compares runs, and needs 2 that are measured and not collapsed"}
    trust, split = folder.design.base.trust, folder.design.measure.split
    codes = [_codes(Run.load(folder.run_path(name), trust=trust), split) for name in evaluations]
    rates = [_rates(evaluation) for evaluation in evaluations.values()]
    known = [rate for rate in rates if rate is not None]
    try:
        ranking = unsupervised_disentanglement_ranking(
            codes, known if len(known) == len(rates) else None, seed=_SEED
        )
    except DataError as error:
        return {"reason": str(error)}
    return {"names": list(evaluations), **ranking.to_dict()}


def _rates(evaluation: dict[str, Any]) -> np.ndarray | None:
    """Return the rate of each unit; None where it has no meaning."""
    rates = [unit.get("rate") for unit in evaluation.get("units", ())]
    return None if not rates or None in rates else np.array(rates, dtype=float)


def _codes(run: Run, split: str) -> np.ndarray:
    from elbowroom.study.tasks import chosen
    from elbowroom.using import encode

    dataset = run.dataset(split)
    means, *_ = encode(run, dataset.subset(chosen(len(dataset), _EXAMPLES, _SEED)))
    return np.asarray(means, dtype=float)


def _file(folder: StudyFolder, variant: str) -> Path:
    return folder.path / "rankings" / f"{variant}.json"


def _kept(folder: StudyFolder, variant: str) -> dict[str, Any]:
    file = _file(folder, variant)
    return json.loads(file.read_text()) if file.is_file() else {}
