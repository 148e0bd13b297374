"""A configuration: what is written is what was read, and every mistake is answered in words."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from elbowroom.config import VERSION, Config
from elbowroom.errors import ConfigError, ElbowroomError, RunError
from elbowroom.parts import Part, catalogue

CATALOGUE = catalogue()
PARTS = [part for slot in CATALOGUE.slots for part in CATALOGUE.parts(slot).values()]
TOP = ("data", "model", "training")


def holding(part: Part) -> dict[str, Any]:
    """Return overrides that put a part, every option at its default, into a configuration."""
    table = {"kind": part.kind, **{name: option.default for name, option in part.options.items()}}
    slot = CATALOGUE.slots[part.slot]
    if slot.nested:
        owner, option = next(
            (other, option)
            for other in PARTS
            for option in other.options.values()
            if option.type.family == slot.name
        )
        return {owner.slot: {"kind": owner.kind, option.name: table}}
    return {slot.name: [table] if slot.many else table}


def by_id(value: Any) -> str:
    return f"{value.slot}-{value.kind}" if isinstance(value, Part) else str(value)


def test_the_default_configuration_round_trips() -> None:
    config = Config.from_dict({})
    again = Config.from_dict(tomllib.loads(config.to_toml()))
    assert again == config
    assert again.to_toml() == config.to_toml()


@pytest.mark.parametrize("part", PARTS, ids=by_id)
def test_every_part_round_trips_through_toml(part: Part, tmp_path: Path) -> None:
    config = Config.from_dict({}).with_overrides(holding(part))
    assert part.kind in config.to_toml()
    config.write(tmp_path / "config.toml")
    again = Config.from_toml(tmp_path / "config.toml")
    assert again == config
    assert again.to_toml() == config.to_toml()
    assert Config.from_toml(tmp_path) == config, "a run folder stands for its config.toml"


@pytest.mark.parametrize("part", PARTS, ids=by_id)
def test_every_option_can_be_set_by_its_path(part: Part) -> None:
    """Setting an option to its own default, as text, changes nothing."""
    config = Config.from_dict({}).with_overrides(holding(part))
    [(path, _)] = holding(part).items()
    slot = CATALOGUE.slots[part.slot]
    prefix = f"{path}.{part.kind}" if slot.many else path
    if slot.nested:
        prefix = next(f"{path}.{name}" for name in holding(part)[path] if name != "kind")
    for name, option in part.options.items():
        text = (
            ",".join(map(str, option.default))
            if isinstance(option.default, tuple)
            else str(option.default)
        )
        flag = f"{prefix}.{name}".replace("_", "-")
        assert config.with_overrides({flag: text}) == config


@pytest.mark.parametrize("section", TOP)
def test_misspelt_keys_of_sections(section: str) -> None:
    for name in CATALOGUE.options(section):
        with pytest.raises(ConfigError, match=rf"\[{section}\] has no key '{name}x'.*'{name}'\?"):
            Config.from_dict({section: {f"{name}x": 1}})


def test_the_text_says_who_wrote_it_and_has_a_fixed_order() -> None:
    lines = Config.from_dict({"model": {"latent": 8}}).to_toml().splitlines()
    assert lines[0].startswith("# Written by elbowroom ")
    tables = [line for line in lines if line.startswith("[") and "." not in line]
    assert tables == ["[data]", "[model]", "[objective]", "[training]"]
    assert f"version = {VERSION}" in lines


def test_a_choice_of_none_survives() -> None:
    """TOML has no null: None is left out where it is the default."""
    config = Config.from_dict({"data": {"columns": "none", "preprocessing": "auto"}})
    assert config.data.columns is None
    assert config.data.preprocessing is None
    assert "columns" not in config.to_toml()


def test_slots_may_be_bare_kinds_tables_or_lists() -> None:
    config = Config.from_dict(
        {
            "data": {"preprocessing": ["scale", {"kind": "threshold", "at": 0.25}]},
            "model": {"likelihood": "bernoulli", "network": {"kind": "mlp", "hidden": [8]}},
            "objective": {"kind": "elbo", "beta": "warmup"},
        }
    )
    assert [step.kind for step in config.data.preprocessing] == ["scale", "threshold"]
    assert config.model.likelihood.kind == "bernoulli"
    assert config.model.network.hidden == (8,)
    assert config.objective.beta.kind == "warmup"


OVERRIDES: list[tuple[dict[str, Any], dict[str, Any], str, Any]] = [
    # file, overrides, path, value
    ({}, {}, "objective.beta", 1.0),
    ({"objective": {"kind": "elbo", "beta": 2.0}}, {}, "objective.beta", 2.0),
    ({"objective": {"kind": "elbo", "beta": 2.0}}, {"objective.beta": "4"}, "objective.beta", 4.0),
    ({"objective": {"beta": 2.0}}, {"objective": "elbo"}, "objective.beta", 2.0),
    ({"objective": {"beta": 2.0}}, {"objective": "autoencoder"}, "objective.kind", "autoencoder"),
    ({}, {"model.latent": "20"}, "model.latent", 20),
    ({}, {"model.network.hidden": "400,400"}, "model.network.hidden", (400, 400)),
    ({}, {"model.network": "mlp", "model.network.hidden": "7"}, "model.network.hidden", (7,)),
    ({}, {"model.network.blocks": "3"}, "model.network.kind", "resnet"),
    ({}, {"training.batch-size": "64"}, "training.batch_size", 64),
    ({}, {"objective.beta.cycles": "3"}, "objective.beta.kind", "cyclical"),
    (
        {},
        {"objective.beta.epochs": "5", "objective.beta": "warmup"},
        "objective.beta.epochs",
        5.0,
    ),
    (
        {"objective": {"beta": {"kind": "warmup", "epochs": 3.0}}},
        {"objective.beta": "cyclical"},
        "objective.beta.epochs",
        10.0,
    ),
    (
        {"model": {"network": {"kind": "mlp", "activation": "tanh"}}},
        {"model.network": "conv"},
        "model.network.activation",
        "relu",
    ),
    (
        {"model": {"likelihood": "bernoulli"}},
        {"model.likelihood": "auto"},
        "model.likelihood",
        None,
    ),
    (
        {"data": {"preprocessing": ["scale"]}},
        {"data.preprocessing": "scale,threshold", "data.preprocessing.threshold.at": "0.3"},
        "data.preprocessing.1.at",
        0.3,
    ),
]


@pytest.mark.parametrize(("file", "over", "path", "value"), OVERRIDES)
def test_defaults_then_file_then_overrides(
    file: dict[str, Any], over: dict[str, Any], path: str, value: Any
) -> None:
    found: Any = Config.from_dict(file).with_overrides(over).plain()
    for step in path.split("."):
        found = found[int(step)] if step.isdigit() else found[step]
    assert found == value
    assert type(found) is type(value)


def test_overrides_leave_the_old_configuration_alone() -> None:
    config = Config.from_dict({"objective": {"beta": {"kind": "warmup"}}})
    before = config.to_toml()
    config.with_overrides({"objective.beta.epochs": "7", "model.latent": 3})
    assert config.to_toml() == before


BAD: list[tuple[dict[str, Any], type[ElbowroomError], str]] = [
    ({"modle": {}}, ConfigError, "no table 'modle'.*Did you mean 'model'"),
    ({"epochs": 5}, ConfigError, r"'epochs' belongs in \[training\]"),
    ({"model": {"epochs": 5}}, ConfigError, r"no key 'epochs'.*belongs in \[training\]"),
    ({"model": 3}, ConfigError, r"model is 3; it must be a table"),
    ({"model": {"latent": "8"}}, ConfigError, "model.latent is '8'; it takes a whole number"),
    ({"model": {"latent": 8.5}}, ConfigError, "model.latent is 8.5; it takes a whole number"),
    ({"model": {"latent": True}}, ConfigError, "model.latent is True; it takes a whole number"),
    ({"model": {"latent": 0}}, ConfigError, "model.latent is 0; it takes a whole number above 0"),
    ({"model": {"likelihood": "bernouli"}}, ConfigError, "no 'bernouli'.*'bernoulli'"),
    ({"model": {"likelihood": {"scale": "fixed"}}}, ConfigError, "does not say which kind"),
    ({"model": {"likelihood": 3}}, ConfigError, "model.likelihood is 3; it takes one of"),
    (
        {"model": {"network": {"kind": "mlp", "activation": "reluu"}}},
        ConfigError,
        "activation is 'reluu'; it takes one of .*Did you mean 'relu'",
    ),
    (
        {"model": {"network": {"kind": "mlp", "hidden": [4, "x"]}}},
        ConfigError,
        "model.network.hidden is .*whole numbers separated by commas",
    ),
    (
        {"objective": {"kind": "elbo", "beta": "warmpu"}},
        ConfigError,
        "objective.beta: there is no 'warmpu'.*Did you mean 'warmup'",
    ),
    (
        {"objective": {"kind": "elbo", "beta": [1]}},
        ConfigError,
        "objective.beta is .*a number, or one of constant, cyclical, warmup",
    ),
    ({"objective": {"beta": float("nan")}}, ConfigError, "objective.beta is nan"),
    ({"training": {"epochs": "many", "seed": 0.5}}, ConfigError, "epochs is 'many'.*\n.*seed"),
    ({"model": {"prior": "os:system"}}, ConfigError, "code from outside Elbowroom"),
    ({"version": VERSION + 1}, RunError, "pip install --upgrade elbowroom"),
    ({"version": "new"}, ConfigError, "version is 'new'"),
]


@pytest.mark.parametrize(("tree", "error", "words"), BAD)
def test_bad_configurations(tree: dict[str, Any], error: type[ElbowroomError], words: str) -> None:
    with pytest.raises(ElbowroomError, match=words) as caught:
        Config.from_dict(tree)
    assert type(caught.value) is error


BAD_OVERRIDES = [
    ({"model.network.activation": "gelu"}, "is an option of conv, mlp.*say which one"),
    ({"model.latent.size": "3"}, "plain value"),
    ({"model.latnet": "3"}, "Did you mean 'latent'"),
    ({"model.latent": "many"}, "model.latent is 'many'"),
    ({"nothing": "3"}, "no table 'nothing'"),
    ({"model.network.hiden": "3"}, "has no option 'hiden'"),
    ({"data.preprocessing.threshold.at": "0.1"}, "has no step 'threshold'"),
    ({"objective.beta.cycles.deep": "3"}, "plain value"),
]


@pytest.mark.parametrize(("over", "words"), BAD_OVERRIDES)
def test_bad_overrides(over: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        Config.from_dict({"model": {"latent": 2}}).with_overrides(over)


def test_bad_files(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no configuration at"):
        Config.from_toml(tmp_path)
    (tmp_path / "a.toml").write_text("version = = 1\n")
    with pytest.raises(ConfigError, match=r"a\.toml' is not a TOML file.*line 1"):
        Config.from_toml(tmp_path / "a.toml")
    (tmp_path / "b.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match=r"b\.toml' is not a TOML file"):
        Config.from_toml(tmp_path / "b.toml")


def test_a_trusted_class_is_read_built_and_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ownprior.py").write_text(
        'class Mine:\n  "My prior."\n  def __init__(self, latent, *, size: int = 3):\n'
        "    self.latent, self.size = latent, size\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    tree = {"model": {"prior": {"kind": "ownprior:Mine", "size": 4}}}
    with pytest.raises(ConfigError, match="--trust"):
        Config.from_dict(tree)
    config = Config.from_dict(tree, trust=True)
    config.write(tmp_path / "config.toml")
    with pytest.raises(ConfigError, match="--trust"):
        Config.from_toml(tmp_path / "config.toml")
    again = Config.from_toml(tmp_path / "config.toml", trust=True).with_overrides(
        {"model.prior.size": "5"}
    )
    assert again.build("model.prior", {"latent": 2}).size == 5


def test_building_what_is_still_open_is_refused() -> None:
    with pytest.raises(ConfigError, match="model.likelihood is 'auto'"):
        Config.from_dict({}).build("model.likelihood", {})


def test_tables_cannot_be_changed() -> None:
    config = Config.from_dict({})
    with pytest.raises(ValueError, match="frozen"):
        config.model.latent = 3
