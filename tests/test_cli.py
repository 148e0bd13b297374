"""The command line: what it shows, what it hands over, and what it says when something is wrong."""

import errno
import inspect
import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from elbowroom.cli import main
from elbowroom.cli.app import settings_of
from elbowroom.cli.program import explain, spelt
from elbowroom.cli.show import as_data
from elbowroom.commands import COMMANDS
from elbowroom.errors import ElbowroomError, RunError
from elbowroom.parts import catalogue

FLAGS = settings_of(COMMANDS["train"])


class Called(dict[str, Any]):
    """What a fake function of the experiment was called with."""

    def to_dict(self) -> dict[str, Any]:
        return {"nats": float("nan"), "k": 3}


@pytest.fixture
def experiment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Called:
    """Replace what trains and evaluates by something that only remembers how it was called."""
    called = Called()

    def remember(name: str) -> Any:
        def function(*positional: Any, **options: Any) -> Called:
            called.update(options, name=name, positional=positional)
            return called

        return function

    names = ("train", "plan", "evaluate", "compare")
    fake = SimpleNamespace(**{name: remember(name) for name in names})
    loaded = SimpleNamespace(load=lambda path, trust, device: (path, trust, device))
    monkeypatch.setitem(sys.modules, "elbowroom.experiment", fake)
    monkeypatch.setitem(sys.modules, "elbowroom.run", SimpleNamespace(Run=loaded))
    monkeypatch.setattr("elbowroom.experiment", fake, raising=False)
    monkeypatch.chdir(tmp_path)
    return called


def python(*arguments: str, **settings: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, check=False, **settings
    )


@pytest.mark.parametrize("arguments", [["--help"], ["train", "--help"], ["data", "--help"]])
def test_help_is_fast_and_needs_no_torch(arguments: list[str]) -> None:
    """Processor time, so that a busy machine does not fail the test."""
    script = (
        f"import sys, time; from elbowroom.cli import main; code = main({arguments!r});"
        "heavy = {'torch', 'numpy', 'scipy', 'pandas', 'matplotlib', 'PIL'} & set(sys.modules);"
        "print(time.process_time(), *heavy, file=sys.stderr); sys.exit(code)"
    )
    answers = [python("-c", script) for _ in range(2)]
    assert answers[0].returncode == 0
    [seconds] = zip(*(answer.stderr.split() for answer in answers), strict=True)
    assert min(map(float, seconds)) < 0.7


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


