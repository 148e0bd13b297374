"""Whoever has no link: neither their silence nor what they can read of others gets them in."""

import socket as sockets
import stat
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from urllib.request import url2pathname

import pytest

from elbowroom.explore.server import http, serving
from elbowroom.explore.server.signpost import signpost
from tests.explore.browsing import Page


def connected(page: Page, said: str) -> sockets.socket:
    raw = sockets.create_connection(page.server.listener.getsockname(), timeout=20)
    raw.sendall(said.format(host=page.host).encode())
    return raw


HALF = "GET / HTTP/1.1\r\nHost: {host}\r\nX: "
STRANGERS = {
    "silent": "",
    "half a request": HALF,
    "refused, and kept open": "GET / HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "refused, with a body to come": "POST /read/0 HTTP/1.1\r\nHost: {host}\r\n"
    "Content-Length: 1000\r\n\r\nx",
    "a file, and half a request": "GET /explorer.js HTTP/1.1\r\nHost: {host}\r\n\r\n" + HALF,
}


@pytest.mark.parametrize("said", STRANGERS.values(), ids=STRANGERS)
def test_strangers_cannot_keep_pages_out(page, said):
    """Whoever has no token has no more than a connection, and those make room for each other."""
    with ExitStack() as opened:
        for _ in range(2 * http.MOST):
            opened.enter_context(connected(page, said))
        for _ in range(3):
            assert page.ask("GET", f"/?token={page.token}")[0] == 200
            assert page.post(0, b"x")[0] == 422
        with page.open() as asking:
            for _ in range(http.MOST):
                opened.enter_context(connected(page, said))
            assert asking.ask("about")[0]["ok"]
    assert page.ask("GET", f"/?token={page.token}")[0] == 200


@pytest.mark.parametrize("said", STRANGERS.values(), ids=STRANGERS)
def test_who_asks_nothing_is_not_waited_for(page, said, monkeypatch):
    monkeypatch.setattr(http, "PATIENCE", 0.3)
    with connected(page, said) as raw:
        end = time.monotonic() + 10
        raw.settimeout(0.05)
        while time.monotonic() < end:
            try:
                raw.sendall(b"x")  # a little more, and again
                if not raw.recv(2**20):
                    break
            except TimeoutError:
                continue
            except OSError:
                break
        else:
            pytest.fail("it is still open")


def test_who_asked_is_answered_however_long_that_takes(page, monkeypatch):
    monkeypatch.setattr(http, "PATIENCE", 0.2)
    head = f"POST /read/0?token={page.token} HTTP/1.1\r\nOrigin: http://{page.host}\r\n"
    with page.open() as asking, connected(page, head + "Host: {host}\r\n") as raw:
        raw.sendall(b"Content-Length: 2\r\n\r\nx")
        time.sleep(1)
        raw.sendall(b"x")
        assert raw.recv(65536).startswith(b"HTTP/1.1 422")
        assert asking.ask("about")[0]["ok"]


def test_the_link_is_no_part_of_what_a_browser_is_started_with(session_of, monkeypatch, tmp_path):
    """Everyone on a machine can read that; the file that leads on is for its owner, and goes."""
    run = session_of("structure single-level").run
    run.path.mkdir(exist_ok=True)
    seen: dict[str, object] = {}

    def started(link: str) -> bool:
        path = Path(url2pathname(link.removeprefix("file://")))
        seen.update(link=link, path=path, text=path.read_text(), mode=path.stat().st_mode)
        return True

    class Now:
        def __init__(self, target, args, daemon):
            self.start = lambda: target(*args)

    def interrupted(listening: serving.Listening) -> None:
        listening.listener.close()
        seen["told"] = listening.link
        raise KeyboardInterrupt

    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr(serving.webbrowser, "open", started)
    monkeypatch.setattr(serving.threading, "Thread", Now)
    monkeypatch.setattr(serving.Listening, "run", interrupted)
    serving.serve([session_of("structure single-level")])
    token = seen["told"].partition("token=")[2]
    assert token in seen["text"] and token not in seen["link"]
    assert f'content="0; url={seen["told"]}"' in seen["text"]
    assert seen["path"].parent == run.path.resolve()
    assert sys.platform == "win32" or stat.S_IMODE(seen["mode"]) == 0o600
    assert not seen["path"].exists()


def test_a_signpost_stands_where_there_is_room(tmp_path, monkeypatch):
    with signpost("http://x/?a=<&b", [tmp_path / "none", tmp_path]) as link:
        [path] = tmp_path.iterdir()
        assert link == path.resolve().as_uri()
        assert path.read_text().count("http://x/?a=&lt;&amp;b") == 2
    assert list(tmp_path.iterdir()) == []
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "none"))
    with signpost("http://x/") as link:
        assert link is None
