"""Signs of life: how workers on any machine know whether another one is still at work.

A worker writes a file with its machine, its process and a number that it raises every few seconds.
Whoever wants to know whether it lives looks, on the same machine, whether the process exists; from
another machine, whether the number has changed within two minutes of the looker's own clock. So no
two clocks are ever compared, and neither a killed process nor a machine without power holds a
task for longer than that. A worker that was only asleep finds on waking that its claim is gone, and
ends at once.
"""

import json
import os
import signal
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any, Self

from elbowroom.files import write_whole

BEAT = 5.0
"""Seconds between two signs of life."""

PATIENCE = 120.0
"""Seconds without one after which a worker on another machine is taken for dead."""


def this_process() -> dict[str, Any]:
    """Return what tells this process from all others, also from one with its number later."""
    pid = os.getpid()
    return {"machine": machine(), "pid": pid, "started": _started(pid)}


def machine() -> str:
    """Return a name of this machine since it was started, another one for each container in it.

    Machines made from one image may all be called the same; the kernel's number is drawn anew
    whenever one is started.
    """
    space, started = Path("/proc/self/ns/pid"), Path("/proc/sys/kernel/random/boot_id")
    inside = os.readlink(space) if space.is_symlink() else ""
    drawn = started.read_text().strip() if started.is_file() else ""
    return " ".join(filter(None, (socket.gethostname(), inside, drawn)))


def is_alive(process: dict[str, Any]) -> bool:
    """Tell whether a process of this machine still exists, as far as can be known."""
    pid = process["pid"]
    if os.name != "posix":
        return True  # on Windows the signal 0 is Ctrl-C
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return _started(pid) == process["started"]


def _started(pid: int) -> str | None:
    """Return when a process was started, in the kernel's count, where that can be known."""
    with suppress(OSError, IndexError):
        status = Path(f"/proc/{pid}/stat").read_text()
        fields = status[status.rindex(")") + 2 :].split()
        return None if fields[0] == "Z" else fields[19]
    return None


class Claim:
    """A task under work; a thread gives signs of life as long as the block lasts.

    Args:
        file: Where to give them.
        task: What is worked at.
        held: Tells whether the claim still holds; when not, the process ends on the spot.
        parent: Process that started this one: when it is gone, this one stops as by Ctrl-C.
    """

    def __init__(
        self, file: Path, task: str, held: Callable[[], bool], parent: int | None = None
    ) -> None:
        self.file, self.task, self.held, self.parent = file, task, held, parent
        self.doing = "starting"
        self._ended = threading.Event()
        self._beats = 0

    def __enter__(self) -> Self:
        self._beat()
        self._thread = threading.Thread(target=self._go_on, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._ended.set()
        self._thread.join()
        self.file.unlink(missing_ok=True)

    def _go_on(self) -> None:
        orphaned = False
        while not self._ended.wait(BEAT):
            lost = False
            # What cannot be known for now, of a disk that does not answer, is not lost.
            with suppress(Exception):
                lost = not self.held()
            if lost:
                # Somebody took this process for dead and works at the task now.
                os._exit(LOST)
            if not orphaned and self.parent is not None and os.getppid() != self.parent:
                orphaned = True
                os.kill(os.getpid(), signal.SIGINT)
            # A full disk ends the work elsewhere, with words; here it must not end the thread.
            with suppress(Exception):
                self._beat()

    def _beat(self) -> None:
        self._beats += 1
        content = {"task": self.task, "process": this_process(), "beat": self._beats,
                   "doing": self.doing}  # fmt: skip
        write_whole(self.file, json.dumps(content) + "\n")


LOST = 75
"""Exit code of a worker whose claim was taken."""


@dataclass
class Watch:
    """Sees which claims are those of dead workers.

    Attributes:
        patience: Seconds without a sign of life, by this process's own clock.
    """

    patience: float = PATIENCE
    _seen: dict[Path, tuple[str, float]] = field(default_factory=dict)

    def is_dead(self, file: Path) -> bool:
        """Tell whether the worker who keeps a file, or should have written it, is dead."""
        text = ""
        try:
            text = file.read_text()
        except FileNotFoundError:
            pass  # not written yet, or removed by somebody who was first
        except OSError:
            return False  # unknown
        with suppress(json.JSONDecodeError):
            process = json.loads(text)["process"]
            if process["machine"] == machine():
                if not is_alive(process):
                    return True
                if process["started"] is not None:
                    return False  # and no other one of the same number
        before = self._seen.get(file)
        if before is None or before[0] != text:
            self._seen[file] = (text, monotonic())
            return False
        return monotonic() - before[1] > self.patience
