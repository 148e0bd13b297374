"""A worker: takes tasks from a study's queue until none is left.

    python -m elbowroom.study.worker FOLDER THREADS [--trust]

Any number may work on one folder, started by one command or by many, on one machine or on several
that share the folder.
"""

import os
import signal
import sys
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import sleep

from elbowroom.errors import InterruptedRunError
from elbowroom.study.claim import Claim, Watch
from elbowroom.study.folder import FAILED, Record, StudyFolder
from elbowroom.study.work_queue import Ticket, WorkQueue

MOST_DEATHS = 3
"""Workers that may die of a task before it is given up."""

INTERRUPTED = 130
_WAIT = 1.0


def work(
    folder: StudyFolder, *, parent: int | None = None, watch: Watch | None = None,
    told: Callable[[Record], None] | None = None,
) -> None:  # fmt: skip
    """Do what is left of a study, until everything is done by this worker or by others.

    Where another start has changed what the study asks for, the rest is left to that.

    Args:
        folder: The study.
        parent: The process that started this one; when that is gone, this one stops.
        watch: Sees which other workers are dead.
        told: Told how each task of this worker ended.

    Raises:
        KeyboardInterrupt: If Ctrl-C stopped it; what was under way waits to go on.
    """
    queue, watch = WorkQueue(folder.path), watch or Watch()
    while (left := folder.unfinished) and not folder.has_changed():
        bury_the_dead(folder, queue, watch)
        queue.fill(left)
        ticket = queue.take()
        if ticket is None:
            _check_parent(parent)
            sleep(_WAIT)
            continue
        record = attempt(folder, queue, ticket, parent)
        if record is not None and told is not None:
            told(record)


def attempt(
    folder: StudyFolder, queue: WorkQueue, ticket: Ticket, parent: int | None = None
) -> Record | None:
    """Do a task that was taken.

    Returns:
        How it ended; None where it had ended before, or another worker is at it.

    Raises:
        KeyboardInterrupt: If Ctrl-C stopped it; the task waits again.
    """
    others = [t for t in queue.running() if t.task == ticket.task and t.number != ticket.number]
    if folder.is_finished(ticket.task) or ticket.task not in folder.tasks or others:
        queue.finish(ticket, 0.0)
        return None
    held = partial(queue.holds, ticket)
    try:
        with Claim(queue.claim_file(ticket), ticket.task, held, parent) as claim:
            record = _done(folder, ticket, claim)
    except (InterruptedRunError, KeyboardInterrupt) as error:
        queue.give_back(ticket)
        raise KeyboardInterrupt from error
    # Only now, when no sign of life can find the ticket ended and take it for lost.
    queue.finish(ticket, record.seconds)
    return record


def _done(folder: StudyFolder, ticket: Ticket, claim: Claim) -> Record:
    from elbowroom.study.tasks import carry_out

    def say(what: str) -> None:
        claim.doing = what

    try:
        return carry_out(folder, ticket.task, say)
    except InterruptedRunError:
        raise
    # A fault of ours or of a person's own class: it must not stop the other runs.
    except Exception as error:  # noqa: BLE001
        traceback.print_exc()
        said = f"{type(error).__name__}: {error}"
        record = Record(ticket.task, FAILED, folder.design.measure.digest, 0.0, said)
        folder.write_record(record)
        return record


def bury_the_dead(folder: StudyFolder, queue: WorkQueue, watch: Watch) -> None:
    """Let tasks wait again whose workers are dead; give up those that kill their workers."""
    for ticket in queue.running():
        file = queue.claim_file(ticket)
        if not watch.is_dead(file):
            continue
        deaths = queue.bury(ticket)
        file.unlink(missing_ok=True)
        if deaths is not None and deaths >= MOST_DEATHS and not folder.is_finished(ticket.task):
            said = f"its worker was killed {deaths} times: there may be too little memory"
            folder.write_record(
                Record(ticket.task, FAILED, folder.design.measure.digest, 0.0, said)
            )


def _check_parent(parent: int | None) -> None:
    if parent is not None and os.getppid() != parent:
        raise KeyboardInterrupt


def _as_ctrl_c(number: int, frame: object) -> None:
    signal.raise_signal(signal.SIGINT)


def main() -> int:
    """Work on the folder that the command line names."""
    path, threads, *flags = sys.argv[1:]
    signal.signal(signal.SIGTERM, _as_ctrl_c)
    # A worker started in the background of a shell would otherwise not hear of Ctrl-C.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if "--trust" in flags:
        sys.path.insert(0, str(Path.cwd()))
    import torch

    from elbowroom.allocator import keep_freed_memory

    keep_freed_memory()
    torch.set_num_threads(int(threads))
    try:
        work(StudyFolder.open(path, trust="--trust" in flags), parent=os.getppid())
    except KeyboardInterrupt:
        return INTERRUPTED
    return 0


if __name__ == "__main__":
    sys.exit(main())
