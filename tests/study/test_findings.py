"""What comes out of a study is what its run folders say, beside floors and a ceiling."""

import csv
import json
import shutil
from dataclasses import replace
from math import sqrt
from pathlib import Path

import numpy as np
import pytest

from elbowroom.experiment import disentangle
from elbowroom.metrics.disentanglement import unsupervised_disentanglement_ranking
from elbowroom.report.house_style import house_style
from elbowroom.run import Run
from elbowroom.study import StudyFolder, figures
from elbowroom.study.figures import Panel, Series
from elbowroom.study.findings import Findings, Mean
from elbowroom.study.gathering import gathered
from elbowroom.study.plates import rank_correlations
from elbowroom.study.ranking import UDR, rank_seeds
from elbowroom.study.writing import write
from elbowroom.using import encode


def found_in(path: Path) -> Findings:
    return gathered(StudyFolder.open(path))


def results(path: Path, run: str, name: str) -> dict:
    return json.loads((path / "runs" / run / "results" / f"{name}-train.json").read_text())


def test_every_number_is_that_of_a_run_folder(finished: Path) -> None:
    findings = found_in(finished)
    assert len(findings.done) == 6
    for outcome in findings.done:
        evaluation = results(finished, outcome.run, "evaluate")
        codes = results(finished, outcome.run, "disentangle")
        expected = {n["name"]: n["value"] for n in evaluation["numbers"]}
        expected |= {s["name"]: s["value"] for s in codes["scores"]}
        expected["active units"] = evaluation["active_units"]
        found = {score.name: score.value for score in outcome.scores}
        assert {"ELBO", "rate", "distortion", "log evidence", "SAP"} <= set(found)
        assert found == {name: expected[name] for name in found}


def test_means_are_over_seeds_with_their_standard_errors(finished: Path) -> None:
    findings = found_in(finished)
    for score in findings.score_names:
        values = [outcome.value(score) for outcome in findings.of("beta-vae-4")]
        assert None not in values
        mean = findings.mean("beta-vae-4", score)
        assert mean is not None
        assert mean.value == pytest.approx(np.mean(values), abs=1e-12)
        assert mean.error == pytest.approx(np.std(values, ddof=1) / sqrt(2), abs=1e-12)
        assert mean.count == 2
    assert Mean.of([0.5]).error is None


def test_floors_and_ceiling_are_measured_on_the_examples_of_the_runs(finished: Path) -> None:
    """The true factors as a code score what they score for `elbowroom disentangle`."""
    findings = found_in(finished)
    assert findings.reference_names[-1] == "true factors"
    run = Run.load(finished / "runs" / "elbo-seed-1")
    whole = disentangle(run, split="train", metrics=["sap"], limit=400, seed=1)
    own = next(o for o in findings.outcomes if o.run == "elbo-seed-1")
    assert own.value("SAP") == pytest.approx(whole.score("SAP").value, abs=1e-12)
    for name in ("PCA", "rotated factors", "true factors", "random encoder"):
        measured = findings.references["SAP"][name][1]
        assert measured == pytest.approx(whole.score("SAP", name).value, abs=1e-12), name


def test_what_is_written_is_whole_and_counts_what_is_missing(
    finished: Path, tmp_path: Path
) -> None:
    path = tmp_path / "study"
    shutil.copytree(finished, path)
    shutil.rmtree(path / "runs" / "beta-vae-4-seed-1")
    (path / "records" / "beta-vae-4-seed-1.json").unlink()
    findings = found_in(path)
    mean = findings.mean("beta-vae-4", "ELBO")
    assert mean is not None
    assert mean.count == 1
    page = write(findings).read_text()
    assert "1 of 6 runs is missing" in page
    assert "1 of 2" in page
    assert "<script" not in page
    assert "http://" not in page.replace("http://www.w3.org", "")
    rows = list(csv.DictReader((path / "runs.csv").read_text().splitlines()))
    assert [row["run"] for row in rows] == [outcome.run for outcome in findings.outcomes]
    for row, outcome in zip(rows, findings.outcomes, strict=True):
        value = outcome.value("SAP")
        assert row["SAP"] == ("" if value is None else str(value))
    content = json.loads((path / "study.json").read_text())
    assert content["means"]["elbo"]["SAP"]["count"] == 2
    drawn = {file.name for file in (path / "figures").iterdir()}
    stems = ("scores-by-method", "strength-beta-vae", "rank-correlation", "scores-against-elbo")
    assert drawn == {f"{stem}.{suffix}" for stem in stems for suffix in ("png", "svg")}
    assert page.count("<figcaption") == len(stems)


