"""How well the seeds of one method and strength agree on their latent units (UDR)."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from elbowroom.errors import DataError
from elbowroom.files import write_whole
from elbowroom.run import Run
from elbowroom.study.findings import Score
from elbowroom.study.folder import DONE, StudyFolder
from elbowroom.study.point import Point

UDR = "UDR (lasso)"
_EXAMPLES = 2_000
_LEAST_RATE = 0.01
"""Nats below which a unit is not informative, as the ranking has it."""


def rank_seeds(folder: StudyFolder) -> None:
    """Rank the runs of each method and strength among themselves, where that is not done yet.

    A run with no informative unit is left out, and one alone has nobody to agree with.

    Args:
        folder: The study.
    """
    from elbowroom.metrics.disentanglement import unsupervised_disentanglement_ranking

    split = folder.design.measure.split
    for variant, points in folder.design.variants.items():
        chosen = [found for point in points if (found := _evaluated(folder, point, split))]
        if len(chosen) < 2:
            continue
        weights = {name: evaluation["weights"] for name, evaluation in chosen}
        if _kept(folder, variant).get("weights") == weights:
            continue
        runs = [Run.load(folder.run_path(name), trust=folder.design.base.trust)
                for name, _ in chosen]  # fmt: skip
        rates = [_rates(evaluation) for _, evaluation in chosen]
        known = [rate for rate in rates if rate is not None]
        try:
            ranking = unsupervised_disentanglement_ranking(
                [_codes(run, split) for run in runs], known if len(known) == len(rates) else None
            )
        except DataError:
            continue
        content = {"weights": weights, "names": list(weights), **ranking.to_dict()}
        write_whole(_file(folder, variant), json.dumps(content, indent=2) + "\n")


def udr_of(folder: StudyFolder, point: Point) -> Iterator[Score]:
    """Yield the UDR of a run, where it was measured."""
    kept = _kept(folder, point.variant)
    for name, value, error in zip(
        kept.get("names", ()), kept.get("scores", ()), kept.get("errors", ()), strict=True
    ):
        if name == point.name:
            yield Score(UDR, value, error)


def _evaluated(folder: StudyFolder, point: Point, split: str) -> tuple[str, dict[str, Any]] | None:
    """Return the evaluation of a run that can be ranked."""
    record = folder.record(point.name)
    file = folder.run_path(point.name) / "results" / f"evaluate-{split}.json"
    if record is None or record.status != DONE or not file.is_file():
        return None
    evaluation = json.loads(file.read_text())
    rates = _rates(evaluation)
    collapsed = rates is not None and not (rates > _LEAST_RATE).any()
    return None if collapsed else (point.name, evaluation)


def _rates(evaluation: dict[str, Any]) -> np.ndarray | None:
    """Return the rate of each unit; None where it has no meaning."""
    rates = [unit.get("rate") for unit in evaluation.get("units", ())]
    return None if not rates or None in rates else np.array(rates, dtype=float)


def _codes(run: Run, split: str) -> np.ndarray:
    from elbowroom.study.tasks import chosen
    from elbowroom.using import encode

    dataset = run.dataset(split)
    means, *_ = encode(run, dataset.subset(chosen(len(dataset), _EXAMPLES, 0)))
    return np.asarray(means, dtype=float)


def _file(folder: StudyFolder, variant: str) -> Path:
    return folder.path / "rankings" / f"{variant}.json"


def _kept(folder: StudyFolder, variant: str) -> dict[str, Any]:
    file = _file(folder, variant)
    return json.loads(file.read_text()) if file.is_file() else {}
