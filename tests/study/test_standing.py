"""What may be said of scores: which stand above floors, which agree, how seeds agree."""

import json
import shutil
from dataclasses import replace
from math import sqrt
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import spearmanr
from scipy.stats import t as students_t

from elbowroom.metrics.disentanglement import unsupervised_disentanglement_ranking
from elbowroom.run import Run
from elbowroom.study import StudyFolder, figures
from elbowroom.study.chance import FEWEST_RUNS, chance_level, rank_correlations
from elbowroom.study.findings import Findings, Outcome, Score
from elbowroom.study.findings_table import sentences
from elbowroom.study.folder import DONE
from elbowroom.study.gathering import gathered
from elbowroom.study.plates import plates
from elbowroom.study.ranking import UDR, rank_seeds
from elbowroom.using import encode
from tests.study.small import small_design

VALUES = (0.50, 0.53, 0.55)


def findings_of(values: tuple[float, ...], floors: tuple[Score, ...], **design: object) -> Findings:
    """Return what a study of elbo alone would have found."""
    asked = small_design(methods=("elbo",), strengths=(), seeds=len(values), **design)
    outcomes = tuple(
        Outcome(f"elbo-seed-{seed}", "elbo", "elbo", None, seed, DONE,
                scores=(Score("SAP", value, 0.01), Score("ELBO", -value, 0.1)))
        for seed, value in enumerate(values)
    )  # fmt: skip
    beside = {"SAP": {"PCA": floors, "true factors": (Score("SAP", 2.0, 0.0),)}}
    about = {"split": "train", "factors": 2, "latent": 2}
    return Findings("a", Path("a"), asked, outcomes, ("ELBO", "SAP"), beside, {}, about)


@pytest.mark.parametrize("seeds", [1, 3])
def test_a_score_stands_out_by_student_s_t_and_all_errors(seeds: int) -> None:
    """Errors over seeds and over examples add; a floor of one seed has the latter only."""
    mean = np.mean(VALUES)
    squared = np.var(VALUES, ddof=1) / 3 + 0.01**2 / 3 + 0.02**2 / seeds
    needed = students_t.ppf(0.975, 2) * sqrt(squared)
    for share, expected in ((1.01, True), (0.99, False)):
        floor = (Score("SAP", mean - share * needed, 0.02),) * seeds
        assert findings_of(VALUES, floor).stands_out("elbo", "SAP") is expected


def test_nothing_stands_out_of_two_seeds_or_without_floors() -> None:
    floor = (Score("SAP", 0.0, 1e-6),)
    assert findings_of(VALUES, floor).stands_out("elbo", "SAP")
    two = findings_of(VALUES[:2], floor)
    assert not two.stands_out("elbo", "SAP")
    assert any("Nothing is bold: with fewer than 3 seeds" in line for line in sentences(two))
    assert not replace(findings_of(VALUES, floor), references={}).stands_out("elbo", "SAP")


@pytest.mark.parametrize(
    ("setting", "same"),
    [("model.latent=3", False), ("model.network.hidden=9", False), ("data.examples=800", False),
     ("model.prior=vamp-prior", True), ("objective.beta=2", True)],
)  # fmt: skip
def test_floors_of_other_models_and_data_make_nothing_bold(setting: str, same: bool) -> None:
    floor = (Score("SAP", 0.0, 1e-6),)
    findings = findings_of(VALUES, floor, fixed=(f"elbo:{setting}",))
    assert findings.stands_out("elbo", "SAP") is same
    said = any("elbo have others, and are never bold" in line for line in sentences(findings))
    assert said is not same


def with_rotation(finished: Path, path: Path, names: list[str], factors: int) -> Findings:
    """Return a study whose references have those scores, and whose data so many factors."""
    shutil.copytree(finished, path)
    for file in (path / "references").glob("*.json"):
        content = json.loads(file.read_text())
        for scores in content["references"].values():
            scores[:] = [{**scores[0], "name": name} for name in names]
        file.write_text(json.dumps(content))
    for file in path.glob("runs/*/results/disentangle-train.json"):
        content = json.loads(file.read_text())
        content["factors"] = {f"factor {number}": 3 for number in range(factors)}
        file.write_text(json.dumps(content))
    return gathered(StudyFolder.open(path))


def test_a_rotation_is_a_floor_only_where_it_loses_something(
    finished: Path, tmp_path: Path
) -> None:
    names = ["SAP", "DCI informativeness (forest)", "explicitness", "InfoE"]
    findings = with_rotation(finished, tmp_path / "a", names, 2)
    kept = [name for name in names if "rotated factors" in findings.references[name]]
    assert kept == ["SAP"]
    assert all("PCA" in findings.references[name] for name in names)
    words = "Rotated factors lose nothing in DCI informativeness (forest), explicitness, InfoE"
    assert any(words in line for line in sentences(findings))
    alone = with_rotation(finished, tmp_path / "b", ["SAP"], 1)
    assert "rotated factors" not in alone.reference_names
    assert any("the factor itself" in line for line in sentences(alone))


