"""What comes out of a study is what its run folders say, beside floors and a ceiling."""

import csv
import io
import json
import shutil
from dataclasses import replace
from math import sqrt
from pathlib import Path

import numpy as np
import pytest
from matplotlib.collections import LineCollection
from rich.console import Console

from elbowroom.experiment import Effort, disentangle, evaluate
from elbowroom.report.house_style import house_style
from elbowroom.run import Run
from elbowroom.study import StudyFolder, figures
from elbowroom.study.figures import Lines, Panel, Series
from elbowroom.study.findings import Findings
from elbowroom.study.findings_table import sentences
from elbowroom.study.folder import FAILED, OTHERWISE
from elbowroom.study.gathering import gathered
from elbowroom.study.score import Mean, Score
from elbowroom.study.tasks import carry_out
from elbowroom.study.writing import write


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
        bootstrap = [outcome.score(score).error for outcome in findings.of("beta-vae-4")]
        assert mean.within == pytest.approx(np.sqrt(np.sum(np.square(bootstrap))) / 2, abs=1e-12)
    assert Mean.of([Score("SAP", 0.5, 0.1)]) == Mean(0.5, None, 1, 0.1)


def test_floors_and_ceiling_are_measured_on_the_examples_of_the_runs(
    finished: Path, tmp_path: Path
) -> None:
    """The true factors as a code score what they score for `elbowroom disentangle`."""
    findings = found_in(finished)
    [beside] = findings.references  # all share them
    assert beside.names[-1] == "true factors"
    shutil.copytree(finished / "runs" / "elbo-seed-1", tmp_path / "copy")
    run = Run.load(tmp_path / "copy")
    whole = disentangle(run, split="train", metrics=["sap"], limit=400, seed=1)
    own = next(o for o in findings.outcomes if o.run == "elbo-seed-1")
    assert own.value("SAP") == pytest.approx(whole.score("SAP").value, abs=1e-12)
    for name in ("PCA", "rotated factors", "true factors", "random encoder"):
        measured = beside.scores["SAP"][name][1].value
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
    stems = ("scores-by-method", "strength-beta-vae", "scores-against-elbo")
    assert drawn == {f"{stem}.{suffix}" for stem in stems for suffix in ("png", "svg")}
    assert page.count("<figcaption") == len(stems)


@pytest.mark.parametrize(
    ("strengths", "floors"), [((2.0,), {}), ((1.0, 2.0, 4.0, 64.0), {"PCA": 0.1, "ICA": 0.2})]
)
def test_figures_show_every_run(strengths: tuple[float, ...], floors: dict[str, float]) -> None:
    x = tuple(value for value in strengths for _ in range(3))
    y = tuple(np.random.default_rng(0).uniform(size=len(x)).tolist())
    panels = [
        Panel(name, [Series("beta-vae", x, y)], [Lines(floors, 0.9)] if floors else [])
        for name in ("MIG", "SAP", "DCI", "$x_1$")
    ]
    across = [*floors.values(), 0.9] if floors else []
    of_strengths = [np.reshape(y, (-1, 3)).mean(1).tolist()]
    for figure, means, levels in (
        (figures.against_strength(panels, "objective.beta"), of_strengths, []),
        (figures.against_elbo(panels), [], []),
        (figures.by_method(panels), [], [np.mean(y)]),
    ):
        axes = [one for one in figure.axes if one.get_visible()]
        assert [one.get_title("left") for one in axes] == ["MIG", "SAP", "DCI", "$x_1$"]
        for one in axes:
            points = [line for line in one.lines if line.get_marker() in ("o", "s")]
            assert sorted(v for line in points for v in np.atleast_1d(line.get_ydata())) == sorted(
                y
            )
            drawn = [line for line in one.lines if line.get_linestyle() != "None"]
            assert [line.get_ydata()[0] for line in drawn if line not in points][
                : len(across)
            ] == across
            curves = [line.get_ydata() for line in drawn[len(across) :]]
            np.testing.assert_allclose(curves, means)
            levelled = [c for c in one.collections if isinstance(c, LineCollection)]
            np.testing.assert_allclose([c.get_segments()[0][0, 1] for c in levelled], levels)
        with house_style():
            figure.draw_without_rendering()


def test_only_axes_of_what_is_better_without_end_are_stretched() -> None:
    y = (-90.0, -91.0, -92.0, -93.0, -900.0)
    far = Panel("ELBO", [Series("elbo", y, y)], stretchable=True)
    figure = figures.by_method([far, Panel("rate", far.series)])
    assert [axes.get_title("left") for axes in figure.axes] == ["ELBO (axis stretched)", "rate"]
    assert [axes.get_yscale() for axes in figure.axes] == ["function", "linear"]