def test_seeds_are_ranked_by_their_agreement(finished: Path, tmp_path: Path) -> None:
    shutil.copytree(finished, tmp_path / "a")
    design = StudyFolder.open(finished).design
    asked = replace(design, measure=replace(design.measure, ranking=True))
    folder = StudyFolder.make(tmp_path / "a", asked)
    assert folder.unfinished == ()  # a ranking changes no run
    rank_seeds(folder)
    runs = [Run.load(finished / "runs" / f"elbo-seed-{seed}") for seed in (0, 1)]
    dataset = runs[0].dataset("train")
    codes = [encode(run, dataset)[0] for run in runs]
    whole = unsupervised_disentanglement_ranking(codes)
    values = [outcome.value(UDR) for outcome in gathered(folder).of("elbo")]
    assert values == pytest.approx(whole.scores.tolist(), abs=1e-12)


def test_a_score_stands_out_above_all_floors_by_two_errors(finished: Path) -> None:
    findings = found_in(finished)
    mean = findings.mean("elbo", "SAP")
    assert mean is not None
    assert mean.error is not None
    for distance, expected in ((2.5, True), (1.5, False)):
        floor = mean.value - distance * mean.error
        beside = {"SAP": {"PCA": (floor,), "true factors": (2.0,)}}
        assert replace(findings, references=beside).stands_out("elbo", "SAP") is expected
    assert not replace(findings, references={}).stands_out("elbo", "SAP")


def test_rank_correlations_are_those_of_scipy() -> None:
    from scipy.stats import spearmanr

    table = np.random.default_rng(0).normal(size=(12, 3)).round(1)
    table[3, 1] = np.nan
    found = rank_correlations(table)
    np.testing.assert_allclose(np.diag(found), 1.0)
    assert found[0, 2] == pytest.approx(spearmanr(table[:, 0], table[:, 2]).statistic)
    known = np.isfinite(table[:, 1])
    expected = spearmanr(table[known, 0], table[known, 1]).statistic
    assert found[1, 0] == pytest.approx(expected)
    assert np.isnan(rank_correlations(np.ones((5, 2)))[0, 1])


@pytest.mark.parametrize(
    ("strengths", "floors"), [((2.0,), {}), ((1.0, 2.0, 4.0, 64.0), {"PCA": 0.1, "ICA": 0.2})]
)
def test_figures_show_every_run(strengths: tuple[float, ...], floors: dict[str, float]) -> None:
    x = tuple(value for value in strengths for _ in range(3))
    y = tuple(np.random.default_rng(0).uniform(size=len(x)).tolist())
    panels = [
        Panel(name, [Series("beta-vae", x, y)], floors, 0.9 if floors else None)
        for name in ("MIG", "SAP", "DCI", "$x_1$")
    ]
    for figure in (
        figures.against_strength(panels, "objective.beta"),
        figures.against_elbo(panels),
        figures.by_method(panels),
    ):
        axes = [one for one in figure.axes if one.get_visible()]
        assert [one.get_title("left") for one in axes] == ["MIG", "SAP", "DCI", "$x_1$"]
        for one in axes:
            points = [line for line in one.lines if line.get_marker() in ("o", "s")]
            assert sorted(v for line in points for v in np.atleast_1d(line.get_ydata())) == sorted(
                y
            )
            assert len([line for line in one.lines if line.get_linestyle() != "None"]) >= len(
                floors
            )
        with house_style():
            figure.draw_without_rendering()
