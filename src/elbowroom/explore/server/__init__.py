"""The explorer's server: a browser on this machine asks, a session answers."""

from elbowroom.explore.server.serving import Address, Listening, in_background, serve

__all__ = ["Address", "Listening", "in_background", "serve"]
