"""What may be said of scores: which stand above floors, which agree, how seeds agree."""

import json
import shutil
from dataclasses import replace
from math import sqrt
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import t as students_t

from elbowroom.metrics.disentanglement import unsupervised_disentanglement_ranking
from elbowroom.run import Run
from elbowroom.study import Design, StudyFolder
from elbowroom.study.findings import Findings
from elbowroom.study.findings_table import reference_rows, sentences
from elbowroom.study.gathering import gathered
from elbowroom.study.page import page
from elbowroom.study.plates import plates
from elbowroom.study.ranking import UDR, rank_seeds
from elbowroom.study.reference_group import reference_groups, reference_tasks
from elbowroom.study.score import Score
from elbowroom.study.tasks import carry_out
from elbowroom.using import encode
from tests.study.made_up import beside, findings_of
from tests.study.small import small_design

VALUES = (0.50, 0.53, 0.55)


@pytest.mark.parametrize("seeds", [1, 3])
def test_a_score_stands_out_by_student_s_t_and_all_errors(seeds: int) -> None:
    """Errors over seeds and over examples add; a floor of one seed has the latter only."""
    mean = np.mean(VALUES)
    squared = np.var(VALUES, ddof=1) / 3 + 0.01**2 / 3 + 0.02**2 / seeds
    needed = students_t.ppf(0.975, 2) * sqrt(squared)
    for share, expected in ((1.01, True), (0.99, False)):
        floor = (Score("SAP", mean - share * needed, 0.02),) * seeds
        findings = findings_of({"elbo": VALUES}, [beside(["elbo"], floor)])
        assert findings.stands_out("elbo", "SAP") is expected


def test_nothing_stands_out_of_two_seeds_or_without_floors() -> None:
    floor = (Score("SAP", 0.0, 1e-6),)
    assert findings_of({"elbo": VALUES}, [beside(["elbo"], floor)]).stands_out("elbo", "SAP")
    two = findings_of({"elbo": VALUES[:2]}, [beside(["elbo"], floor)])
    assert not two.stands_out("elbo", "SAP")
    assert any("Nothing is bold: with fewer than 3 seeds" in line for line in sentences(two))
    assert not findings_of({"elbo": VALUES}).stands_out("elbo", "SAP")


@pytest.mark.parametrize(
    ("setting", "same"),
    [("model.latent=3", False), ("model.network.hidden=9", False), ("data.examples=800", False),
     ("model.prior=vamp-prior", True), ("objective.beta=2", True)],
)  # fmt: skip
def test_methods_share_floors_where_they_share_data_and_network(setting: str, same: bool) -> None:
    design = small_design(methods=("elbo", "own"), strengths=(), seeds=2,
                          fixed=("own:objective=elbo", f"own:{setting}"))  # fmt: skip
    groups = reference_groups(design)
    assert [group.variants for group in groups] == (
        [("elbo", "own")] if same else [("elbo",), ("own",)]
    )
    # Those of the base are called as ever: a study that is there goes on.
    names = [name for name in reference_tasks(design) if name.startswith("references-seed-")]
    assert names == ["references-seed-0", "references-seed-1"]
    assert len(reference_tasks(design)) == 2 * len(groups)
    again = reference_groups(Design.from_dict(design.to_dict()))
    assert [group.key for group in again] == [group.key for group in groups]


def test_floors_of_others_are_not_measured_where_no_method_has_them() -> None:
    design = small_design(strengths=("elbo:model.latent=3,4", "beta-vae:model.latent=3,4"))
    assert [group.variants for group in reference_groups(design)] == [
        ("elbo-3", "beta-vae-3"), ("elbo-4", "beta-vae-4"),
    ]  # fmt: skip
    assert "references-seed-0" not in reference_tasks(design)


