"""What has ended of a study since somebody was told last."""

from collections.abc import Callable
from typing import TypeAlias

from elbowroom.study.folder import Record, StudyFolder

Told: TypeAlias = Callable[[Record], None]
"""Told of each task that has ended."""


class News:
    """Tells of the tasks that end from now on, whoever does them, each once.

    Args:
        folder: The study.
        told: Told of each.
    """

    def __init__(self, folder: StudyFolder, told: Told) -> None:
        self.folder, self.told = folder, told
        self.known = set(filter(folder.is_finished, folder.tasks))

    def tell(self) -> bool:
        """Tell what has ended since; return whether anything has."""
        ended = [
            task
            for task in self.folder.tasks
            if task not in self.known and self.folder.is_finished(task)
        ]
        for task in ended:
            self.known.add(task)
            if (record := self.folder.record(task)) is not None:
                self.told(record)
        return bool(ended)
