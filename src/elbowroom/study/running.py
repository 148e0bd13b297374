"""A study from the first run to the last."""

from collections.abc import Callable
from importlib.util import find_spec
from typing import Literal

from elbowroom.errors import ConfigError, ElbowroomError, MissingExtraError
from elbowroom.study.crew import cores, run_processes
from elbowroom.study.folder import StudyFolder
from elbowroom.study.news import Told
from elbowroom.study.work_queue import WorkQueue

Engine = Callable[[StudyFolder, int, int, Told], None]
EngineName = Literal["optuna", "ray"]


def _ray(folder: StudyFolder, workers: int, threads: int, told: Told) -> None:
    from elbowroom.study.on_ray import run_on_ray

    run_on_ray(folder, workers, threads, told)


ENGINES: dict[str, Engine] = {"optuna": run_processes, "ray": _ray}
"""What starts the workers, by name; the queue that they share is the same."""


def run_study(
    folder: StudyFolder, *, workers: int | None = None, engine: str = "optuna", told: Told
) -> None:
    """Train and measure what is left of a study.

    Args:
        folder: The study.
        workers: Runs at the same time on this machine; when not given, one for each core.
        engine: One of `ENGINES`.
        told: Told how each task ended.

    Raises:
        ConfigError: If there is no such engine.
        KeyboardInterrupt: If Ctrl-C stopped it; the same study goes on from there.
        MissingExtraError: If the engine is not installed.
        ElbowroomError: If workers die one after the other and no task is to blame, or another start
            has changed the study.
    """
    check_engine(engine)
    folder.forget_failures()
    folder.forget_measured_otherwise()
    left = folder.unfinished
    if not left:
        return
    WorkQueue(folder.path).fill(left)
    many = min(workers or cores(), len(left))
    ENGINES[engine](folder, many, max(1, cores() // many), told)
    if folder.has_changed():
        raise ElbowroomError(
            f"another start has changed what the study in '{folder.path}' asks for, and does the "
            "rest of it; this one has ended its runs and left. To see how it stands: elbowroom "
            f"study {folder.path} --gather"
        )


def check_engine(engine: str) -> None:
    """Refuse an engine that is not there, before anything is written.

    Raises:
        ConfigError: If there is none of that name.
        MissingExtraError: If a package that it needs is not installed.
    """
    if engine not in ENGINES:
        raise ConfigError(f"engine is {engine!r}; it must be one of {', '.join(ENGINES)}")
    if find_spec("optuna") is None:
        raise MissingExtraError("optuna", "study", "A study")
    if engine == "ray" and find_spec("ray") is None:
        raise MissingExtraError("ray", "ray", "A study with --engine ray")