def test_rank_correlations_are_those_of_scipy() -> None:
    table = np.random.default_rng(0).normal(size=(12, 3)).round(1)
    table[3, 1] = np.nan
    found, counts = rank_correlations(table)
    np.testing.assert_allclose(np.diag(found), 1.0)
    assert found[0, 2] == pytest.approx(spearmanr(table[:, 0], table[:, 2]).statistic)
    known = np.isfinite(table[:, 1])
    expected = spearmanr(table[known, 0], table[known, 1]).statistic
    assert found[1, 0] == pytest.approx(expected)
    assert counts.tolist() == [[12, 11, 12], [11, 11, 11], [12, 11, 12]]
    assert np.isnan(rank_correlations(np.ones((FEWEST_RUNS, 2)))[0][0, 1])
    assert np.isnan(rank_correlations(table[: FEWEST_RUNS - 1])[0]).all()


@pytest.mark.parametrize("runs", [FEWEST_RUNS, 20])
def test_unrelated_scores_are_beyond_chance_as_often_as_is_said(runs: int) -> None:
    rng = np.random.default_rng(runs)
    ranks = rng.permuted(np.tile(np.arange(runs), (20_000, 1)), axis=1)
    distances = np.square(ranks - np.arange(runs)).sum(1)
    rho = 1 - 6 * distances / (runs * (runs**2 - 1))
    assert np.mean(np.abs(rho) > chance_level(runs)) == pytest.approx(0.05, abs=0.01)


def test_correlations_within_chance_are_grey_and_the_caption_says_so() -> None:
    cells = np.array([[1.0, 0.3], [0.3, 1.0]])
    near, far = (
        figures.agreement(["MIG", "SAP"], cells, np.full((2, 2), level)).axes[0].images[0]
        for level in (0.4, 0.2)
    )
    assert np.ma.getmaskarray(near.get_array()).tolist() == [[False, True], [True, False]]
    assert not np.ma.getmaskarray(far.get_array()).any()
    values = tuple(np.random.default_rng(0).uniform(size=FEWEST_RUNS).tolist())
    shown = {plate.name: plate.caption for plate in plates(findings_of(values, ()))}
    assert f"±{chance_level(8):.2f} over 8 runs" in shown["rank-correlation"]
    fewer = plates(findings_of(values[:-1], ()))
    assert "rank-correlation" not in {plate.name for plate in fewer}


def ranked(finished: Path, path: Path) -> StudyFolder:
    shutil.copytree(finished, path)
    design = StudyFolder.open(finished).design
    asked = replace(design, measure=replace(design.measure, ranking=True))
    return StudyFolder.make(path, asked)


def test_seeds_are_ranked_by_their_agreement(finished: Path, tmp_path: Path) -> None:
    folder = ranked(finished, tmp_path / "a")
    assert folder.unfinished == ()  # a ranking changes no run
    old = folder.path / "rankings" / "no-longer-4.json"
    old.parent.mkdir()
    old.write_text("{}")
    rank_seeds(folder)
    assert not old.exists()
    runs = [Run.load(finished / "runs" / f"elbo-seed-{seed}") for seed in (0, 1)]
    dataset = runs[0].dataset("train")
    whole = unsupervised_disentanglement_ranking([encode(run, dataset)[0] for run in runs])
    values = [outcome.value(UDR) for outcome in gathered(folder).of("elbo")]
    assert values == pytest.approx(whole.scores.tolist(), abs=1e-12)


@pytest.mark.parametrize("key", ["split", "examples", "seed"])
def test_a_ranking_of_other_examples_is_not_shown_and_made_again(
    key: str, finished: Path, tmp_path: Path
) -> None:
    folder = ranked(finished, tmp_path / "a")
    rank_seeds(folder)
    file = folder.path / "rankings" / "elbo.json"
    right = json.loads(file.read_text())
    file.write_text(json.dumps({**right, "key": {**right["key"], key: "other"}}))
    assert [outcome.value(UDR) for outcome in gathered(folder).of("elbo")] == [None, None]
    rank_seeds(folder)
    assert json.loads(file.read_text()) == right


def test_why_seeds_cannot_be_ranked_is_said(
    finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = ranked(finished, tmp_path / "a")
    (folder.path / "records" / "elbo-seed-1.json").unlink()
    monkeypatch.setattr("elbowroom.study.ranking._EXAMPLES", 5)
    rank_seeds(folder)
    findings = gathered(folder)
    reasons = {outcome.run: outcome.refused.get(UDR, "") for outcome in findings.outcomes}
    assert "needs 2 that are measured" in reasons["elbo-seed-0"]
    assert "examples are too few" in reasons["beta-vae-4-seed-1"]
    assert any("too few" in line and "beta-vae-4-seed-1" in line for line in sentences(findings))
