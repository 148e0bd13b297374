"""Lanes: what is worked on for pages, and what becomes of it when they go."""

import asyncio
import gc
import threading
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, TypeVar

import pytest

from elbowroom.explore.server import in_background
from elbowroom.explore.server.lanes import Lane
from tests.explore.browsing import Page

T = TypeVar("T")


def running(work: Coroutine[Any, Any, T]) -> T:
    """Run it in a thread of its own: a browser that is driven leaves a loop running in this one."""
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(asyncio.run, work).result()


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

    running(leave())
    assert told == []


def test_the_threads_end_with_the_server(session_of):
    with in_background([session_of("structure single-level")]) as server:
        assert Page(server).post(0, b"no image")[0] == 422
    for lane in server.lanes:
        with pytest.raises(RuntimeError, match="after shutdown"):
            running(lane.run(int))
