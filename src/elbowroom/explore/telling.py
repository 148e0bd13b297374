"""Telling a person at the terminal what is being done before the page opens."""

import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import Protocol


class Tell(Protocol):
    """Told what is being done, and how much of it is."""

    def __call__(self, what: str, done: int = 0, total: int = 0, /) -> None:
        """Take in that `done` of `total` are done of `what`; a total of 0 is not known."""


def quietly(what: str, done: int = 0, total: int = 0, /) -> None:
    """Tell nobody."""


@contextmanager
def telling() -> Generator[Tell]:
    """Show a bar on the standard error for each thing that is done, where that is a terminal."""
    from rich.console import Console
    from rich.progress import Progress, TaskID

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        bars: dict[str, TaskID] = {}

        def tell(what: str, done: int = 0, total: int = 0, /) -> None:
            if what not in bars:
                bars[what] = progress.add_task(what, total=total or None)
            progress.update(bars[what], completed=done)

        yield tell


def say(sentence: str) -> None:
    """Say something to the person at the terminal, beside the result of the command."""
    print(sentence, file=sys.stderr, flush=True)
