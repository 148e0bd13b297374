"""The command: what a person types, reads and gets."""

import json
from pathlib import Path

import pytest

from elbowroom.cli import main
from elbowroom.study import StudyFolder

TINY = (
    "--model.network mlp --model.network.hidden 8 --model.latent 2 --training.epochs 1 "
    "--data.examples 300"
)


def test_a_study_from_a_file_to_the_page(
    finished: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, err = ((finished.parent / name).read_text() for name in ("out.txt", "err.txt"))
    for task in StudyFolder.open(finished).tasks:
        assert f"{task}: " in err
    assert "(8 of 8)" in err
    assert "beta-vae-4" in out
    assert "true factors" in out
    assert (finished / "study.html").exists()
    assert main(["study", str(finished), "--gather", "--json"]) == 0
    content = json.loads(capsys.readouterr().out)
    assert {run["status"] for run in content["runs"]} == {"done"}


def test_a_dry_run_lists_the_runs_and_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    flags = "--methods beta-vae --strengths beta-vae:objective.beta=2,4 --metrics none"
    asked = f"study linear-toy {flags} {TINY} --out {tmp_path}/a --dry-run --json"
    assert main(asked.split()) == 0
    content = json.loads(capsys.readouterr().out)
    assert "beta-vae-4-seed-1" in content["runs"]
    assert content["total_seconds"] > 0
    assert content["reference_measurements"] == 0
    assert not (tmp_path / "a").exists()


BAD = [
    ("study digits --methods elbo", "a study needs a folder"),
    ("study digits --methods ebo --out a", "Did you mean 'elbo'?"),
    ("study digits --methods elbo --seeds 0 --out a", "seeds is 0"),
    ("study digits --out a", "a study needs methods"),
    ("study digits --methods elbo --resume --out a", "there is no study at 'a'"),
    ("study digits --methods elbo --gather --out a", "there is no study at 'a'"),
    ("study st/typo --gather", "there is no study at 'st/typo'"),
    ("study st/typo --resume", "there is no study at 'st/typo'"),
    ("study --gather", "needs the folder of a study"),
    ("study no.toml --out a", "there is no configuration at 'no.toml'"),
    ("study no.TOML --out a", "there is no configuration at 'no.TOML'"),
    ("study digits --methods elbo --workers 0 --out a", "workers is 0"),
    ("study digits --methods elbo --training.seed 1 --out a", "several seeds"),
    ("study digits --methods elbo --engine dask --out a", "optuna"),
    ("study digits --methods elbo --metrics sap,mig --out a", "there is no metric 'mig'"),
    ("study digits --methods elbo --codes 9 --metrics sap --out a", "needs"),
]


@pytest.mark.parametrize(("arguments", "words"), BAD)
def test_mistakes_are_said_before_anything_is_written(
    arguments: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    assert main(arguments.split()) in (1, 2)
    captured = capsys.readouterr()
    assert captured.err.startswith("elbowroom: ")
    assert words in captured.err
    assert "Traceback" not in captured.err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("missing", "extra"), [("ray", "ray"), ("optuna", "study")])
def test_an_engine_that_is_not_installed_leaves_nothing_behind(
    missing: str, extra: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setattr(
        "elbowroom.study.running.find_spec", lambda name: None if name == missing else name
    )
    asked = f"study linear-toy --methods elbo {TINY} --metrics none --engine ray"
    assert main([*asked.split(), "--out", str(tmp_path / "a")]) == 2
    assert f"pip install 'elbowroom[{extra}]'" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_data_in_memory_are_refused() -> None:
    from elbowroom.commands import COMMANDS
    from elbowroom.errors import ConfigError

    with pytest.raises(ConfigError, match="do not see data in memory"):
        COMMANDS["study"]([[1.0, 2.0]], methods="elbo", out=Path("a"))


def test_the_same_command_with_other_settings_is_another_study(
    finished: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (finished / "study.toml").read_text()
    assert main(f"study {finished} --training.epochs 9".split()) == 2
    assert "training.epochs is 2 there and 9 here" in capsys.readouterr().err
    assert (finished / "study.toml").read_text() == before
    assert StudyFolder.open(finished).unfinished == ()


@pytest.mark.parametrize(
    ("flags", "named"),
    [
        ("--split test", "--split"), ("--seeds 3", "--seeds"), ("--ranking", "--ranking"),
        ("--references 0", "--references"), ("--dry-run", "--dry-run"),
        ("--model.latent 2 --methods elbo", "--methods, --model.latent"),
    ],
)  # fmt: skip
def test_looking_on_changes_nothing(
    flags: str, named: str, finished: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (finished / "study.toml").read_text()
    assert main(f"study {finished} --gather {flags}".split()) == 2
    assert f"leave out {named}." in capsys.readouterr().err
    assert (finished / "study.toml").read_text() == before


def test_looking_on_takes_no_other_data(finished: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(f"study digits --out {finished} --gather".split()) == 2
    assert "leave out 'digits'." in capsys.readouterr().err


def test_a_dry_run_sees_that_the_folder_holds_another_study(
    finished: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(f"study {finished} --training.epochs 9 --dry-run".split()) == 2
    assert "training.epochs is 2 there and 9 here" in capsys.readouterr().err
    (tmp_path / "letter.txt").write_text("mine")
    asked = f"study linear-toy --methods elbo {TINY} --metrics none --out {tmp_path} --dry-run"
    assert main(asked.split()) == 2
    assert "is not the folder of a study" in capsys.readouterr().err
