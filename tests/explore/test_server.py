"""The server: it answers, the latest wins, and nothing that a page does stops it."""

import asyncio
import json
import socket as sockets
from contextlib import ExitStack
from typing import TypeVar

import numpy as np
import pytest
from websockets.exceptions import ConnectionClosed

from elbowroom.explore.parts import Part
from elbowroom.explore.protocol import LONGEST, read_answer
from elbowroom.explore.server import app, connection, in_background
from elbowroom.explore.server.app import PAGES
from elbowroom.explore.server.connection import WAITING
from tests.explore.browsing import Page, until

T = TypeVar("T")


def tasks_of(page: Page) -> int:
    [listener] = page.server.server.servers
    return len(asyncio.all_tasks(listener.get_loop()))


def test_answers_are_those_of_the_session(page, session):
    codes = session.part("codes").values[:2]
    with page.open() as asking:
        header, arrays = asking.ask("decode", z=codes.ravel().tolist())
        np.testing.assert_array_equal(arrays["values"], session.decode(codes))
        header, arrays = asking.ask("part", name="codes")
        np.testing.assert_array_equal(arrays["values"], session.part("codes").values)
        [x] = session.examples(np.array([0]))
        header, arrays = asking.ask("encode", x=x.tolist())
        np.testing.assert_array_equal(arrays["mean"], session.encode(x).mean)
        header, _ = asking.ask("nearest", x=x.tolist(), count=2)
        assert header["neighbours"][0] == {"index": 0, "distance": 0.0}
        header, arrays = asking.ask("score", x=x.tolist(), samples=20)
        found = session.score(x, samples=20)
        assert header["elbo"] == pytest.approx(found.elbo)
        assert header["logEvidence"]["note"] == found.evidence.note
        header, arrays = asking.ask("turn", z=codes[0].tolist(), unit=0)
        np.testing.assert_allclose(arrays["z"], codes[:1])
        header, arrays = asking.ask("sample", count=3, seed=1)
        np.testing.assert_array_equal(arrays["codes"], session.sample(3, 1))
    with page.open(1) as other:
        assert other.ask("about")[0]["about"]["run"] == "run"


BAD = [
    ("", "malformed"), ("{", "malformed"), ("[" * 50_000, "malformed"), ("null", "malformed"),
    ('{"id": 5}', "malformed"), ('{"id": 5, "do": "eval"}', "unknown-verb"),
    ('{"id": 5, "do": "__init__"}', "unknown-verb"), ('{"id": 5, "do": "decode"}', "bad-argument"),
    ('{"id": 5, "do": "decode", "z": [1]}', "wrong-shape"),
    ('{"id": 5, "do": "decode", "z": [1e999, 0]}', "malformed|not-finite"),
    ('{"id": 5, "do": "decode", "z": [NaN, 0]}', "malformed"),
    ('{"id": 5, "do": "decode", "z": [0, 0], "condition": 3}', "impossible"),
    ('{"id": 5, "do": "decode", "z": [0, 0], "draw": -1}', "bad-argument"),
    ('{"id": 5, "do": "sample", "count": 1000000000}', "bad-argument"),
    ('{"id": 5, "do": "sample", "count": 0}', "bad-argument"),
    ('{"id": 5, "do": "examples", "indices": [99999]}', "bad-argument"),
    ('{"id": 5, "do": "examples", "indices": []}', "bad-argument"),
    ('{"id": 5, "do": "examples", "indices": [-1]}', "bad-argument"),
    ('{"id": 5, "do": "score", "x": [1]}', "wrong-shape"),
    ('{"id": 5, "do": "part", "name": "../../config.toml"}', "bad-argument"),
    ('{"id": 5, "do": "rename", "unit": 99, "name": "x"}', "bad-argument"),
    ('{"id": 5, "do": "rename", "unit": 0, "name": "' + "x" * 10_000 + '"}', "bad-argument"),
    (json.dumps({"id": 5, "do": "decode", "z": "A" * LONGEST}), "too-large"),
    (json.dumps({"id": 5, "do": "decode", "z": [[]] * 20_000}), "too-large"),
    (json.dumps({"id": 5, "do": "decode", "z": {str(n): {} for n in range(20_000)}}), "too-large"),
    (b"\x00\x01", "malformed"),
]  # fmt: skip


def test_whatever_is_sent_gets_an_answer_in_words_and_the_server_lives(page):
    with page.open() as asking:
        for message, what in BAD:
            asking.socket.send(message)
            header, arrays = asking.receive()
            assert not header["ok"]
            assert header["what"] in what.split("|"), (message[:60], header)
            assert len(header["error"]) > 10
            assert not arrays
            assert header["id"] in (5, None)
        assert asking.ask("about")[0]["ok"]


def test_a_message_beyond_all_bounds_closes_its_page_alone(page):
    with page.open() as other:
        with page.open() as asking, pytest.raises(ConnectionClosed):
            asking.socket.send("x" * (2**24 + 1))
            asking.receive()
        assert other.ask("about")[0]["ok"]


