"""What the command line says when something is wrong."""

import errno
import sys
from typing import Any

import pytest

from elbowroom.cli import main
from elbowroom.cli.program import explain
from elbowroom.errors import ElbowroomError, RunError

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
    ("train --objective autoencoder --objective.beta 4", 2, "not of autoencoder. Choose that kind"),
    ("train --config no.toml", 2, "there is no configuration at 'no.toml'"),
    ("train --resume", 2, "--out RUN"),
    ("train --resume --out a --config b.toml", 2, "leave out --config"),
    ("train --resume --out nowhere", 1, "there is no run to resume at 'nowhere'"),
    ("compare a", 2, "two run folders or more, got 1"),
    ("evaluate a --samples 0", 2, "samples is 0; it must be 1 or more"),
    ("evaluate a --method adaptiv", 2, 'Did you mean "adaptive"'),
    ("evaluate a --method adaptive --samples 9", 2, "adaptive has no option 'samples'; its"),
    ("evaluate a --samples 9 --target-error 1", 2, "belong to different methods"),
    ("evaluate a --steps 0", 2, "steps is 0; it must be 1 or more"),
    ("evaluate a --per-example a.txt", 2, "'a.txt' must end in one of .npy, .npz, .csv"),
    ("compare a b --figure a.gif", 2, "'a.gif' must end in .png or .svg"),
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
