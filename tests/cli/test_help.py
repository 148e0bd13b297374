"""The help: quick to come, complete, and made from the signatures."""

import inspect
from collections.abc import Callable
from typing import Any

import pytest

from elbowroom.cli import main
from elbowroom.cli.app import settings_of
from elbowroom.commands import COMMANDS
from elbowroom.parts import catalogue

FLAGS = settings_of(COMMANDS["train"])


@pytest.mark.parametrize(
    "arguments", [["--help"], ["train", "--help"], ["data", "--help"], ["explore", "--help"]]
)
def test_help_needs_nothing_that_is_slow_to_import(
    python: Callable[..., Any], arguments: list[str]
) -> None:
    script = (
        f"import sys; from elbowroom.cli import main; code = main({arguments!r});"
        "slow = {'torch', 'numpy', 'scipy', 'sklearn', 'pandas', 'matplotlib', 'PIL', 'onnx'};"
        "print(*slow & set(sys.modules), file=sys.stderr); sys.exit(code)"
    )
    answer = python("-c", script)
    assert (answer.returncode, answer.stderr.split()) == (0, [])


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([name, "--help"]) == 0
    text = capsys.readouterr().out
    assert "For example:" in text
    assert f"elbowroom {name}" in text
    assert "--json" in text


@pytest.mark.parametrize("name", COMMANDS)
def test_every_parameter_of_a_command_is_explained(name: str) -> None:
    from elbowroom.parts.signature import read_args

    words = read_args(inspect.cleandoc(COMMANDS[name].__doc__ or ""))
    assert set(inspect.signature(COMMANDS[name]).parameters) <= set(words)


def test_the_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--help"])
    text = capsys.readouterr().out
    assert not [name for name in COMMANDS if name not in text]


def test_the_help_of_train_has_every_option_and_every_kind(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "400")
    main(["train", "--help"])
    text = capsys.readouterr().out
    missing = [flag.path for flag in FLAGS if f"--{flag.path.replace('_', '-')}" not in text]
    assert not missing
    parts = [part for slot in catalogue().slots for part in catalogue().parts(slot).values()]
    assert not [part.kind for part in parts if f"{part.kind}: {part.summary}" not in text]
    options = [(part, option) for part in parts for option in part.options.values()]
    lines = [f"[{part.kind}] {option.help}" for part, option in options]
    assert not [line for line in lines if line not in text]
