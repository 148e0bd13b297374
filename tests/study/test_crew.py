"""Who starts workers: replaced when they die, until it is of no use."""

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from elbowroom.errors import ElbowroomError
from elbowroom.study import StudyFolder
from elbowroom.study.crew import _Crew
from elbowroom.study.folder import DONE, FAILED, Record
from elbowroom.study.on_ray import run_on_ray
from elbowroom.study.work_queue import WorkQueue
from tests.study.small import small_design

WORKER = """
import os, signal, sys, types
from elbowroom.study.folder import DONE, Record, StudyFolder

def carry_out(folder, task, say):
    if task == "elbo-seed-0":
        os.kill(os.getpid(), signal.SIGKILL)
    record = Record(task, DONE, folder.design.measure.digest, 0.0)
    folder.write_record(record)
    return record

sys.modules["elbowroom.study.tasks"] = types.SimpleNamespace(carry_out=carry_out)
from elbowroom.study.worker import work
work(StudyFolder.open(sys.argv[1]))
"""
"""A worker like any other, but that one run kills it and the others are done at once."""


class _Crewed(_Crew):
    """A crew whose workers are scripts."""

    script = WORKER

    def _command(self) -> list[str]:
        return [sys.executable, "-c", self.script, str(self.folder.path)]


class _Stillborn(_Crewed):
    script = "raise SystemExit('no such library')"


@pytest.fixture
def folder(tmp_path: Path) -> StudyFolder:
    # The one that kills comes last: it dies three times in a row.
    methods = ("beta-vae", "elbo")
    design = small_design(methods=methods, strengths=(), seeds=1, measure={"metrics": "none"})
    return StudyFolder.make(tmp_path / "a", design)


@pytest.mark.skipif(sys.platform == "win32", reason="signals are of POSIX")
def test_a_run_that_kills_its_workers_does_not_stop_the_others(folder: StudyFolder) -> None:
    """One worker alone: nobody but the crew can bury the others."""
    WorkQueue(folder.path).fill(folder.tasks)
    told: list[Record] = []
    _Crewed(folder, 1, 1, told.append).run()
    assert {record.task: record.status for record in told} == {
        "elbo-seed-0": FAILED, "beta-vae-seed-0": DONE,
    }  # fmt: skip
    assert "killed 3 times" in next(r.message for r in told if r.status == FAILED)


def test_workers_that_die_before_they_take_a_task_are_not_started_for_ever(
    folder: StudyFolder,
) -> None:
    WorkQueue(folder.path).fill(folder.tasks)
    with pytest.raises(ElbowroomError, match="3 workers died one after the other") as error:
        _Stillborn(folder, 2, 1, lambda record: None).run()
    assert "no such library" in str(error.value)


class _RayError(Exception):
    """What Ray raises of a worker that died."""


def ray_of(deaths: int) -> Any:
    """Return as much of Ray as a study uses, whose first workers die."""
    left = [deaths]

    def get(worker: Any) -> None:
        if left[0]:
            left[0] -= 1
            raise _RayError("the worker died unexpectedly")
        worker()

    def remote(**asked: Any) -> Any:
        return lambda work: SimpleNamespace(remote=lambda *given: lambda: work(*given))

    return SimpleNamespace(
        is_initialized=lambda: True, remote=remote, get=get, cancel=lambda worker: None,
        wait=lambda workers, timeout: (workers[:1], workers[1:]),
        exceptions=SimpleNamespace(RayError=_RayError),
    )  # fmt: skip


@pytest.mark.parametrize(("deaths", "ends"), [(2, True), (3, False)])
def test_workers_that_die_on_ray_are_replaced_as_well(
    deaths: int, ends: bool, folder: StudyFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    monkeypatch.setitem(sys.modules, "ray", ray_of(deaths))
    monkeypatch.setattr("elbowroom.study.on_ray._work", lambda path, *asked: done.append(path))
    if ends:
        run_on_ray(folder, 1, 1, lambda record: None)
        assert done == [str(folder.path.resolve())]
        return
    with pytest.raises(ElbowroomError, match="3 workers died one after the other on Ray") as error:
        run_on_ray(folder, 1, 1, lambda record: None)
    assert "died unexpectedly" in str(error.value)
    assert not done
