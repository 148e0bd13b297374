"""The application: a page, its two files, a socket for each run, and a door for image files.

These are all the routes there are. No path is ever made from what a request says.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from elbowroom.errors import ElbowroomError
from elbowroom.explore.page_files import page_file, page_with
from elbowroom.explore.pictures import MOST_BYTES
from elbowroom.explore.protocol import LONGEST
from elbowroom.explore.server.connection import Connection
from elbowroom.explore.server.lanes import Lane
from elbowroom.explore.server.safety import Guard, headers
from elbowroom.explore.session import Session

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import Message, Receive, Scope, Send
    from starlette.websockets import WebSocket

PAGES = 16
"""Sockets that may be open at once."""

_UPLOADS = 4
_UPLOAD_SECONDS = 30.0
_PER_VALUE = 32
"""Characters of a request for each value of an example: a short list of examples fits."""
_UTF_8 = 4
"""Bytes that a character takes at most."""

_LOG = logging.getLogger(__name__)
_STYLE = '<link rel="stylesheet" href="explorer.css">'
_SCRIPT = '<script type="module" src="explorer.js"></script>'
_DENIED = (
    "This link is not complete or not of this explorer: open the one that the terminal shows, "
    "with its token."
)
_UNKNOWN_HOST = "This server does not go by that name: open the link that the terminal shows."
_TRY_LATER = 1013
_FULL = f"{PAGES} pages of this explorer are open already: close one, and this one goes on."
"""What a page shows that is one too many; a close frame has room for 123 bytes."""


class Explorer:
    """The answers to what a browser sends.

    Args:
        sessions: The runs: one, or two to compare.
        guard: Tells who may ask.
        lanes: Where the models work: by whether a request is quick.
    """

    def __init__(self, sessions: Sequence[Session], guard: Guard, lanes: dict[bool, Lane]) -> None:
        self.sessions = sessions
        self.guard = guard
        self.lanes = lanes
        self.pages = 0
        self._uploads = asyncio.Semaphore(_UPLOADS)

    async def page(self, request: "Request") -> "Response":
        """Return the page, to whoever has the link."""
        from starlette.responses import HTMLResponse, PlainTextResponse

        if not self.guard.has_token(request.query_params):
            return PlainTextResponse(_DENIED, 403)
        runs = [session.about.to_dict() for session in self.sessions]
        title = " and ".join(run["run"] for run in runs) + " - Elbowroom"
        data = {"transport": "socket", "runs": runs}
        return HTMLResponse(page_with(data, title=title, style=_STYLE, script=_SCRIPT))

    async def script(self, request: "Request") -> "Response":
        """Return the program of the page: the same for everyone, and no secret."""
        return _file("explorer.js", "text/javascript; charset=utf-8")

    async def style(self, request: "Request") -> "Response":
        """Return the style of the page."""
        return _file("explorer.css", "text/css; charset=utf-8")

    async def read(self, request: "Request") -> "Response":
        """Take an image file, and return the values of the example that it becomes, float32."""
        from starlette.responses import JSONResponse, Response

        session = self._session(request.path_params["run"])
        origin, host = request.headers.get("origin", ""), request.headers.get("host", "")
        if not (self.guard.has_token(request.query_params)
                and self.guard.same_origin(origin, host)):  # fmt: skip
            return JSONResponse({"error": _DENIED, "what": "denied"}, 403)
        if session is None:
            return JSONResponse({"error": "there is no such run", "what": "bad-argument"}, 404)
        lane = self.lanes[False]
        try:
            async with self._uploads:
                async with asyncio.timeout(_UPLOAD_SECONDS):
                    content = await _body(request, MOST_BYTES)
                async with lane.turn:
                    values = await lane.run(lambda: session.read(content))
        except TimeoutError:
            return JSONResponse({"error": "the file came too slowly", "what": "too-slow"}, 408)
        except ElbowroomError as error:
            return JSONResponse({"error": str(error), "what": "bad-data"}, 422)
        except _TooLargeError:
            text = f"the file has more than {MOST_BYTES:,} bytes: make it smaller"
            return JSONResponse({"error": text, "what": "too-large"}, 413)
        return Response(np.asarray(values, "<f4").tobytes(), media_type="application/octet-stream")

    async def socket(self, socket: "WebSocket") -> None:
        """Answer a page until it goes."""
        from starlette.websockets import WebSocketDisconnect

        session = self._session(socket.path_params["run"])
        origin, host = socket.headers.get("origin", ""), socket.headers.get("host", "")
        allowed = self.guard.has_token(socket.query_params) and self.guard.same_origin(origin, host)
        if session is None or not allowed:
            await socket.close()  # before it was accepted: the browser is told 403
            return
        await socket.accept()
        if self.pages >= PAGES:
            await socket.close(_TRY_LATER, _FULL)
            return
        self.pages += 1
        try:
            async with asyncio.TaskGroup() as tasks:
                page = Connection(session, self.lanes, _sender(socket), _longest(session), tasks)
                while True:
                    await page.take(await _received(socket))
        except* (WebSocketDisconnect, TimeoutError) as gone:
            # The group has dropped whatever the page had asked and nobody waits for any more.
            _LOG.debug("a page has gone: %r", gone)
        finally:
            self.pages -= 1

    @property
    def largest(self) -> int:
        """Bytes of the largest message that is taken in: up to there an error can be sent."""
        return _UTF_8 * max(map(_longest, self.sessions))

    def _session(self, name: str) -> Session | None:
        known = {str(number): session for number, session in enumerate(self.sessions)}
        return known.get(name)


def application(explorer: Explorer) -> "Guarded":
    """Return the application that a server runs.

    Args:
        explorer: The answers.
    """
    from starlette.applications import Starlette
    from starlette.routing import Route, WebSocketRoute

    routes = [
        Route("/", explorer.page),
        Route("/explorer.js", explorer.script),
        Route("/explorer.css", explorer.style),
        Route("/read/{run}", explorer.read, methods=["POST"]),
        WebSocketRoute("/socket/{run}", explorer.socket),
    ]
    return Guarded(Starlette(routes=routes), explorer.guard)


class Guarded:
    """Refuses whoever calls the server by a name that is not its own; adds headers to all answers.

    Args:
        inside: The application.
        guard: Tells who may ask.
    """

    def __init__(self, inside: "Starlette", guard: Guard) -> None:
        self.inside = inside
        self.guard = guard

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Answer a request as ASGI has it."""
        from starlette.datastructures import Headers, MutableHeaders
        from starlette.responses import PlainTextResponse

        if scope["type"] not in ("http", "websocket"):
            await self.inside(scope, receive, send)
            return
        host = Headers(scope=scope).get("host", "")
        known = self.guard.knows_host(host)

        async def safely(message: "Message") -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(headers(host if known else "localhost"))
            await send(message)

        if known:
            await self.inside(scope, receive, safely)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close"})
        else:
            await PlainTextResponse(_UNKNOWN_HOST, 421)(scope, receive, safely)


class _TooLargeError(Exception):
    """A file has more bytes than are taken."""


def _longest(session: Session) -> int:
    """Return how many characters a request may have."""
    return max(LONGEST, _PER_VALUE * session.gallery.values)


def _file(name: str, media_type: str) -> "Response":
    from starlette.responses import Response

    return Response(page_file(name), media_type=media_type)


async def _body(request: "Request", most: int) -> bytes:
    """Read a body as far as it may go, whatever it says of its own length."""
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > most:
            raise _TooLargeError
    return bytes(content)


async def _received(socket: "WebSocket") -> str:
    """Return the next message; one of bytes, which no request is, as text that none is either."""
    from starlette.websockets import WebSocketDisconnect

    message = await socket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message.get("code", 1006))
    return message.get("text") or ""


def _sender(socket: "WebSocket") -> Callable[[bytes], Awaitable[None]]:
    """Return what sends frames; to a page that has gone in between, it says so."""
    from starlette.websockets import WebSocketDisconnect

    async def send(frame: bytes) -> None:
        try:
            await socket.send_bytes(frame)
        except RuntimeError as error:
            raise WebSocketDisconnect(1006) from error

    return send
