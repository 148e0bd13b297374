"""Where the model works: two lanes of one thread each, one at a time in each.

Decoding the mean at a code is quick and draws nothing, so that it has a lane of its own and a
dragged knob never waits for an estimate of the evidence. All else draws from torch's one generator
and takes its turn in the other lane. Turns are waited for in the event loop, where a request that
nobody wants any more can still be dropped.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import torch

Answer = TypeVar("Answer")


class Lane:
    """One thread, and a queue for its turns.

    Args:
        name: Name of the thread.
        threads: Threads that torch may compute with.
    """

    def __init__(self, name: str, threads: int) -> None:
        self.turn = asyncio.Lock()
        self._pool = ThreadPoolExecutor(1, name, torch.set_num_threads, (threads,))

    async def run(self, work: Callable[[], Answer]) -> Answer:
        """Do some work in the thread; the turn must be held.

        The turn is not passed on before the work is done, even where whoever asked has gone: a
        thread cannot be stopped, and the next one must not begin beside it.
        """
        job = asyncio.get_running_loop().run_in_executor(self._pool, work)
        job.add_done_callback(_seen)
        try:
            return await asyncio.shield(job)
        except asyncio.CancelledError:
            await asyncio.wait([job])
            raise

    def close(self) -> None:
        """Let the thread end, without what it has not begun."""
        self._pool.shutdown(wait=False, cancel_futures=True)


def _seen(job: "asyncio.Future[Answer]") -> None:
    """Look at an error that nobody waits for any more: asyncio would print it as forgotten."""
    if not job.cancelled():
        job.exception()
