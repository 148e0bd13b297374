"""What the tests of the explorer share: sessions on small runs of every kind."""

from collections.abc import Callable
from functools import cache

import pytest

from elbowroom.explore.session import Session
from tests.explore.runs import run_of

OpenSession = Callable[[str], Session]


@pytest.fixture(scope="session")
def session_of(tmp_path_factory: pytest.TempPathFactory) -> OpenSession:
    """Open a session on one of `RUNS`, once for each."""

    @cache
    def opened(name: str) -> Session:
        return Session.open(run_of(name, tmp_path_factory.mktemp("runs") / "run"))

    return opened
