"""One small study, made by the command, finished once for all tests that only look at it."""

import io
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from elbowroom.cli import main
from tests.shared import once
from tests.study.small import small_design


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a finished study; look, and change nothing.

    Beside it lie out.txt and err.txt, what the command said.
    """
    return once(tmp_path_factory, "study", finish) / "finished"


def finish(parent: Path) -> None:
    small_design().write(parent / "asked.toml")
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        words = ["study", str(parent / "asked.toml"), "--out", str(parent / "finished")]
        code = main([*words, "--workers", "1"])
    (parent / "out.txt").write_text(out.getvalue())
    (parent / "err.txt").write_text(err.getvalue())
    assert code == 0, err.getvalue()