def test_settings_come_from_defaults_then_the_file_then_the_flags(
    experiment: Called, tmp_path: Path
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
def test_flags_become_settings(experiment: Called, flags: str, path: str, value: Any) -> None:
    assert main(["train", "--dry-run", *flags.split()]) == 0
    assert experiment["name"] == "plan"
    found: Any = experiment["positional"][0].plain()
    for step in path.split("."):
        found = found[int(step)] if step.isdigit() else found[step]
    assert found == value


def test_python_takes_the_same_settings_as_tables(experiment: Called) -> None:
    data = [[1.0, 2.0]]
    COMMANDS["train"](data, model={"latent": 3, "network": {"kind": "mlp"}}, config={}, seed=2)
    config, folder = experiment["positional"]
    assert (config.model.latent, config.model.network.kind, config.training.seed) == (3, "mlp", 2)
    assert experiment["data"] is data
    assert folder == Path("runs/list-1")


def test_the_next_free_folder_is_taken(experiment: Called, tmp_path: Path) -> None:
    (tmp_path / "runs" / "digits-1").mkdir(parents=True)
    assert main(["train"]) == 0
    assert experiment["positional"][1] == Path("runs/digits-2")


def test_resuming_reads_the_settings_of_the_folder(experiment: Called, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "config.toml").write_text("[model]\nlatent = 3\n")
    assert main(["train", "--resume", "--out", "a"]) == 0
    config, folder = experiment["positional"]
    assert (config.model.latent, folder, experiment["resume"]) == (3, Path("a"), True)


def test_json_is_pure_json(experiment: Called, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", "some-run", "--samples", "5", "--json", "--device", "cpu"]) == 0
    assert json.loads(capsys.readouterr().out) == {"nats": None, "k": 3}
    assert experiment["positional"] == (("some-run", False, "cpu"),)
    assert experiment["samples"] == 5


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


BAD: list[tuple[str, int, str]] = [
    ("trian", 2, 'Did you mean "train"'),
    ("train --beta 4", 2, "no option --beta. Did you mean --objective.beta?"),
    ("train --model.latnet 4", 2, "Did you mean --model.latent?"),
    ("train --hepl", 2, "Did you mean --help?"),
    ("evaluate", 2, "RUN"),
    ("train --model.latent", 2, "--model.latent"),
    ("train --model.latent x", 2, "model.latent is 'x'; it takes a whole number above 0"),
    ("train --model.latent 0", 2, "model.latent is 0; it takes a whole number above 0"),
    ("train --objective bata", 2, "objective: there is no 'bata'; choose one of"),
    ("train --objective autoencoder --objective.beta 4", 2, "'beta' is an option of elbo, not of"),
    ("train --config no.toml", 2, "there is no configuration at 'no.toml'"),
    ("train --resume", 2, "--out RUN"),
    ("train --resume --out a --config b.toml", 2, "leave out --config"),
    ("train --resume --out nowhere", 1, "there is no run to resume at 'nowhere'"),
    ("compare a", 2, "two run folders or more, got 1"),
    ("evaluate a --samples 0", 2, "samples is 0; it must be 1 or more"),
    ("evaluate a --limit -1", 2, "limit is -1; it must be 1 or more"),
    ("evaluate a --samples many", 2, "many"),
    ("evaluate a --split tset", 2, 'Did you mean "test"'),
    ("sample a --count 0", 2, "count is 0; it must be 1 or more"),
    ("encode a --out codes.cvs", 2, "'codes.cvs' must end in one of .npy, .npz, .csv"),
    ("train digits extra", 2, "'extra' is too much here"),
    ("data digits --picture a.xyz", 2, "'a.xyz' must end in one of .png"),
    ("encode a --out codes.png", 2, "must end in one of"),
]


@pytest.mark.usefixtures("experiment")
@pytest.mark.parametrize(("arguments", "code", "words"), BAD)
def test_bad_command_lines(
    arguments: str, code: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments.split()) == code
    captured = capsys.readouterr()
    assert captured.err.startswith("elbowroom: ")
    assert words in captured.err
    assert "Traceback" not in captured.err
    assert captured.out == ""


ERRORS = [
    (RunError("what and how"), 1, "what and how"),
    (KeyboardInterrupt(), 130, "stopped by Ctrl-C"),
    (OSError(errno.ENOSPC, "No space left on device", "a.npy"), 1, "the disk is full"),
    (PermissionError(errno.EACCES, "Permission denied", "a.npy"), 1, "Permission denied: 'a.npy'"),
    (FileNotFoundError(errno.ENOENT, "No such file or directory", "a"), 1, "No such file"),
    (MemoryError(), 1, "not enough memory"),
    (ZeroDivisionError("oh"), 1, "ELBOWROOM_DEBUG=1"),
]


@pytest.mark.usefixtures("experiment")
@pytest.mark.parametrize(("error", "code", "words"), ERRORS, ids=lambda value: type(value).__name__)
def test_errors_become_sentences(
    error: BaseException,
    code: int,
    words: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr(sys.modules["elbowroom.experiment"], "train", fail)
    monkeypatch.delenv("ELBOWROOM_DEBUG", raising=False)
    assert main(["train"]) == code
    quiet = capsys.readouterr().err
    assert words in quiet
    assert "Traceback" not in quiet
    monkeypatch.setenv("ELBOWROOM_DEBUG", "1")
    assert main(["train"]) == code
    assert "Traceback" in capsys.readouterr().err


def test_every_error_class_has_its_exit_code() -> None:
    for kind in ElbowroomError.__subclasses__():
        if "__init__" not in vars(kind):
            assert explain(kind("why")) == ("why", kind.exit_code)


@pytest.mark.skipif(sys.platform == "win32", reason="pipes of POSIX")
def test_a_reader_that_goes_away_is_no_error() -> None:
    script = "import sys; from elbowroom.cli import main; sys.exit(main(['train', '--help']))"
    command = f'"{sys.executable}" -u -c "{script}" | head -c 1'
    answer = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    assert answer.stdout == "U"
    assert answer.stderr == ""


def test_the_module_runs() -> None:
    answer = python("-m", "elbowroom", "--version", env={**os.environ, "PYTHONPATH": "src"})
    assert answer.returncode == 0
    assert answer.stdout.strip()[0].isdigit()


def test_flags_may_have_underscores() -> None:
    assert spelt("--training.batch_size=a_b") == "--training.batch-size=a_b"
    assert spelt("my_file.csv") == "my_file.csv"


def test_what_json_cannot_hold_becomes_something_it_can() -> None:
    import numpy as np

    data = as_data({"a": np.float32("inf"), "b": np.arange(2), "c": Path("x"), "d": (True, None)})
    assert data == {"a": None, "b": [0, 1], "c": "x", "d": [True, None]}


def test_the_allocator_is_set_by_the_command_line_only() -> None:
    """Importing the package must not change how the process allocates."""
    script = (
        "import elbowroom, elbowroom.allocator as allocator; called = [];"
        "allocator.keep_freed_memory = lambda: called.append(1);"
        "from elbowroom.cli import main; assert not called;"
        "main(['--version']); assert called"
    )
    answer = python("-c", script)
    assert answer.returncode == 0, answer.stderr


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="glibc")
def test_the_allocator_takes_the_settings() -> None:
    answer = python("-c", "from elbowroom.allocator import *; print(keep_freed_memory())")
    assert answer.stdout.strip() in ("True", "False"), answer.stderr
