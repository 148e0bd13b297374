"""The shared queue of a study: an Optuna journal, in which taking a task is one atomic step.

Each attempt at a task is a trial of an Optuna study. Trials wait, run, and end as complete or
failed; the journal is a file to which every process appends under a lock, so all processes and
machines see the same order of events, and of two who take a trial one is told that it came too
late. Optuna's samplers are not used: a grid needs none. `optuna-dashboard` can show the file.
"""

from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from elbowroom.errors import MissingExtraError

_NAME = "elbowroom"


@dataclass(frozen=True)
class Ticket:
    """An attempt at a task.

    Attributes:
        number: Number of the trial.
        task: Name of the task.
        deaths: How many workers have died of this task before.
    """

    number: int
    task: str
    deaths: int


class WorkQueue:
    """Tasks that wait, run, and have been run.

    Args:
        folder: The study's folder.

    Raises:
        MissingExtraError: If Optuna is not installed.
    """

    def __init__(self, folder: Path) -> None:
        try:
            import optuna
            from optuna.storages import JournalStorage
            from optuna.storages.journal import JournalFileBackend, JournalFileOpenLock
        except ImportError as error:
            raise MissingExtraError("optuna", "study", "A study") from error
        optuna.logging.set_verbosity(optuna.logging.ERROR)
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        journal = str(folder / "queue.log")
        # This lock needs no symbolic links, which Windows allows to few, and works over NFS.
        backend = JournalFileBackend(journal, lock_obj=JournalFileOpenLock(journal))
        self._storage = JournalStorage(backend)
        self._lock = JournalFileOpenLock(str(folder / "filling"))
        self._study = optuna.create_study(
            study_name=_NAME, storage=self._storage, load_if_exists=True, direction="minimize"
        )
        self._id = self._storage.get_study_id_from_name(_NAME)
        self._states = optuna.trial.TrialState

    def fill(self, tasks: Iterable[str]) -> None:
        """Let those tasks wait that neither wait nor run."""
        with self._exclusively():
            present = {ticket.task for ticket in self._tickets("WAITING", "RUNNING")}
            for task in tasks:
                if task not in present:
                    self._add(task, 0)

    def take(self) -> Ticket | None:
        """Take the first task that waits; None when none does."""
        from optuna.exceptions import UpdateFinishedTrialError

        for ticket in self._tickets("WAITING"):
            try:
                if self._set(ticket, "RUNNING"):
                    return ticket
            except UpdateFinishedTrialError:
                continue
        return None

    def running(self) -> list[Ticket]:
        """Return the tasks under work, those of dead workers included."""
        return list(self._tickets("RUNNING"))

    def holds(self, ticket: Ticket) -> bool:
        """Tell whether a ticket is still that of a running task."""
        return self._storage.get_trial(self._trial_id(ticket)).state == self._states.RUNNING

    def finish(self, ticket: Ticket, seconds: float) -> None:
        """End a task, with the seconds that it took as the trial's value."""
        self._end(ticket, "COMPLETE", [seconds])

    def give_back(self, ticket: Ticket) -> None:
        """Let a task wait again that was stopped on purpose."""
        with self._exclusively():
            if self._end(ticket, "FAIL"):
                self._add(ticket.task, ticket.deaths)

    def bury(self, ticket: Ticket) -> int | None:
        """Let a task wait again whose worker is dead.

        Returns:
            How many workers have died of it; None when somebody else was first.
        """
        with self._exclusively():
            if not self._end(ticket, "FAIL"):
                return None
            self._add(ticket.task, ticket.deaths + 1, buried=ticket.number)
            return ticket.deaths + 1

    @property
    def burials(self) -> int:
        """How many workers have died of tasks so far, whoever noticed it."""
        trials = self._storage.get_all_trials(self._id, deepcopy=False)
        return sum("buried" in trial.user_attrs for trial in trials)

    def claim_file(self, ticket: Ticket) -> Path:
        """Return the file in which the ticket's worker gives signs of life."""
        return self.folder / "claims" / f"{ticket.number}.json"

    def _tickets(self, *states: str) -> Iterator[Ticket]:
        wanted = tuple(self._states[state] for state in states)
        for trial in self._storage.get_all_trials(self._id, deepcopy=False, states=wanted):
            about = trial.user_attrs
            yield Ticket(trial.number, about["task"], about["deaths"])

    def _add(self, task: str, deaths: int, **more: int) -> None:
        from optuna.trial import create_trial

        about: dict[str, Any] = {"task": task, "deaths": deaths, **more}
        self._study.add_trial(create_trial(state=self._states.WAITING, user_attrs=about))

    def _end(self, ticket: Ticket, state: str, values: list[float] | None = None) -> bool:
        """End a trial; return False where it has ended already."""
        from optuna.exceptions import UpdateFinishedTrialError

        try:
            return self._set(ticket, state, values)
        except UpdateFinishedTrialError:
            return False

    def _set(self, ticket: Ticket, state: str, values: list[float] | None = None) -> bool:
        return self._storage.set_trial_state_values(
            self._trial_id(ticket), self._states[state], values
        )

    def _trial_id(self, ticket: Ticket) -> int:
        return self._storage.get_trial_id_from_study_id_trial_number(self._id, ticket.number)

    @contextmanager
    def _exclusively(self) -> Generator[None]:
        """Keep other processes from filling at the same time; a dead one holds for 30 s at most."""
        self._lock.acquire()
        try:
            yield
        finally:
            self._lock.release()
