"""What the command line hands over: settings, options, JSON."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from elbowroom.cli import main
from elbowroom.commands import COMMANDS


def test_settings_come_from_defaults_then_the_file_then_the_flags(
    experiment: Any, tmp_path: Path
) -> None:
    (tmp_path / "a.toml").write_text(
        "[model]\nlatent = 5\n[objective]\nkind = 'elbo'\nbeta = 2.0\n[training]\nepochs = 3\n"
    )
    arguments = "train wine --config a.toml --out runs/a --objective.beta 4 --training.batch_size=7"
    assert main(arguments.split()) == 0
    config, folder = experiment["positional"]
    assert (config.data.source, config.model.latent, config.objective.beta) == ("wine", 5, 4.0)
    assert (config.training.epochs, config.training.batch_size) == (3, 7)
    assert config.training.learning_rate == 1e-3
    assert folder == Path("runs/a")
    assert experiment["name"] == "train"
    assert not experiment["resume"]


HANDED_OVER: list[tuple[str, str, Any]] = [
    ("--model.network mlp --model.network.hidden 400,200", "model.network.hidden", (400, 200)),
    (
        "--model.network mlp --model.network.hidden 400 --model.network.hidden 200",
        "model.network.hidden",
        (400, 200),
    ),
    ("--objective.beta warmup --objective.beta.epochs 5", "objective.beta.epochs", 5.0),
    ("--objective autoencoder", "objective.kind", "autoencoder"),
    ("--training.compile", "training.compile", True),
    ("--training.no-compile", "training.compile", False),
    ("--training.epochs auto", "training.epochs", None),
    ("--seed 7", "training.seed", 7),
    ("--device cpu", "training.device", "cpu"),
    ("--data.preprocessing scale,threshold", "data.preprocessing.1.kind", "threshold"),
    ("--model.likelihood gaussian --model.likelihood.initial=-2", "model.likelihood.initial", -2.0),
    ("--model.likelihood gaussian --model.likelihood.initial -2", "model.likelihood.initial", -2.0),
]


@pytest.mark.parametrize(("flags", "path", "value"), HANDED_OVER)
def test_flags_become_settings(experiment: Any, flags: str, path: str, value: Any) -> None:
    assert main(["train", "--dry-run", *flags.split()]) == 0
    assert experiment["name"] == "plan"
    found: Any = experiment["positional"][0].plain()
    for step in path.split("."):
        found = found[int(step)] if step.isdigit() else found[step]
    assert found == value


def test_python_takes_the_same_settings_as_tables(experiment: Any) -> None:
    data = [[1.0, 2.0]]
    COMMANDS["train"](data, model={"latent": 3, "network": {"kind": "mlp"}}, config={}, seed=2)
    config, folder = experiment["positional"]
    assert (config.model.latent, config.model.network.kind, config.training.seed) == (3, "mlp", 2)
    assert experiment["data"] is data
    assert folder == Path("runs/list-1")


def test_the_next_free_folder_is_taken(experiment: Any, tmp_path: Path) -> None:
    (tmp_path / "runs" / "digits-1").mkdir(parents=True)
    assert main(["train"]) == 0
    assert experiment["positional"][1] == Path("runs/digits-2")


def test_resuming_reads_the_settings_of_the_folder(experiment: Any, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "config.toml").write_text("[model]\nlatent = 3\n")
    assert main(["train", "--resume", "--out", "a"]) == 0
    config, folder = experiment["positional"]
    assert (config.model.latent, folder, experiment["resume"]) == (3, Path("a"), True)


def test_json_is_pure_json(experiment: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", "some-run", "--samples", "5", "--json", "--device", "cpu"]) == 0
    assert json.loads(capsys.readouterr().out) == {"nats": None, "k": 3}
    assert experiment["positional"] == (("some-run", False, "cpu"),)
    assert experiment["effort"].method == "importance-sampling"
    assert experiment["effort"].options == {"samples": 5}
    assert experiment.cards == [("some-run", False, "cpu")]


def test_measurements_are_asked_for_by_name(experiment: Any) -> None:
    assert main(["evaluate", "run", "--gap", "--quality", "--target-error", "0.1"]) == 0
    assert experiment["also"] == ("gap", "quality")
    assert not experiment["full"]
    assert experiment["effort"].method == "adaptive"
    assert main(["evaluate", "run", "--full", "--method", "annealed", "--steps", "50"]) == 0
    assert experiment["full"]
    assert (experiment["effort"].method, experiment["effort"].options) == (
        "annealed",
        {"steps": 50},
    )


def test_a_run_gets_its_card_when_it_is_trained(experiment: Any) -> None:
    assert main(["train"]) == 0
    assert experiment.cards == [experiment]


@pytest.mark.usefixtures("experiment")
def test_trust_reaches_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "ownnet.py").write_text('class Mine:\n  "Mine."\n  def __init__(self): ...\n')
    arguments = ["train", "--dry-run", "--model.network", "ownnet:Mine"]
    assert main(arguments) == 2
    assert "ownnet" not in sys.modules
    before = list(sys.path)
    try:
        assert main([*arguments, "--trust"]) == 0
    finally:
        sys.path[:] = before
