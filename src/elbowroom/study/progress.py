"""What a person who waits for a study sees: a line for each task that has ended."""

import json
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from time import monotonic

from elbowroom.study.claim import is_alive, machine
from elbowroom.study.folder import DONE, Record, StudyFolder
from elbowroom.study.news import Told


@contextmanager
def following(folder: StudyFolder, quiet: bool) -> Generator[Told]:
    """Lend what prints how tasks end, on the standard error."""
    total, began = len(folder.tasks), monotonic()
    before = total - len(folder.unfinished)

    def tell(record: Record) -> None:
        left = len(folder.unfinished)
        now = total - left
        rate = (monotonic() - began) / max(now - before, 1)
        rest = f", about {_duration(rate * left)} left" if left else ""
        words = "" if record.status == DONE else f"{record.status}: {record.message}; "
        print(
            f"{record.task}: {words}{_duration(record.seconds)} ({now} of {total}{rest})",
            file=sys.stderr, flush=True,
        )  # fmt: skip

    yield (lambda record: None) if quiet else tell


def under_way(folder: StudyFolder) -> dict[str, str]:
    """Return what workers say that they are doing, by the name of the task."""
    found = {}
    for file in sorted((folder.path / "claims").glob("*.json")):
        with suppress(OSError, json.JSONDecodeError, KeyError):
            claim = json.loads(file.read_text())
            process = claim["process"]
            if process["machine"] != machine() or is_alive(process):
                found[claim["task"]] = claim["doing"]
    return found


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
