"""Workers on this machine: started, watched, replaced when they die, stopped by Ctrl-C."""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from time import sleep

from elbowroom.errors import ElbowroomError
from elbowroom.study.folder import StudyFolder
from elbowroom.study.losses import Losses
from elbowroom.study.news import News, Told

_LOOK = 0.3
"""Seconds between two looks at the workers."""

_POSIX = os.name == "posix"
_END_OF_LOG = 2_000


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run_processes(folder: StudyFolder, workers: int, threads: int, told: Told) -> None:
    """Work at a study with processes of this machine until everything in it is done.

    Args:
        folder: The study.
        workers: Number of processes.
        threads: Threads of each.
        told: Told how each task ended, by whomever it was done.

    Raises:
        KeyboardInterrupt: If Ctrl-C or a request to end stopped it; everything can go on.
        ElbowroomError: If workers die one after the other, and no task is to blame.
    """
    _Crew(folder, workers, threads, told).run()


class _Crew:
    def __init__(self, folder: StudyFolder, workers: int, threads: int, told: Told) -> None:
        self.folder, self.workers, self.threads = folder, workers, threads
        self.members: list[subprocess.Popen[bytes]] = []
        self.news = News(folder, told)
        self.losses = Losses(folder)

    def run(self) -> None:
        before = signal.signal(signal.SIGTERM, _as_ctrl_c) if _in_main_thread() else None
        try:
            self.members = [self._start(number) for number in range(self.workers)]
            while self.members:
                sleep(_LOOK)
                if self.news.tell():
                    self.losses.forget()
                self.members = [self._looked_at(number) for number in range(len(self.members))]
                self.members = [m for m in self.members if m.poll() != 0]
        finally:
            self._stop()
            self.news.tell()
            if before is not None:
                signal.signal(signal.SIGTERM, before)

    def _start(self, number: int) -> "subprocess.Popen[bytes]":
        threads = str(self.threads)
        variables = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")
        environment = os.environ | dict.fromkeys(variables, threads)
        log = self._log(number)
        log.parent.mkdir(exist_ok=True)
        with log.open("wb") as file:
            # In a session of its own, so that Ctrl-C reaches it once and through us.
            return subprocess.Popen(
                self._command(), env=environment, stdout=file, stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL, start_new_session=_POSIX,
            )  # fmt: skip

    def _command(self) -> list[str]:
        words = ["-m", "elbowroom.study.worker", str(self.folder.path), str(self.threads)]
        return [sys.executable, *words, *(["--trust"] if self.folder.design.base.trust else [])]

    def _looked_at(self, number: int) -> "subprocess.Popen[bytes]":
        """Return a worker, or a new one in the place of one that died."""
        member = self.members[number]
        if member.poll() in (None, 0):
            return member
        self.losses.add()
        if self.losses.too_many:
            words = self._log(number).read_text(errors="replace")[-_END_OF_LOG:]
            raise ElbowroomError(
                f"{self.losses.in_a_row} workers died one after the other (exit code "
                f"{member.poll()}); what is done is kept. The last words of the last one:\n"
                f"{words.strip() or '(none)'}"
            )
        return self._start(number)

    def _log(self, number: int) -> Path:
        return self.folder.path / "logs" / f"worker-{os.getpid()}-{number}.log"

    def _stop(self) -> None:
        """Let the workers end what cannot wait; a second Ctrl-C kills them, and nothing is lost."""
        alive = [member for member in self.members if member.poll() is None]
        try:
            for member in alive:
                with suppress(ProcessLookupError):
                    member.send_signal(signal.SIGINT if _POSIX else signal.SIGTERM)
            for member in alive:
                member.wait()
        except KeyboardInterrupt:
            for member in alive:
                member.kill()
            raise


def _as_ctrl_c(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def _in_main_thread() -> bool:
    import threading

    return threading.current_thread() is threading.main_thread()
