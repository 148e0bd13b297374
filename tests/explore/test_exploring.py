"""The command `elbowroom explore`, from the words at the terminal to Ctrl-C."""

import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path
from types import SimpleNamespace

import pytest

from elbowroom.cli import main
from elbowroom.commands import COMMANDS
from elbowroom.errors import ConfigError, IncompatibleError, MissingExtraError
from elbowroom.explore.server import Address, serving
from elbowroom.explore.telling import telling
from tests.explore.runs import run_of

explore = COMMANDS["explore"]

BAD = [
    ("explore", 2, "RUN"),
    ("explore nowhere", 1, "there is no run folder at 'nowhere'"),
    ("explore . --no-browser", 1, "'.' is not a run folder"),
    ("explore a --html page.txt", 2, "'page.txt' must end in .html"),
    ("explore a --port many", 2, "port"),
    ("explore a --split tset", 2, 'Did you mean "test"'),
    ("explore a --no-brwser", 2, "Did you mean --no-browser?"),
    ("explore a b c", 2, "'c' is too much here"),
]


@pytest.mark.parametrize(("arguments", "code", "words"), BAD)
def test_bad_command_lines(arguments, code, words, capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert main(arguments.split()) == code
    said = capsys.readouterr().err
    assert words in said
    assert "Traceback" not in said


def test_runs_of_other_data_are_not_compared(tmp_path):
    digits, table = (run_of(name, tmp_path / name) for name in ("prior vamp-prior", "table"))
    with pytest.raises(IncompatibleError, match="are not of the same data") as caught:
        explore(digits, table)
    assert (
        "are images of 1x8x8, 17 levels from 0 to 16, those of 'table' are rows of 4, real"
        in str(caught.value)
    )


@pytest.mark.parametrize("package", ["starlette", "uvicorn", "websockets"])
def test_missing_packages_are_named_before_the_work(tmp_path, monkeypatch, package):
    monkeypatch.setitem(sys.modules, package, None)
    monkeypatch.setattr("elbowroom.explore.session.Session.open", lambda *_: pytest.fail("begun"))
    with pytest.raises(MissingExtraError, match=r"pip install 'elbowroom\[app\]'"):
        explore(run_of("table", tmp_path))


def test_an_address_that_is_taken_is_refused_before_the_work(tmp_path, monkeypatch):
    monkeypatch.setattr("elbowroom.explore.session.Session.open", lambda *_: pytest.fail("begun"))
    with Address().listen() as taken, pytest.raises(ConfigError, match="cannot listen at 127"):
        explore(run_of("table", tmp_path), port=taken.getsockname()[1])


@pytest.fixture
def stopped(monkeypatch):
    """Serve nothing: Ctrl-C comes at once."""

    def interrupt() -> None:
        raise KeyboardInterrupt

    def pretend(sessions, address):
        return SimpleNamespace(
            link="http://x/?token=t", local=address.host == "127.0.0.1", run=interrupt
        )

    monkeypatch.setattr(serving, "listening", pretend)
    opened: list[str] = []
    monkeypatch.setattr(serving.webbrowser, "open", lambda link: bool(opened.append(link) or True))
    # The browser is opened from a thread; here it is waited for.
    monkeypatch.setattr(
        serving.threading, "Thread", lambda target, args, daemon: SimpleNamespace(
            start=lambda: target(*args)))  # fmt: skip
    return opened


def test_a_server_for_others_comes_with_a_warning(stopped, capsys):
    serving.serve([], Address("0.0.0.0"), browser=False)
    assert "without encryption" in capsys.readouterr().err
    serving.serve([], browser=False)
    said = capsys.readouterr().err
    assert "without encryption" not in said
    assert said.splitlines() == [
        "The explorer is at http://x/?token=t", "Ctrl-C ends it.", "The explorer has ended.",
    ]  # fmt: skip
    assert stopped == []


def test_the_browser_is_opened_where_there_are_windows(stopped, capsys, monkeypatch):
    monkeypatch.setattr(serving.sys, "platform", "linux")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setenv("DISPLAY", ":0")
    serving.serve([])
    assert [link.partition(":")[0] for link in stopped] == ["file"]
    monkeypatch.delenv("DISPLAY")
    serving.serve([])
    assert len(stopped) == 1
    assert "open the link yourself" in capsys.readouterr().err


def test_progress_is_told(capsys):
    with telling() as tell:
        tell("encoding the examples", 1, 2)
        tell("encoding the examples", 2, 2)
        tell("drawing a map")
    assert capsys.readouterr().out == ""


HARNESS = """
import sys
from elbowroom.cli import main
code = main(sys.argv[1:])
unwanted = ("elbowroom.objectives", "elbowroom.training", "elbowroom.experiment",
            "elbowroom.report", "matplotlib", "PIL")
print("imported:", [name for name in unwanted if name in sys.modules])
sys.exit(code)
"""


@pytest.fixture(scope="module")
def trained(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("trained") / "run"
    small = {"network": {"kind": "mlp", "hidden": [8]}}
    settings = {"training": {"epochs": 1, "device": "cpu"}, "model": small}
    COMMANDS["train"]("digits", config=settings, out=folder, quiet=True)
    return folder


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C cannot be sent to a process alone")
def test_from_the_command_to_ctrl_c(trained):
    """Nothing that trains or reports is imported on the way."""
    command = ["explore", str(trained), "--no-browser", "--examples", "50"]
    process = subprocess.Popen(
        [sys.executable, "-c", HARNESS, *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        first = process.stderr.readline()
        link = re.fullmatch(
            r"The explorer is at (http://127\.0\.0\.1:\d+/\?token=[\w-]{43})\n", first
        )
        assert link, first + process.stderr.read()
        with urllib.request.urlopen(link[1], timeout=30) as answer:
            assert b'"count":50' in answer.read()
        process.send_signal(signal.SIGINT)
        process.wait(timeout=30)
        out, said = process.stdout.read(), process.stderr.read()
    finally:
        process.kill()
        process.stdout.close()
        process.stderr.close()
    assert process.returncode == 0
    assert said == "Ctrl-C ends it.\nThe explorer has ended.\n"
    assert out == "imported: []\n"
