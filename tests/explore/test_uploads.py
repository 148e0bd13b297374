"""Files that become examples, and those that do not."""

import io
import json
import socket as sockets
import threading

import numpy as np
from PIL import Image

from elbowroom.explore.pictures import MOST_BYTES
from elbowroom.explore.server import app
from tests.explore.browsing import until


def test_a_file_becomes_an_example(page, session):
    made = io.BytesIO()
    Image.fromarray(np.full((8, 8), 255, dtype=np.uint8)).save(made, "PNG")
    status, content = page.post(0, made.getvalue())
    assert status == 200
    np.testing.assert_array_equal(np.frombuffer(content, "<f4"), np.full(64, 16))


def test_a_file_may_wait_for_its_turn_for_longer_than_it_may_take_to_come(
    page, session, held, monkeypatch
):
    monkeypatch.setattr(app, "_UPLOAD_SECONDS", 0.2)
    [x] = session.examples(np.array([0]))
    with page.open() as asking:
        asking.send("score", x=x.tolist())
        assert until(lambda: len(held.begun) == 1)
        later = threading.Timer(1, held.set)
        later.start()
        status, content = page.post(0, b"no image")
        later.join()
    assert (status, json.loads(content)["what"]) == (422, "bad-data")


def test_a_file_that_comes_too_slowly_is_not_waited_for(page, monkeypatch):
    monkeypatch.setattr(app, "_UPLOAD_SECONDS", 0.2)
    with sockets.create_connection(page.server.listener.getsockname(), timeout=20) as raw:
        head = f"POST /read/0?token={page.token} HTTP/1.1\r\nHost: {page.host}\r\n"
        raw.sendall(f"{head}Origin: http://{page.host}\r\nContent-Length: 9\r\n\r\n1".encode())
        assert raw.recv(65536).startswith(b"HTTP/1.1 408")


def test_files_that_are_too_large_or_none_are_refused_in_words(page):
    status, content = page.post(0, b"no image")
    assert status == 422
    assert "no image" in json.loads(content)["error"]
    status, content = page.post(0, bytes(MOST_BYTES + 1))
    assert (status, json.loads(content)["what"]) == (413, "too-large")


def test_a_file_of_unsaid_length_is_read_as_far_as_it_may_go(page):
    """Sent in chunks, with no length to refuse it by; the answer comes before its end."""
    path, origin = f"/read/0?token={page.token}", f"http://{page.host}"
    chunk = b"%x\r\n%s\r\n" % (2**20, bytes(2**20))
    with sockets.create_connection(page.server.listener.getsockname(), timeout=20) as raw:
        head = f"POST {path} HTTP/1.1\r\nHost: {page.host}\r\nOrigin: {origin}\r\n"
        raw.sendall(f"{head}Transfer-Encoding: chunked\r\n\r\n".encode())
        for _ in range(MOST_BYTES // 2**20 + 1):
            raw.sendall(chunk)
        assert raw.recv(65536).startswith(b"HTTP/1.1 413")
