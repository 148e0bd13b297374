"""What the tests of the explorer share: sessions on small runs of every kind."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from elbowroom.explore.session import Session
from elbowroom.explore.static import html_of
from tests.explore.runs import run_of
from tests.shared import once

OpenSession = Callable[[str], Session]
FileOf = Callable[[str], str]


@pytest.fixture(scope="session")
def session_of(tmp_path_factory: pytest.TempPathFactory) -> OpenSession:
    """Open a session on one of `RUNS`, once for each."""

    @cache
    def opened(name: str) -> Session:
        return Session.open(run_of(name, tmp_path_factory.mktemp("runs") / "run"))

    return opened


@pytest.fixture(scope="session")
def file_of(session_of: OpenSession, tmp_path_factory: pytest.TempPathFactory) -> FileOf:
    """Return the page of one of `RUNS` that is a single file, written once for each."""

    def page(name: str) -> str:
        def write(folder: Path) -> None:
            (folder / "page.html").write_text(html_of([session_of(name).run]))

        return (once(tmp_path_factory, f"file-{name}", write) / "page.html").read_text()

    return cache(page)
