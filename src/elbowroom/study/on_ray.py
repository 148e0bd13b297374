"""Workers on a Ray cluster, or on this machine through Ray.

Each worker is a task of Ray, which starts it wherever there are cores. What is done and by whom is
written in the study's folder as always, which all machines of the cluster must share; so Ray and
plain workers may even be at one study together.
"""

from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from elbowroom.errors import ElbowroomError, MissingExtraError
from elbowroom.study.folder import StudyFolder
from elbowroom.study.losses import Losses
from elbowroom.study.news import News, Told

_LOOK = 1.0
_END = 2_000


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
        ElbowroomError: If workers die one after the other, and no task is to blame.
    """
    try:
        ray = import_module("ray")
    except ImportError as error:
        raise MissingExtraError("ray", "ray", "A study with --engine ray") from error
    ours = not ray.is_initialized()
    if ours:
        # RAY_ADDRESS, where it is set, names a cluster; otherwise Ray starts one here.
        ray.init(log_to_driver=False, logging_level="error")
    news = News(folder, told)
    remote = ray.remote(num_cpus=threads, max_retries=0)(_work)
    losses = Losses(folder)

    def start() -> Any:
        return remote.remote(str(folder.path.resolve()), folder.design.base.trust, threads)

    under_way = [start() for _ in range(workers)]
    try:
        while under_way:
            ended, under_way = ray.wait(under_way, timeout=_LOOK)
            if news.tell():
                losses.forget()
            for worker in ended:
                try:
                    ray.get(worker)
                except ray.exceptions.RayError as error:
                    under_way.append(_another(losses, start, error))
    except (KeyboardInterrupt, ElbowroomError):
        for reference in under_way:
            with suppress(ValueError):
                ray.cancel(reference)
        while under_way:
            _, under_way = ray.wait(under_way, timeout=_LOOK)
        raise
    finally:
        news.tell()
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


def _another(losses: Losses, start: Callable[[], Any], error: Exception) -> Any:
    """Start a worker in the place of one that died."""
    losses.add()
    if losses.too_many:
        raise ElbowroomError(
            f"{losses.in_a_row} workers died one after the other on Ray; what is done is kept. "
            f"What Ray says of the last one:\n{str(error).strip()[-_END:]}"
        ) from error
    return start()