def test_a_message_of_a_large_example_is_never_beyond_all_bounds(session, monkeypatch):
    """Where one example takes more than the server's own limit, as uvicorn has it: 16 MiB."""
    monkeypatch.setattr(app, "_PER_VALUE", 2**24 // 64)  # as if an example had many values
    with in_background([session]) as server, Page(server).open() as asking:
        x = "A" * (2**24 - 256)
        assert asking.ask("encode", x=x)[0]["what"] == "wrong-shape"
        asking.send("encode", x=x + x)
        header, _ = asking.receive()
        assert header["what"] == "too-large"
        assert "16,777,216 is the most" in header["error"]


def test_frames_that_are_no_text_close_their_page_alone(page):
    with page.open() as other:
        with page.open() as asking:
            asking.socket.socket.sendall(b"\x81\x82\x00\x00\x00\x00\xff\xfe")  # no UTF-8
            with pytest.raises(ConnectionClosed):
                asking.receive()
        with page.open() as asking:
            asking.socket.socket.sendall(b"\xff" * 64)  # no frame
            with pytest.raises(ConnectionClosed):
                asking.receive()
        assert other.ask("about")[0]["ok"]


def test_a_fault_of_ours_is_said_and_the_server_lives(page, session, monkeypatch):
    logged: list[tuple[object, ...]] = []
    monkeypatch.setattr(connection._LOG, "exception", lambda *said: logged.append(said))

    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("inside")

    monkeypatch.setattr(session, "sample", fail)
    with page.open() as asking:
        header, _ = asking.ask("sample", count=1)
        assert header["what"] == "failed"
        assert "inside" not in header["error"]
        assert asking.ask("about")[0]["ok"]
    assert [said[-1] for said in logged] == ["sample"]


def test_the_latest_of_a_channel_wins_and_quick_requests_overtake(page, session, held):
    [x] = session.examples(np.array([0]))
    with page.open() as asking:
        slow = asking.send("score", x=x.tolist())
        assert until(lambda: len(held.begun) == 1)
        first, second, last = (
            asking.send("encode", x=x.tolist(), channel="encode") for _ in range(3)
        )
        for replaced in (first, second):
            header, _ = asking.receive()
            assert (header["id"], header["what"]) == (replaced, "superseded")
        # The other lane is free: a knob can be dragged while an estimate takes its time.
        assert asking.ask("decode", z=[0.0, 0.0], channel="decode")[0]["ok"]
        held.set()
        assert asking.receive()[0]["id"] == slow
        header, arrays = asking.receive()
        assert (header["id"], header["ok"]) == (last, True)
        assert asking.ask("encode", x=x.tolist(), channel="encode")[0]["ok"]


def test_a_page_that_asks_too_much_at_once_is_told(page, session, held):
    [x] = session.examples(np.array([0]))
    with page.open() as asking:
        for _ in range(WAITING):
            asking.send("score", x=x.tolist())
        assert asking.ask("about")[0]["what"] == "busy"
        held.set()
        for _ in range(WAITING):
            assert asking.receive()[0]["what"] == "failed"
        assert asking.ask("about")[0]["ok"]


def test_a_closed_page_frees_its_work(page, session, held):
    [x] = session.examples(np.array([0]))
    before = tasks_of(page)
    with page.open(max_queue=None) as asking:
        for _ in range(20):
            asking.send("score", x=x.tolist())
            asking.send("encode", x=x.tolist(), channel="e")
        assert until(lambda: len(held.begun) == 1)
        assert until(lambda: tasks_of(page) > before + 10)
    held.set()
    assert until(lambda: tasks_of(page) <= before)
    assert len(held.begun) == 1  # the others were never begun
    with page.open() as asking:
        assert asking.ask("about")[0]["ok"]


def test_a_page_that_does_not_read_holds_up_no_other(page, session, monkeypatch):
    large = Part(np.zeros(2**22, "<f4"), "Large")
    monkeypatch.setitem(session.parts, "large", large)
    with page.open(max_queue=1, close_timeout=0.1) as deaf, page.open() as other:
        for _ in range(20):
            deaf.send("part", name="large")
        for _ in range(20):
            assert other.ask("decode", z=[0.0, 0.0])[0]["ok"]
        assert deaf.receive()[0]["ok"]


def test_pages_are_bounded(page):
    before = tasks_of(page)
    with ExitStack() as opened:
        for _ in range(PAGES):
            opened.enter_context(page.open())
        with page.open() as one_more, pytest.raises(ConnectionClosed) as caught:
            one_more.receive()
        assert caught.value.rcvd.code == 1013
        assert caught.value.rcvd.reason == (
            "16 pages of this explorer are open already: close one, and this one goes on."
        )
    assert until(lambda: tasks_of(page) <= before)
    with page.open() as asking:
        assert asking.ask("about")[0]["ok"]


def test_requests_that_are_no_http_do_not_stop_it(page):
    address = page.server.listener.getsockname()
    for garbage in (b"\x16\x03\x01\x02\x00", b"GET\r\n\r\n", b"A" * 100_000, b"\r\n" * 1000):
        with sockets.create_connection(address, timeout=20) as raw:
            raw.sendall(garbage)
            raw.shutdown(sockets.SHUT_WR)
            while raw.recv(65536):
                pass
    assert page.ask("GET", f"/?token={page.token}")[0] == 200


def test_an_answer_is_one_binary_frame_without_compression(page):
    with page.open() as asking:
        asking.send("decode", z=[0.0, 0.0])
        frame = asking.socket.recv(20)
        assert isinstance(frame, bytes)
        assert asking.socket.protocol.extensions == []
        assert read_answer(frame)[1]["values"].shape == (1, 64)
