"""Workers on a Ray cluster, or on this machine through Ray.

Each worker is a task of Ray, which starts it wherever there are cores. What is done and by whom is
written in the study's folder as always, which all machines of the cluster must share; so Ray and
plain workers may even be at one study together.
"""

from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from elbowroom.errors import MissingExtraError
from elbowroom.study.crew import Told
from elbowroom.study.folder import StudyFolder

_LOOK = 1.0


def run_on_ray(folder: StudyFolder, workers: int, threads: int, told: Told) -> None:
    """Work at a study with Ray until everything in it is done.

    Args:
        folder: The study, on a file system that the whole cluster sees.
        workers: Number of Ray tasks, each a worker.
        threads: Cores that each asks Ray for.
        told: Told how each task ended.

    Raises:
        MissingExtraError: If Ray is not installed.
        KeyboardInterrupt: If Ctrl-C stopped it; everything can go on.
    """
    try:
        ray = import_module("ray")
    except ImportError as error:
        raise MissingExtraError("ray", "ray", "A study with --engine ray") from error
    ours = not ray.is_initialized()
    if ours:
        # RAY_ADDRESS, where it is set, names a cluster; otherwise Ray starts one here.
        ray.init(log_to_driver=False, logging_level="error")
    known = {task for task in folder.tasks if folder.is_finished(task)}
    start = ray.remote(num_cpus=threads, max_retries=0)(_work)
    path, trust = str(folder.path.resolve()), folder.design.base.trust
    under_way: list[Any] = [start.remote(path, trust, threads) for _ in range(workers)]
    try:
        while under_way:
            ended, under_way = ray.wait(under_way, timeout=_LOOK)
            _tell(folder, known, told)
            ray.get(ended)
    except KeyboardInterrupt:
        for reference in under_way:
            with suppress(ValueError):
                ray.cancel(reference)
        while under_way:
            _, under_way = ray.wait(under_way, timeout=_LOOK)
        raise
    finally:
        _tell(folder, known, told)
        if ours:
            ray.shutdown()


def _work(path: str, trust: bool, threads: int) -> None:
    """Do in one of Ray's processes what a worker does in one of ours."""
    import sys

    import torch

    from elbowroom.study.worker import work

    if trust:
        sys.path.insert(0, str(Path.cwd()))
    torch.set_num_threads(threads)
    with suppress(KeyboardInterrupt):
        work(StudyFolder.open(path, trust=trust))


def _tell(folder: StudyFolder, known: set[str], told: Told) -> None:
    for task in folder.tasks:
        if task not in known and folder.is_finished(task):
            known.add(task)
            if (record := folder.record(task)) is not None:
                told(record)
