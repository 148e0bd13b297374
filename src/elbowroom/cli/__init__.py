"""The command line: `elbowroom COMMAND ...`, derived from the commands and the configuration."""

from elbowroom.cli.main import main

__all__ = ["main"]