def test_what_is_measured_otherwise_is_left_out_until_it_is_measured_again(
    finished: Path, tmp_path: Path
) -> None:
    path = tmp_path / "a"
    shutil.copytree(finished, path)
    before = found_in(path)
    changed = path / "runs" / "elbo-seed-0"
    evaluate(Run.load(changed), split="train", effort=Effort.of(samples=8), limit=50)
    findings = found_in(path)
    outcome = findings.outcomes[0]
    assert (outcome.run, outcome.status, outcome.scores) == ("elbo-seed-0", OTHERWISE, ())
    assert "its ELBO and evidence and disentanglement" not in outcome.message
    assert "its ELBO and evidence were measured otherwise since" in outcome.message
    mean = findings.mean("elbo", "ELBO")
    assert mean is not None
    assert mean.value == before.outcomes[3].value("ELBO")
    assert "the next start measures them again" in write(findings).read_text()
    folder = StudyFolder.open(path)
    folder.forget_measured_otherwise()
    assert folder.unfinished == ("elbo-seed-0",)
    carry_out(folder, "elbo-seed-0", lambda what: None)
    again = found_in(path)
    assert again.outcomes[0].scores == before.outcomes[0].scores


@pytest.mark.parametrize(
    ("name", "key", "value"),
    [
        ("evaluate", "examples", 39), ("evaluate", "seed", 1),
        ("evaluate", "effort", {"method": "annealed", "options": {"samples": 4}}),
        ("evaluate", "effort", {"method": "importance-sampling", "options": {"samples": 5}}),
        ("disentangle", "examples", 399), ("disentangle", "seed", 7), ("disentangle", "scores", []),
        ("disentangle", "weights", "of another model"),
    ],
)  # fmt: skip
def test_every_difference_in_how_a_run_was_measured_is_seen(
    name: str, key: str, value: object, finished: Path
) -> None:
    folder = StudyFolder.open(finished)
    point = folder.design.points[0]
    found = folder.results(point)
    assert found.otherwise(folder.design.measure, point.seed) == []
    part = {"evaluate": "evaluation", "disentangle": "codes"}[name]
    other = replace(found, **{part: {**getattr(found, part), key: value}})
    assert other.otherwise(folder.design.measure, point.seed)


def test_a_split_smaller_than_the_limit_is_evaluated_once(finished: Path) -> None:
    folder = StudyFolder.open(finished)
    found = folder.results(folder.design.points[0])
    whole = {**found.evaluation, "examples": found.size}
    wide = replace(folder.design.measure, limit=found.size + 1)
    assert replace(found, evaluation=whole).is_evaluated(wide)
    assert not found.is_evaluated(wide)


def test_a_score_that_is_no_number_is_left_out_with_the_reason(
    finished: Path, tmp_path: Path
) -> None:
    path = tmp_path / "a"
    shutil.copytree(finished, path)
    for run, name, key, wrong in (
        ("elbo-seed-0", "evaluate", "numbers", {"value": float("-inf")}),
        ("elbo-seed-1", "evaluate", "numbers", {"data_error": float("nan")}),
        ("beta-vae-2-seed-0", "disentangle", "scores", {"value": float("nan")}),
    ):
        file = path / "runs" / run / "results" / f"{name}-train.json"
        content = json.loads(file.read_text())
        content[key] = [{**one, **wrong} for one in content[key]]
        file.write_text(json.dumps(content))
    floors = path / "references" / "seed-1.json"
    content = json.loads(floors.read_text())
    for score in content["references"]["PCA"]:
        score["value"] = float("nan")
    floors.write_text(json.dumps(content))
    findings = found_in(path)
    json.dumps(findings.to_dict(), allow_nan=False)
    Console(file=io.StringIO()).print(findings.table())
    said = "\n".join(sentences(findings))
    assert findings.mean("elbo", "ELBO") is None
    mean = findings.mean("beta-vae-2", "SAP")
    assert mean is not None
    assert mean.count == 1
    assert "ELBO: its value is -inf" in said
    assert "SAP: its value is nan" in said
    assert "seed 1: SAP of PCA: its value is nan" in said
    assert len(findings.references[0].scores["SAP"]["PCA"]) == 1


def test_floors_that_are_missing_are_named_with_the_reason(finished: Path, tmp_path: Path) -> None:
    path = tmp_path / "a"
    shutil.copytree(finished, path)
    for seed in (0, 1):
        file = path / "references" / f"seed-{seed}.json"
        content = json.loads(file.read_text())
        content["missing"] = {"sap of ICA": "it has collapsed"}
        file.write_text(json.dumps(content))
    assert any(
        line == "Floors and ceiling not measured with seeds 0, 1: sap of ICA: it has collapsed."
        for line in sentences(found_in(path))
    )
    (path / "references" / "seed-1.json").unlink()
    folder = StudyFolder.open(path)
    record = folder.record("references-seed-1")
    assert record is not None
    folder.write_record(replace(record, status=FAILED, message="OSError: disk"))
    findings = found_in(path)
    reason = "all of them, failed: OSError: disk"
    assert any(line.endswith(f"with seed 1: {reason}.") for line in sentences(findings))
    assert findings.to_dict()["references"][0]["missing"][reason] == [1]
    (path / "records" / "references-seed-1.json").unlink()
    assert any(line.endswith("with seed 1: not yet.") for line in sentences(found_in(path)))
