"""One open page: its requests, one at a time of each channel, and the latest wins."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from elbowroom.explore.arguments import Given
from elbowroom.explore.protocol import (
    Id,
    Request,
    RequestError,
    answer,
    read_request,
    refusal,
)
from elbowroom.explore.server.lanes import Lane
from elbowroom.explore.session import Session
from elbowroom.explore.verbs import respond, verb_of

Send = Callable[[bytes], Awaitable[None]]

WAITING = 64
"""Requests of one page that may be in hand at once."""

_MOST_THINGS = 2**14
"""Things that a message may list; longer arrays come as base64. Python's reader of JSON holds up
every thread until it is done: a second for a million empty lists, a millisecond for base64."""

_SLOWEST = 30.0
"""Seconds that a page may take to accept an answer."""

_SUPERSEDED = "A later request took the place of this one."
_FAILED = "The explorer failed to answer. The terminal that it runs in says more."
_LOG = logging.getLogger(__name__)


@dataclass(eq=False)
class _Channel:
    """The newest request of a channel that was not begun, and whether one is being worked on."""

    waiting: Request | None = None
    busy: bool = False


class Connection:
    """Answers the requests of one page.

    Args:
        session: The run that the page explores.
        lanes: Where the model works: by whether a request is quick.
        send: Sends a frame to the page.
        longest: Characters that a request may have.
        tasks: What the work is done in. When the page goes the group ends, and all that it asked
            for with it; when a page does not take its answers, the group fails and the page goes.
    """

    def __init__(
        self,
        session: Session,
        lanes: Mapping[bool, Lane],
        send: Send,
        longest: int,
        tasks: asyncio.TaskGroup,
    ) -> None:
        self.session = session
        self._lanes = lanes
        self._send = send
        self._longest = longest
        self._tasks = tasks
        self._channels: dict[str, _Channel] = {}
        self._in_hand = 0
        self._sending = asyncio.Lock()

    async def take(self, text: str) -> None:
        """Take in a message; its answer is sent when it is there."""
        number: Id = None
        try:
            _refuse_long_lists(text)
            request = read_request(text, self._longest)
            number = request.id
            verb_of(request)
        except RequestError as error:
            await self._refuse(error.id if number is None else number, error)
        else:
            await self._enqueue(request)

    async def _enqueue(self, request: Request) -> None:
        channel = _Channel()
        if request.channel is not None:
            channel = self._channels.setdefault(request.channel, channel)
        replaced, channel.waiting = channel.waiting, request
        if replaced is not None:
            await self._refuse(replaced.id, RequestError(_SUPERSEDED, "superseded"))
        if channel.busy:
            return
        if self._in_hand >= WAITING:
            self._forget(request.channel)
            error = RequestError(f"{WAITING} requests wait already: ask less at once", "busy")
            await self._refuse(request.id, error)
            return
        channel.busy = True
        self._in_hand += 1
        self._tasks.create_task(self._work(channel, request.channel))

    async def _work(self, channel: _Channel, name: str | None) -> None:
        """Answer the requests of a channel until none waits."""
        while (request := channel.waiting) is not None:
            lane = self._lane_of(request)
            async with lane.turn:
                # Whatever is the newest now that it is its turn, if that is for this lane.
                newest = channel.waiting or request
                if self._lane_of(newest) is not lane:
                    continue
                channel.waiting = None
                frame = await self._answered(lane, newest)
            await self._deliver(frame)
        channel.busy = False
        self._in_hand -= 1
        self._forget(name)

    def _forget(self, name: str | None) -> None:
        if name is not None:
            del self._channels[name]

    async def _answered(self, lane: Lane, request: Request) -> bytes:
        def work() -> bytes:
            return answer(request.id, respond(self.session, request))

        try:
            return await lane.run(work)
        except RequestError as error:
            return refusal(request.id, str(error), error.what)
        except MemoryError:
            return refusal(request.id, "There is not enough memory for that.", "too-large")
        # A page must never end the server, whatever it found that nobody expected.
        except Exception:  # noqa: BLE001
            _LOG.exception("the explorer could not answer %r", request.do)
            return refusal(request.id, _FAILED, "failed")

    async def _refuse(self, id: Id, error: RequestError) -> None:
        await self._deliver(refusal(id, str(error), error.what))

    async def _deliver(self, frame: bytes) -> None:
        async with asyncio.timeout(_SLOWEST), self._sending:
            await self._send(frame)

    def _lane_of(self, request: Request) -> Lane:
        return self._lanes[verb_of(request).quick(Given(request.arguments))]


def _refuse_long_lists(text: str) -> None:
    """Refuse by what a message has before it is read: each thing in it but one brings a comma."""
    if text.count(",") > _MOST_THINGS:
        raise RequestError(
            f"the message lists more than {_MOST_THINGS:,} things: send long arrays as base64",
            "too-large",
        )