def test_floors_have_the_latent_units_of_the_methods_that_they_are_of(tmp_path: Path) -> None:
    design = small_design(methods=("wide",), strengths=("wide:model.latent=3",), seeds=1,
                          fixed=("wide:objective=elbo",), measure={"metrics": "sap"})  # fmt: skip
    folder = StudyFolder.make(tmp_path / "a", design)
    [(task, (group, seed))] = folder.reference_tasks.items()
    assert carry_out(folder, task, lambda what: None).message == ""
    assert folder.unfinished == ("wide-3-seed-0",)
    content = folder.references(group, seed)
    assert content is not None
    assert content["latent"] == 3
    [shown] = gathered(folder).references
    assert shown.variants == ("wide-3",)
    assert shown.names[-1] == "true factors"


def test_a_method_stands_out_above_floors_of_its_own() -> None:
    low, high = (Score("SAP", 0.0, 1e-6),), (Score("SAP", 1.0, 1e-6),)
    values = {"elbo": VALUES, "wide": VALUES}
    own = {"fixed": ("wide:objective=elbo", "wide:model.latent=3")}
    groups = [beside(["elbo"], high), beside(["wide"], low)]
    findings = findings_of(values, groups, **own)
    assert [findings.stands_out(name, "SAP") for name in values] == [False, True]
    labels = [row[0] for row in reference_rows(findings, ["SAP"])]
    assert labels == ["PCA (elbo)", "true factors (elbo)", "PCA (wide)", "true factors (wide)"]
    assert any("floors and a ceiling of their own" in line for line in sentences(findings))
    assert "PCA (wide)" in page(findings, [], {})
    shared = replace(findings, references=(beside(list(values), low),))
    assert [row[0] for row in reference_rows(shared, ["SAP"])] == ["PCA", "true factors"]
    without = findings_of(values, [groups[1]], **own)
    assert not without.stands_out("elbo", "SAP")


def test_floors_are_drawn_where_they_hold() -> None:
    """Over the columns or the strengths of their methods; across where all share them."""
    asked = {"strengths": ("beta-vae:model.latent=2,3,4",)}
    values = dict.fromkeys(("elbo", "2", "3", "4"), VALUES)
    levels = {"a": (Score("SAP", 0.1, 0.0),), "b": (Score("SAP", 0.2, 0.0),)}
    groups = [beside(["elbo", "beta-vae-2"], levels["a"]),
              beside(["beta-vae-3", "beta-vae-4"], levels["b"])]  # fmt: skip
    findings = findings_of(values, groups, methods=("elbo", "beta-vae"), **asked)
    drawn = {plate.name: plate.figure.axes[-1] for plate in plates(findings)}
    for name, spans in (
        ("scores-by-method", {0.1: [(-0.45, 0.45), (0.55, 1.45)],
                              0.2: [(1.55, 2.45), (2.55, 3.45)]}),
        ("strength-beta-vae", {0.1: [(1.55, 2.45)], 0.2: [(2.55, 3.45), (3.55, 4.45)]}),
        ("scores-against-elbo", {}),
    ):  # fmt: skip
        lines = [c for c in drawn[name].collections if c.get_label() == "PCA"]
        found = {float(c.get_segments()[0][0, 1]): [(s[0, 0], s[1, 0]) for s in c.get_segments()]
                 for c in lines}  # fmt: skip
        assert found.keys() == spans.keys()
        for level, expected in spans.items():
            np.testing.assert_allclose(found[level], expected)
        assert not any(line.get_label() == "PCA" for line in drawn[name].lines)
    every = [beside(list(findings.design.variants), levels["a"])]
    for plate in plates(replace(findings, references=tuple(every))):
        if plate.name != "rank-correlation":
            lines = [line for line in plate.figure.axes[-1].lines if line.get_label() == "PCA"]
            assert [line.get_ydata()[0] for line in lines] == [0.1], plate.name


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
    [beside] = findings.references
    assert [name for name in names if "rotated factors" in beside.scores[name]] == ["SAP"]
    assert all("PCA" in beside.scores[name] for name in names)
    words = "Rotated factors lose nothing in DCI informativeness (forest), explicitness, InfoE"
    assert any(words in line for line in sentences(findings))
    alone = with_rotation(finished, tmp_path / "b", ["SAP"], 1)
    assert "rotated factors" not in alone.references[0].names
    assert any("the factor itself" in line for line in sentences(alone))


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
