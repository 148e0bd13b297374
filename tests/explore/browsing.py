"""A page without a browser: what one sends, and what one must not be able to send."""

import http.client
import json
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
from websockets.sync.client import ClientConnection, connect

from elbowroom.explore.protocol import read_answer
from elbowroom.explore.server import Listening

Frame = tuple[dict[str, Any], dict[str, np.ndarray]]


@dataclass
class Page:
    """A client of a server, which may lie about who it is."""

    server: Listening

    @property
    def host(self) -> str:
        return urlsplit(self.server.link).netloc

    @property
    def token(self) -> str:
        return parse_qs(urlsplit(self.server.link).query)["token"][0]

    def ask(
        self, method: str, path: str, body: bytes | None = None, **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        """Send a request as it is: nothing is made proper on the way."""
        connection = http.client.HTTPConnection(self.host, timeout=20)
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.putrequest(method, path, skip_host="Host" in given, skip_accept_encoding=True)
        if body is not None and "Content-Length" not in given:
            given["Content-Length"] = str(len(body))
        for name, value in given.items():
            connection.putheader(name, value)
        try:
            connection.endheaders(body)
            answer = connection.getresponse()
            return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    def post(self, run: int | str, content: bytes, **headers: str) -> tuple[int, bytes]:
        """Send a file as the page does."""
        path = f"/read/{run}?token={self.token}"
        headers = {"Origin": f"http://{self.host}", **headers}
        status, _, answer = self.ask("POST", path, content, **headers)
        return status, answer

    def socket(
        self, run: int | str = 0, *, token: str | None = None, origin: str | None = "own",
        host: str | None = None, **options: Any,
    ) -> ClientConnection:  # fmt: skip
        """Open a socket."""
        token = self.token if token is None else token
        origin = f"http://{self.host}" if origin == "own" else origin
        link = f"ws://{host or self.host}/socket/{run}?token={token}"
        if host is not None:
            import socket as sockets

            address = urlsplit(self.server.link)
            options["sock"] = sockets.create_connection((address.hostname, address.port))
        # As browsers do, it offers to compress.
        return connect(link, origin=origin, max_size=2**27, open_timeout=20, **options)

    @contextmanager
    def open(self, run: int = 0, **options: Any):
        with self.socket(run, **options) as socket:
            yield Asking(socket)


@dataclass
class Asking:
    """An open socket."""

    socket: ClientConnection
    number: int = 0

    def send(self, do: str, **arguments: Any) -> int:
        self.number += 1
        self.socket.send(json.dumps({"id": self.number, "do": do, **arguments}))
        return self.number

    def receive(self, timeout: float = 20) -> Frame:
        frame = self.socket.recv(timeout)
        assert isinstance(frame, bytes)
        return read_answer(frame)

    def ask(self, do: str, **arguments: Any) -> Frame:
        number = self.send(do, **arguments)
        header, arrays = self.receive()
        assert header["id"] == number
        return header, arrays


def until(holds: Callable[[], bool], seconds: float = 20) -> bool:
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        time.sleep(0.01)
    return holds()
