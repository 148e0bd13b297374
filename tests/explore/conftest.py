"""What the tests of the explorer share: sessions on small runs of every kind."""

import threading
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from elbowroom.explore.server import in_background
from elbowroom.explore.session import Session
from elbowroom.explore.static import html_of
from tests.explore.browsing import Page
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


@pytest.fixture(scope="module")
def session(session_of: OpenSession) -> Session:
    """The first of the two runs that `page` serves."""
    return session_of("structure single-level")


@pytest.fixture(scope="module")
def page(session: Session, session_of: OpenSession) -> Iterator[Page]:
    """Serve two runs, to a client that may lie about who it is."""
    with in_background([session, session_of("posterior full-gaussian")]) as server:
        yield Page(server)


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch, session: Session) -> Iterator[threading.Event]:
    """Hold up every score until it is let go, and count them."""
    gate, begun = threading.Event(), []

    def score(*_: object, **__: object) -> None:
        begun.append(1)
        gate.wait(20)
        raise ZeroDivisionError

    monkeypatch.setattr(session, "score", score)
    gate.begun = begun
    yield gate
    gate.set()
