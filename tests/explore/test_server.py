"""The server: it answers, the latest wins, and nothing that a page does stops it."""

import asyncio
import gc
import io
import json
import socket as sockets
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress

import numpy as np
import pytest
from PIL import Image
from websockets.exceptions import ConnectionClosed

from elbowroom.explore import neighbours
from elbowroom.explore.parts import Part
from elbowroom.explore.pictures import MOST_BYTES
from elbowroom.explore.protocol import LONGEST, read_answer
from elbowroom.explore.server import app, connection, in_background
from elbowroom.explore.server.app import PAGES
from elbowroom.explore.server.connection import WAITING
from elbowroom.explore.server.lanes import Lane
from tests.explore.browsing import Page

ON = "structure single-level"


@pytest.fixture(scope="module")
def session(session_of):
    return session_of(ON)


@pytest.fixture(scope="module")
def page(session, session_of):
    with in_background([session, session_of("posterior full-gaussian")]) as server:
        yield Page(server)


@pytest.fixture
def held(monkeypatch, session):
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


def until(holds: Callable[[], bool], seconds: float = 20) -> bool:
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        time.sleep(0.01)
    return holds()


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


def test_an_error_that_nobody_waits_for_is_not_printed():
    """As when a page goes while its request, which turns out to be a bad one, is worked on."""
    told: list[str] = []

    async def leave() -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda loop, context: told.append(context["message"]))
        lane, begun, gate = Lane("leaving", 1), threading.Event(), threading.Event()

        def fail() -> None:
            begun.set()
            gate.wait(20)
            raise ZeroDivisionError

        asking = asyncio.create_task(lane.run(fail))
        await asyncio.to_thread(begun.wait, 20)
        asking.cancel()
        await asyncio.sleep(0)
        gate.set()
        with suppress(asyncio.CancelledError):
            await asking
        lane.close()
        del asking
        gc.collect()

    asyncio.run(leave())
    assert told == []


def test_the_threads_end_with_the_server(session):
    with in_background([session]) as server:
        assert Page(server).post(0, b"no image")[0] == 422
    for lane in server.lanes:
        with pytest.raises(RuntimeError, match="after shutdown"):
            asyncio.run(lane.run(int))


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


def test_requests_that_are_no_http_do_not_stop_it(page):
    address = page.server.listener.getsockname()
    for garbage in (b"\x16\x03\x01\x02\x00", b"GET\r\n\r\n", b"A" * 100_000, b"\r\n" * 1000):
        with sockets.create_connection(address, timeout=20) as raw:
            raw.sendall(garbage)
            raw.shutdown(sockets.SHUT_WR)
            while raw.recv(65536):
                pass
    assert page.ask("GET", f"/?token={page.token}")[0] == 200


@pytest.mark.parametrize("room", [None, 64 * 4 * 10, 1])
def test_what_neighbours_are_found_among_is_prepared_once(session_of, monkeypatch, room):
    """As far as there is room for it; the rest each time, and what is found is the same."""
    session = session_of("binarised at random")
    count = len(session.gallery)
    wanted = [session.nearest(x, count) for x in session.examples(np.arange(3))]
    if room is not None:
        monkeypatch.setattr(neighbours, "_KEPT", room)
    afresh = neighbours.Neighbours(session.gallery, session.neighbours.ruler)
    kept = {None: count, 1: 1}.get(room, 10)
    prepared: list[int] = []
    seen = neighbours.seen
    monkeypatch.setattr(
        neighbours, "seen", lambda run, raw: prepared.append(len(raw)) or seen(run, raw)
    )
    monkeypatch.setattr(session, "neighbours", afresh)
    for x, (places, distances) in zip(session.examples(np.arange(3)), wanted, strict=True):
        prepared.clear()
        found = session.nearest(x, count)
        np.testing.assert_array_equal(found[0], places)
        np.testing.assert_array_equal(found[1], distances)
        assert found[1][0] == 0
    assert sum(prepared) == 1 + count - kept


def test_an_answer_is_one_binary_frame_without_compression(page):
    with page.open() as asking:
        asking.send("decode", z=[0.0, 0.0])
        frame = asking.socket.recv(20)
        assert isinstance(frame, bytes)
        assert asking.socket.protocol.extensions == []
        assert read_answer(frame)[1]["values"].shape == (1, 64)
