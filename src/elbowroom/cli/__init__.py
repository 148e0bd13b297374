"""The command line: `elbowroom COMMAND ...`, derived from the commands and the configuration."""

from elbowroom.cli.program import main

__all__ = ["main"]
