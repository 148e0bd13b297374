"""HTTP as uvicorn speaks it, with an end to silence.

A connection costs a client nothing and needs no token. Dozens that say nothing, or that never end
their headers, would use up what a server has room for, and nobody could open the page. So one that
asks nothing is closed after a while; and where there are too many, the one that has been silent for
the longest makes room at once.
"""

import asyncio

from uvicorn.protocols.http.h11_impl import H11Protocol

MOST = 64
"""Connections that may be open at once."""

AT_ONCE = 4 * MOST
"""Connections from which on all are turned away: so many are open only while they are answered."""

PATIENCE = 10.0
"""Seconds in which a connection must ask something: its headers are then complete."""


class Http(H11Protocol):
    """One connection, until it asks for a socket."""

    _silence: asyncio.TimerHandle | None = None
    """When it is closed, unless it asks something; None while it is answered."""

    def connection_made(self, transport: asyncio.Transport) -> None:
        """Begin to wait; where there are too many, the most silent of the others goes."""
        super().connection_made(transport)
        self._watch()
        if len(self.connections) > MOST:
            others = (one for one in self.connections if isinstance(one, Http) and one is not self)
            waits = {one: one._silence.when() for one in others if one._silence is not None}
            if waits:
                min(waits, key=waits.__getitem__)._make_room()

    def data_received(self, data: bytes) -> None:
        """Take in what came: a few bytes more are no reason to wait longer."""
        super().data_received(data)
        self._watch()

    def on_response_complete(self) -> None:
        """Begin to wait for the next request."""
        super().on_response_complete()
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        super().connection_lost(exc)
        self._watch()

    def _watch(self) -> None:
        answering = self.cycle is not None and not self.cycle.response_complete
        # One that has become a socket, or is gone, is none of these connections any more.
        if answering or self not in self.connections:
            if self._silence is not None:
                self._silence.cancel()
            self._silence = None
        elif self._silence is None:
            self._silence = self.loop.call_later(PATIENCE, self.transport.close)

    def _make_room(self) -> None:
        self.connections.discard(self)
        self._watch()
        self.transport.abort()
