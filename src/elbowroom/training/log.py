"""The log of a run: one JSON object a line, always written, read by the report."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from elbowroom.files import write_whole
from elbowroom.run import read_lines
from elbowroom.training.events import EpochEnded, Event, Outcome, Started


class JsonLog:
    """Appends epochs and the outcome to a file.

    A resumed run goes back to its last saved state, so lines from after it are dropped first.

    Args:
        path: The file; made when missing.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def __call__(self, event: Event) -> None:
        """Write an event down."""
        if isinstance(event, Started):
            epochs = [line for line in read_lines(self.path) if line["event"] == "epoch"]
            kept = [line for line in epochs if line["epoch"] <= event.epoch]
            write_whole(self.path, "".join(json.dumps(line) + "\n" for line in kept))
        elif isinstance(event, EpochEnded):
            line = {name: getattr(event, name) for name in event.__dataclass_fields__}
            del line["model"]
            self._append({"event": "epoch", **line})
        elif isinstance(event, Outcome):
            self._append({"event": "outcome", **asdict(event)})

    def _append(self, line: dict[str, Any]) -> None:
        with self.path.open("a") as file:
            file.write(json.dumps(line) + "\n")
