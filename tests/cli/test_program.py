"""The program itself: pipes, the module, the allocator, what JSON can hold."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from elbowroom.cli.program import spelt
from elbowroom.cli.show import as_data


@pytest.mark.skipif(sys.platform == "win32", reason="pipes of POSIX")
def test_a_reader_that_goes_away_is_no_error() -> None:
    script = "import sys; from elbowroom.cli import main; sys.exit(main(['train', '--help']))"
    command = f'"{sys.executable}" -u -c "{script}" | head -c 1'
    answer = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    assert answer.stdout == "U"
    assert answer.stderr == ""


def test_the_module_runs(python: Callable[..., Any]) -> None:
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


def test_the_allocator_is_set_by_the_command_line_only(python: Callable[..., Any]) -> None:
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
def test_the_allocator_takes_the_settings(python: Callable[..., Any]) -> None:
    answer = python("-c", "from elbowroom.allocator import *; print(keep_freed_memory())")
    assert answer.stdout.strip() in ("True", "False"), answer.stderr
