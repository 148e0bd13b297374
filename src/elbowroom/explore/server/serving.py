"""Running the server: a free port, a link with a token, an end in words."""

import contextlib
import os
import socket
import sys
import threading
import webbrowser
from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from elbowroom.errors import ConfigError, MissingExtraError
from elbowroom.explore.server.signpost import signpost
from elbowroom.explore.session import Session
from elbowroom.explore.telling import say

if TYPE_CHECKING:
    import uvicorn

    from elbowroom.explore.server.lanes import Lane

_BACKLOG = 64
_HIGHEST = 65535
_MOST_THREADS = 4
_STARTED = 30.0


@dataclass(frozen=True)
class Address:
    """Where a server listens.

    Args:
        host: An address or a name of this machine.
        port: The port; 0 for one that is free.
    """

    host: str = "127.0.0.1"
    port: int = 0

    def listen(self) -> socket.socket:
        """Return a socket that listens there.

        Raises:
            ConfigError: If there is no such address, or the port is taken or not allowed.
        """
        if not 0 <= self.port <= _HIGHEST:
            raise ConfigError(f"port is {self.port}; it must be from 0 to {_HIGHEST}")
        try:
            [found, *_] = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)
            return socket.create_server(found[4], family=found[0], backlog=_BACKLOG)
        except (OSError, UnicodeError) as error:
            # Python adds the address in its own way, in brackets.
            reason = str(getattr(error, "strerror", None) or error).partition(" (")[0]
            raise ConfigError(
                f"cannot listen at {self.host}, port {self.port}: {reason}. Leave out --port for "
                "one that is free, and --host for this machine alone"
            ) from error

    def check(self) -> None:
        """Refuse an address that cannot be listened at, before the work and not after it.

        Raises:
            ConfigError: As `listen` does.
        """
        self.listen().close()


@dataclass(frozen=True, eq=False)
class Listening:
    """A server that was made and not started.

    Attributes:
        link: What opens the page, with its token.
        local: Whether it can be reached from this machine only.
    """

    link: str
    local: bool
    server: "uvicorn.Server"
    listener: socket.socket
    lanes: "Iterable[Lane]"

    def run(self) -> None:
        """Answer until it is told to end."""
        try:
            self.server.run(sockets=[self.listener])
        finally:
            for lane in self.lanes:
                lane.close()


def serve(
    sessions: Sequence[Session], address: Address | None = None, *, browser: bool = True
) -> None:
    """Show runs in a browser until Ctrl-C.

    Args:
        sessions: The runs: one, or two to compare.
        address: Where to listen; a free port of this machine alone when not given.
        browser: Open the browser.

    Raises:
        ConfigError: If the server cannot listen there.
        MissingExtraError: If its packages are not installed.
    """
    made = listening(sessions, address or Address())
    say(f"The explorer is at {made.link}")
    if not made.local:
        say(
            "It listens beyond this machine, without encryption: whoever sees the link can use "
            "it, and read the examples. Leave out --host for this machine alone."
        )
    with contextlib.ExitStack() as ending:
        if browser:
            page = ending.enter_context(signpost(made.link, [one.run.path for one in sessions]))
            threading.Thread(target=_open, args=(page,), daemon=True).start()
        say("Ctrl-C ends it.")
        with contextlib.suppress(KeyboardInterrupt):
            made.run()
    say("The explorer has ended.")


@contextlib.contextmanager
def in_background(
    sessions: Sequence[Session], address: Address | None = None
) -> Generator[Listening]:
    """Serve in a thread while the block lasts: for tests and measurements.

    Args:
        sessions: The runs: one, or two to compare.
        address: Where to listen.
    """
    made = listening(sessions, address or Address())
    thread = threading.Thread(target=made.run, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        made.server.should_exit = True
        thread.join(_STARTED)


def listening(sessions: Sequence[Session], address: Address) -> Listening:
    """Return a server that listens already, so that its link can be opened, and is not started.

    Args:
        sessions: The runs.
        address: Where to listen.

    Raises:
        ConfigError: If it cannot listen there.
        MissingExtraError: If the server's packages are not installed.
    """
    check_installed()
    import uvicorn

    from elbowroom.explore.server.app import Explorer, application
    from elbowroom.explore.server.http import AT_ONCE, Http
    from elbowroom.explore.server.lanes import Lane
    from elbowroom.explore.server.safety import Guard, new_token

    guard = Guard(new_token(), address.host)
    threads = max(min((os.cpu_count() or 2) // 2, _MOST_THREADS), 1)
    lanes = {True: Lane("quick", threads), False: Lane("slow", threads)}
    for session in sessions:
        session.warm_up()
    listener = address.listen()
    port = listener.getsockname()[1]
    explorer = Explorer(sessions, guard, lanes)
    config = uvicorn.Config(
        application(explorer),
        log_config=None, log_level="critical", access_log=False,  # which would write the token
        http=Http, ws="websockets-sansio", ws_per_message_deflate=False,
        ws_max_size=explorer.largest, proxy_headers=False, server_header=False, lifespan="off",
        limit_concurrency=AT_ONCE, timeout_graceful_shutdown=1,
    )  # fmt: skip
    link = f"http://{_shown(address.host)}:{port}/?token={guard.token}"
    return Listening(link, guard.local, uvicorn.Server(config), listener, lanes.values())


def check_installed() -> None:
    """Refuse to go on without the packages of the server.

    Raises:
        MissingExtraError: With the extra that brings them.
    """
    for package in ("starlette", "uvicorn", "websockets"):
        try:
            __import__(package)
        except ImportError as error:
            raise MissingExtraError(package, "app", "The explorer in a browser") from error


def _shown(host: str) -> str:
    """Return a host as it stands in a link that works on this machine."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)
    return f"[{host}]" if ":" in host else host


def _open(page: str | None) -> None:
    """Open a browser that has a window: one of text would take the terminal."""
    windows = sys.platform in ("win32", "darwin") or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")
    )
    if page is None or not (windows and webbrowser.open(page)):
        say("No browser could be opened from here: open the link yourself.")
