"""A study's folder: what is asked, what is done, what is left."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from elbowroom.errors import ConfigError
from elbowroom.files import write_whole
from elbowroom.study.design import FILE, Design
from elbowroom.study.point import Point
from elbowroom.study.reference_group import ReferenceGroup, reference_tasks
from elbowroom.study.results import RunResults

MISSING, OTHERWISE = "missing", "measured otherwise"
"""What is said of a run that has not ended, and of one that somebody measured in another way."""

DONE, DIVERGED, REFUSED, FAILED = "done", "diverged", "refused", "failed"
"""How a task ends: measured; its loss no longer finite; settings or data that cannot be used; an
accident. The last two are tried again when the study is started the next time."""


@dataclass(frozen=True)
class Record:
    """How a task ended.

    Attributes:
        task: Its name.
        status: One of `DONE`, `DIVERGED`, `REFUSED`, `FAILED`.
        measure: Digest of what was measured.
        seconds: Time that the last attempt took; what was resumed had taken more before.
        message: What went wrong.
        unmeasured: What could not be measured, and why, by name.
    """

    task: str
    status: str
    measure: str
    seconds: float
    message: str = ""
    unmeasured: dict[str, str] | None = None


@dataclass(frozen=True)
class StudyFolder:
    """The folder of a study.

    Attributes:
        path: Where it is.
        design: What its study.toml says.
    """

    path: Path
    design: Design

    @classmethod
    def open(cls, path: str | Path, *, trust: bool = False) -> "StudyFolder":
        """Open the folder of a study.

        Raises:
            ConfigError: If there is none.
        """
        path = Path(path)
        if not (path / FILE).is_file():
            raise ConfigError(f"'{path}' is not the folder of a study: it has no {FILE}")
        return cls(path, Design.from_toml(path / FILE, trust=trust))

    @classmethod
    def make(cls, path: str | Path, design: Design) -> "StudyFolder":
        """Make the folder of a study, or go on in one whose runs this study has as well.

        More methods, strengths and seeds, and other measurements, are added to a study that is
        there; what has been trained is kept.

        Raises:
            ConfigError: If something else is there, or a study whose runs this one does not have.
        """
        made, path = cls.planned(path, design), Path(path)
        if not (path / FILE).is_file() or (path / FILE).read_text() != design.to_toml():
            design.write(path / FILE)
        return made

    @classmethod
    def planned(cls, path: str | Path, design: Design) -> "StudyFolder":
        """Return what `make` would, and write nothing.

        Raises:
            ConfigError: As `make` does.
        """
        path = Path(path)
        if (path / FILE).is_file():
            _check_contains(path, cls.open(path, trust=design.base.trust).design, design)
        elif path.exists() and (not path.is_dir() or any(path.iterdir())):
            raise ConfigError(
                f"'{path}' exists already and is not the folder of a study: choose another --out"
            )
        return cls(path, design)

    def has_changed(self) -> bool:
        """Tell whether study.toml asks for something else by now, since another start wrote it."""
        now = Design.from_toml(self.path / FILE, trust=self.design.base.trust)
        return now.to_toml() != self.design.to_toml()

    @cached_property
    def tasks(self) -> tuple[str, ...]:
        """Names of all tasks in their order: the runs of a seed, then its floors and ceilings."""
        return tuple(self._tasks())

    def _tasks(self) -> Iterator[str]:
        for seed in range(self.design.seeds):
            yield from (point.name for point in self.design.points if point.seed == seed)
            yield from (name for name, (_, own) in self.reference_tasks.items() if own == seed)

    @cached_property
    def reference_tasks(self) -> dict[str, tuple[ReferenceGroup, int]]:
        """Whose floors and ceiling a task measures and with which seed, by the task's name."""
        return reference_tasks(self.design)

    @property
    def unfinished(self) -> tuple[str, ...]:
        """The tasks that are still to do, or under way."""
        return tuple(task for task in self.tasks if not self.is_finished(task))

    def is_finished(self, task: str) -> bool:
        """Tell whether a task has ended, well or not."""
        record = self.record(task)
        if record is None:
            return False
        # What was trained is measured again where other numbers are asked for.
        return record.status != DONE or record.measure == self.design.measure.digest

    def record(self, task: str) -> Record | None:
        """Return how a task ended, or None where it has not."""
        file = self.path / "records" / f"{task}.json"
        return Record(**json.loads(file.read_text())) if file.is_file() else None

    def write_record(self, record: Record) -> None:
        """Write down how a task ended."""
        content = json.dumps(asdict(record), indent=2) + "\n"
        write_whole(self.path / "records" / f"{record.task}.json", content)

    def forget_failures(self) -> None:
        """Let what failed or was refused be tried again: the reason may be gone by now."""
        for task in self.tasks:
            record = self.record(task)
            if record is not None and record.status in (FAILED, REFUSED):
                (self.path / "records" / f"{task}.json").unlink(missing_ok=True)

    def forget_measured_otherwise(self) -> None:
        """Let runs be measured again whose results are no longer those that the study asks for."""
        for point in self.design.points:
            if self.measured_otherwise(point):
                (self.path / "records" / f"{point.name}.json").unlink(missing_ok=True)

    def measured_otherwise(self, point: Point) -> list[str]:
        """Return what somebody has measured of a finished run in another way than the study."""
        record = self.record(point.name)
        if record is None or record.status != DONE or not self.is_finished(point.name):
            return []
        return self.results(point).otherwise(self.design.measure, point.seed)

    def is_measured(self, point: Point) -> bool:
        """Tell whether a run is trained, and its results are those that the study asks for."""
        record = self.record(point.name)
        done = record is not None and record.status == DONE and self.is_finished(point.name)
        return done and not self.measured_otherwise(point)

    def results(self, point: Point) -> RunResults:
        """Return what was measured of a run, by whomever."""
        return RunResults.of(self.run_path(point.name), self.design.measure.split)

    def run_path(self, point_name: str) -> Path:
        """Return the run folder of a point."""
        return self.path / "runs" / point_name

    def references_file(self, group: ReferenceGroup, seed: int) -> Path:
        """Return where floors and ceiling are written."""
        return self.path / "references" / f"{group.name(seed)}.json"

    def references(self, group: ReferenceGroup, seed: int) -> dict[str, Any] | None:
        """Return floors and ceiling as the study asks for them, or None where they are missing."""
        file = self.references_file(group, seed)
        found = json.loads(file.read_text()) if file.is_file() else {}
        return found if found.get("measure") == self.design.measure.digest else None


def _check_contains(path: Path, before: Design, now: Design) -> None:
    """Refuse a design that lacks runs of the one in a folder, or has others of the same names."""
    new = {point.name: point.config for point in now.points}
    for point in before.points:
        if point.name not in new:
            raise ConfigError(
                f"'{path}' holds another study: it has runs '{point.variant}', seeds 0 to "
                f"{before.seeds - 1}, and this one lacks '{point.name}'. Choose another --out, or "
                f"go on with that study: elbowroom study {path}"
            )
        if changed := _differences(point.config.plain(), new[point.name].plain()):
            raise ConfigError(
                f"'{path}' holds another study: of '{point.variant}' {'; '.join(changed[:3])}. "
                f"Choose another --out, or go on with that study: elbowroom study {path}"
            )


def _differences(before: Any, now: Any, path: str = "") -> list[str]:
    if before == now:
        return []
    if isinstance(before, dict) and isinstance(now, dict):
        return [
            line
            for key in dict.fromkeys((*before, *now))
            for line in _differences(before.get(key), now.get(key), f"{path}.{key}".lstrip("."))
        ]
    return [f"{path} is {before!r} there and {now!r} here"]
