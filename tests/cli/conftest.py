"""What the tests of the command line share: a fake experiment, and another process."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from elbowroom.experiment.effort import Effort

Process = subprocess.CompletedProcess[str]


class Called(dict[str, Any]):
    """What a fake function of the experiment was called with, and whose cards were written."""

    def __init__(self) -> None:
        super().__init__()
        self.cards: list[Any] = []

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
    fake = SimpleNamespace(**{name: remember(name) for name in names}, Effort=Effort)
    report = SimpleNamespace(write_card=called.cards.append)
    loaded = SimpleNamespace(load=lambda path, trust, device: (path, trust, device))
    monkeypatch.setitem(sys.modules, "elbowroom.experiment", fake)
    monkeypatch.setitem(sys.modules, "elbowroom.report", report)
    monkeypatch.setitem(sys.modules, "elbowroom.run", SimpleNamespace(Run=loaded))
    monkeypatch.setattr("elbowroom.experiment", fake, raising=False)
    monkeypatch.chdir(tmp_path)
    return called


@pytest.fixture
def python() -> Callable[..., Process]:
    """Run Python in a process of its own."""

    def run(*arguments: str, **settings: Any) -> Process:
        return subprocess.run(
            [sys.executable, *arguments], capture_output=True, text=True, check=False, **settings
        )

    return run
