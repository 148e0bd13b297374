"""Who may ask: a page of ours, in a browser that was given the link.

Any page that a browser shows can send requests to this machine, and a name that somebody else owns
can be made to mean 127.0.0.1 (DNS rebinding). So a request must name this server by an address or
a name of its own (Host), come from its page (Origin), and bring the token of the link, which no
other page knows.
"""

import ipaddress
import re
import secrets
from collections.abc import Mapping

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})

_HOST = re.compile(r"(?P<name>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(:(?P<port>[0-9]{1,5}))?")
_HIGHEST_PORT = 65535

_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data: blob:",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
}


def new_token() -> str:
    """Return a token that cannot be guessed."""
    return secrets.token_urlsafe(32)


def same_token(given: str, token: str) -> bool:
    """Compare tokens in a time that says nothing about how much of one was right."""
    return secrets.compare_digest(given.encode("utf-8", "replace"), token.encode())


class Guard:
    """Tells who may ask.

    Args:
        token: What the link brings.
        host: The address or name that the server listens at.

    Example:
        >>> guard = Guard("secret", "127.0.0.1")
        >>> guard.knows_host("localhost:8080"), guard.knows_host("evil.example:8080")
        (True, False)
    """

    def __init__(self, token: str, host: str = "127.0.0.1") -> None:
        self.token = token
        self.host = host.strip("[]").lower()

    @property
    def local(self) -> bool:
        """Whether the server listens to this machine alone."""
        return is_loopback(self.host)

    def knows_host(self, header: str) -> bool:
        """Tell whether a Host header names this server.

        Its port may be another one: that of a tunnel. An address cannot be rebound as a name can,
        so that a server for others takes any; one for this machine takes this machine's.

        Args:
            header: The header's value.
        """
        found = _HOST.fullmatch(header)
        if found is None or int(found["port"] or 0) > _HIGHEST_PORT:
            return False
        name = found["name"].strip("[]").lower()
        if self.local:
            return name in LOOPBACK or name == self.host
        return name in (*LOOPBACK, self.host) or _is_address(name)

    def same_origin(self, origin: str, host: str) -> bool:
        """Tell whether an Origin header is that of the page that this server showed.

        Args:
            origin: The header's value, empty where there is none.
            host: The Host header, which was checked.
        """
        scheme, _, place = origin.lower().partition("://")
        return scheme in ("http", "https") and place == host.lower()

    def has_token(self, query: Mapping[str, str]) -> bool:
        """Tell whether a request brings the token.

        Args:
            query: What stands behind the question mark of its link.
        """
        return same_token(query.get("token", ""), self.token)


def is_loopback(host: str) -> bool:
    """Tell whether a server at an address can be reached from this machine only."""
    if host == "localhost":
        return True
    return _is_address(host) and ipaddress.ip_address(host).is_loopback


def headers(host: str) -> dict[str, str]:
    """Return the headers of every answer: nothing but this server's own files and sockets.

    Args:
        host: The request's Host header, which was checked.
    """
    policy = _POLICY | {"connect-src": f"'self' ws://{host} wss://{host}"}
    return {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
        "Cache-Control": "no-store",
    }


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
