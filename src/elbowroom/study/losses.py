"""Workers that die one after the other: when it is no use to start another one."""

from elbowroom.study.claim import Watch
from elbowroom.study.folder import StudyFolder
from elbowroom.study.work_queue import WorkQueue
from elbowroom.study.worker import bury_the_dead

_MOST_IN_A_ROW = 3


class Losses:
    """Counts the workers that died without a task to blame, while nothing is finished.

    A task that kills its workers is given up after some of them, and the others go on. It is
    otherwise with workers that die before they take a task, or cannot write anything.

    Args:
        folder: The study.
    """

    def __init__(self, folder: StudyFolder) -> None:
        self.folder, self.queue, self.watch = folder, WorkQueue(folder.path), Watch()
        self.in_a_row = 0
        self._blamed = self.queue.burials

    def add(self) -> None:
        """Count a worker that has died, unless a task has died with it."""
        bury_the_dead(self.folder, self.queue, self.watch)
        if self.queue.burials > self._blamed:
            self._blamed += 1
        else:
            self.in_a_row += 1

    def forget(self) -> None:
        """Begin to count again: something was finished."""
        self.in_a_row = 0

    @property
    def too_many(self) -> bool:
        """Whether it is no use to start another worker."""
        return self.in_a_row >= _MOST_IN_A_ROW
