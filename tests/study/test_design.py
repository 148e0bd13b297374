"""What a study is: flags and files mean the same, names are stable, mistakes are said in words."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from elbowroom.errors import ConfigError, DataError
from elbowroom.study import Design, Measure, StudyFolder
from elbowroom.study.preparing import QUICK, prepared
from elbowroom.study.requested import requested, start_from
from tests.study.small import MEASURE, SETTINGS, small_design

FILE = """
seeds = 2
[methods.elbo]
[methods.beta-vae]
vary = "objective.beta"
values = [2, 4]
[data]
source = "linear-toy"
examples = 900
[model]
latent = 2
network = {kind = "mlp", hidden = [8]}
[training]
epochs = 2
patience = 0
[measure]
split = "train"
limit = 40
samples = 4
metrics = ["binned-mig", "sap"]
codes = 400
"""


def test_flags_and_a_file_say_the_same(tmp_path: Path) -> None:
    (tmp_path / "study.toml").write_text(FILE)
    assert Design.from_toml(tmp_path / "study.toml").to_dict() == small_design().to_dict()


@pytest.mark.parametrize(
    "design",
    [
        small_design(),
        requested(
            {}, methods=["elbo", "vamp-prior-2018", "wide", "flat"], seeds=1,
            fixed=["wide:model.network=mlp,wide:model.network.hidden=40,20,flat:model.prior=vamp-prior"],
            strengths=["wide:model.latent=2,3", "flat:model.prior.components=5,10"],
            settings={"model": {"latent": 3}, "training.epochs": "4"},
        ),
    ],
)  # fmt: skip
def test_a_design_survives_its_file(design: Design, tmp_path: Path) -> None:
    design.write(tmp_path / "study.toml")
    again = Design.from_toml(tmp_path / "study.toml")
    assert again.to_toml() == design.to_toml()
    assert [(p.name, p.config) for p in again.points] == [(p.name, p.config) for p in design.points]


def test_flags_for_one_method_add_to_each_other_and_replace_those_of_a_file() -> None:
    asked = {"methods": ["beta-vae"], "settings": SETTINGS}
    several = ["beta-vae:objective.beta=2", "beta-vae:objective.beta=4,8"]
    design = requested({}, strengths=several, **asked)
    assert list(design.variants) == ["beta-vae-2", "beta-vae-4", "beta-vae-8"]
    again = requested(design.to_dict(), strengths=["beta-vae:objective.beta=16"])
    assert list(again.variants) == ["beta-vae-16"]


def test_strengths_of_either_sign_have_names_of_their_own() -> None:
    asked = {"methods": ["renyi"], "strengths": ["renyi:objective.alpha=-1,1,0.5"]}
    assert list(requested({}, **asked).variants) == ["renyi-minus-1", "renyi-1", "renyi-0.5"]


def test_another_table_of_factors_under_the_same_name_is_measured_again(tmp_path: Path) -> None:
    table = tmp_path / "factors.csv"
    measure = Measure(factors=str(table))
    table.write_text("size\n1\n2\n")
    before = measure.digest
    assert measure.digest == before
    table.write_text("size\n1\n20\n")
    assert measure.digest != before


def test_every_point_has_its_own_settings_and_name() -> None:
    points = {point.name: point.config for point in small_design().points}
    assert list(points) == [
        "elbo-seed-0", "beta-vae-2-seed-0", "beta-vae-4-seed-0",
        "elbo-seed-1", "beta-vae-2-seed-1", "beta-vae-4-seed-1",
    ]  # fmt: skip
    assert points["beta-vae-4-seed-1"].objective.beta == 4.0
    assert points["beta-vae-4-seed-1"].training.seed == 1
    assert points["elbo-seed-0"].objective.kind == "elbo"


def test_a_run_s_settings_are_a_base_without_its_seed(tmp_path: Path) -> None:
    point = small_design().points[-1]
    point.config.write(tmp_path / "config.toml")
    base = requested(start_from(tmp_path / "config.toml"), methods=["elbo"], seeds=3)
    assert [p.config.training.seed for p in base.points] == [0, 1, 2]
    assert base.points[0].config.training.epochs == 2


BAD = [
    ({"methods": ["beta-vea"]}, "Did you mean 'beta-vae'?"),
    ({"methods": []}, "a study needs methods"),
    ({"seeds": 0}, "seeds is 0"),
    ({"strengths": ["factor-vae:objective.gamma=2"]}, "'factor-vae', which is no method of this"),
    ({"strengths": ["beta-vae"]}, "not of the form METHOD:SETTING=VALUE"),
    ({"strengths": ["beta-vae:objective.beta="]}, "has no value"),
    ({"strengths": ["beta-vae:objective.bta=2"]}, "Did you mean 'beta'?"),
    ({"strengths": ["beta-vae:objective.beta=2,two"]}, "objective.beta: there is no 'two'"),
    ({"strengths": ["beta-vae:objective.beta=2,2.0"]}, "both are called 'beta-vae-2'"),
    ({"strengths": ["beta-vae:training.seed=2,3"]}, "it must be the path of a setting"),
    ({"strengths": ["beta-vae:objective.beta=2", "beta-vae:model.latent=2"]}, "has two strengths"),
    ({"settings": {"training.seed": 3}}, "give their number with --seeds"),
    ({"settings": {"model.latnet": 3}}, "Did you mean 'latent'?"),
    ({"measure": {"split": "tset"}}, "Did you mean 'test'?"),
    ({"measure": {"limit": 0}}, "limit is 0"),
    ({"measure": {"metric": "sap"}}, "Did you mean 'metrics'?"),
]


@pytest.mark.parametrize(("wrong", "words"), BAD)
def test_mistakes_are_said(wrong: dict, words: str) -> None:
    asked = {"methods": ("elbo", "beta-vae"), "settings": SETTINGS, "measure": MEASURE}
    with pytest.raises(ConfigError) as error:
        requested({}, **(asked | wrong))
    assert words in str(error.value)


FILES = [
    ({"method": {}}, "Did you mean 'methods'?"),
    ({"methods": {"elbo": 3}}, "methods.elbo is 3; it must be a table"),
    ({"methods": {"elbo": {"values": [1]}}}, "has values but no vary"),
    ({"methods": {"elbo": {"vary": "objective.beta", "values": []}}}, "give a list"),
    ({"methods": {"elbo": {"objectiv": "elbo"}}}, "Did you mean 'objective'?"),
    ({"methods": {"a b": {"objective": "elbo"}}}, "cannot be the name of a method"),
    ({"methods": {"elbo": {}}, "training": {"seed": 1}}, "set seeds, their number"),
    ({"methods": {"elbo": {"vary": "objective.beta", "values": [2]},
                  "elbo-2": {"objective": "elbo"}}}, "both have runs called 'elbo-2'"),
]  # fmt: skip


@pytest.mark.parametrize(("tree", "words"), FILES)
def test_mistakes_in_a_file_are_said(tree: dict, words: str) -> None:
    with pytest.raises(ConfigError) as error:
        Design.from_dict(tree)
    assert words in str(error.value)


def test_metrics_that_the_data_do_not_allow_are_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "plain.npy", np.random.default_rng(0).normal(size=(60, 3)))
    plain = {"methods": ["elbo"], "settings": {"data.source": str(tmp_path / "plain.npy")}}
    with pytest.raises(DataError, match="asks for disentanglement metrics .sap., but .* neither"):
        prepared(requested({}, measure={"metrics": "sap"}, **plain))
    with pytest.raises(ConfigError, match="Did you mean 'sap'"):
        prepared(small_design(measure={"metrics": "spa"}))
    with pytest.raises(DataError, match=r"needs .* examples or more"):
        prepared(small_design(measure={"codes": 5}))
    assert prepared(requested({}, **plain)).measure.metrics == ()
    design = small_design()
    unnamed = replace(design, measure=replace(design.measure, metrics=None))
    chosen = prepared(unnamed).measure.metrics
    assert chosen is not None
    assert "binned-mig" in chosen


def test_a_table_of_the_wrong_length_is_refused_where_no_metric_is_named(tmp_path: Path) -> None:
    table = tmp_path / "factors.csv"
    table.write_text("size\n" + "\n".join("123"))
    design = small_design(measure={"factors": str(table)})
    unnamed = replace(design, measure=replace(design.measure, metrics=None))
    with pytest.raises(DataError, match="factors of 3 examples"):
        prepared(unnamed)


def test_quick_metrics_that_are_left_out_are_named_with_the_reason() -> None:
    design = small_design(measure={"codes": 5})
    told: list[str] = []
    asked = prepared(replace(design, measure=replace(design.measure, metrics=None)), told.append)
    left_out = [name for name in QUICK if name not in (asked.measure.metrics or ())]
    assert left_out
    assert [sentence.split(": ")[0] for sentence in told] == [
        f"not measured, {n}" for n in left_out
    ]
    assert all("needs" in sentence for sentence in told)


def test_a_folder_holds_one_study(tmp_path: Path) -> None:
    design = small_design()
    folder = StudyFolder.make(tmp_path / "a", design)
    assert StudyFolder.make(tmp_path / "a", design).path == folder.path
    assert StudyFolder.make(tmp_path / "a", small_design(seeds=3)).design.seeds == 3
    with pytest.raises(ConfigError, match="holds another study: it has runs"):
        StudyFolder.make(tmp_path / "a", small_design(seeds=1))
    with pytest.raises(ConfigError, match="training.epochs is 2 there and 3 here"):
        other = small_design(seeds=3, settings={"training.epochs": 3})
        StudyFolder.make(tmp_path / "a", other)
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "letter.txt").write_text("mine")
    with pytest.raises(ConfigError, match="not the folder of a study"):
        StudyFolder.make(tmp_path / "b", design)
    with pytest.raises(ConfigError, match=r"has no study\.toml"):
        StudyFolder.open(tmp_path / "b")
