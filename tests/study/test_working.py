"""Workers: what they train, together and after accidents."""

import json
import os
import shutil
import signal
import sys
import threading
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file

from elbowroom.errors import ElbowroomError
from elbowroom.experiment import train
from elbowroom.study import Measure, StudyFolder
from elbowroom.study.folder import DIVERGED, DONE, FAILED, REFUSED, Record
from elbowroom.study.running import ENGINES, run_study
from elbowroom.study.tasks import carry_out, is_trained
from elbowroom.study.work_queue import WorkQueue
from elbowroom.study.worker import MOST_DEATHS, attempt, bury_the_dead, work
from tests.study.small import MEASURE, names, small_design, start_worker

MEASURE_SAP = Measure.from_dict(MEASURE | {"metrics": "sap"})


def trials(folder: StudyFolder) -> Counter[str]:
    """Count how often each task was begun."""
    lines = [json.loads(line) for line in (folder.path / "queue.log").read_text().splitlines()]
    made = [line["user_attrs"]["task"] for line in lines if line["op_code"] == 4]
    begun = [made[line["trial_id"]] for line in lines if "datetime_start" in line
             and line["op_code"] == 6 and line.get("state") == 0]  # fmt: skip
    return Counter(begun)


def weights(folder: StudyFolder) -> dict[str, Any]:
    return {
        name: (folder.run_path(name) / "model.safetensors").stat().st_mtime_ns
        for name in names(folder)
        if (folder.run_path(name) / "model.safetensors").exists()
    }


def test_two_workers_share_a_study_and_a_killed_one_s_point_is_resumed(tmp_path: Path) -> None:
    """Each takes a run; one is killed in the middle of it, and the other goes on with that."""
    design = small_design(
        strengths=(),
        fixed=("elbo:training.epochs=60,elbo:training.checkpoint_seconds=0.02",),
        seeds=1,
        measure={"metrics": "none"},
    )
    folder = StudyFolder.make(tmp_path / "shared", design)
    workers = {worker.pid: worker for worker in (start_worker(folder.path) for _ in range(2))}
    victim = folder.run_path("elbo-seed-0")
    while not (victim / "state.pt").exists() or len(_epochs(victim)) < 3:
        assert all(worker.poll() is None for worker in workers.values())
        time.sleep(0.01)
    killed = workers.pop(_working_at(folder, "elbo-seed-0"))
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    assert 0 < len(_epochs(victim)) < 60
    assert not is_trained(victim)
    assert [worker.wait() for worker in workers.values()] == [0]
    # By the one that was killed, and again; the other once, whichever of the two it was.
    assert trials(folder) == {"elbo-seed-0": 2, "beta-vae-seed-0": 1}
    assert _epochs(victim) == list(range(1, 61))  # gone on with, not begun again
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    whole = train(design.points[0].config, tmp_path / "whole", quiet=True).path
    torch.set_num_threads(threads)
    one, other = (load_file(path / "model.safetensors") for path in (victim, whole))
    for key in one:
        np.testing.assert_array_equal(one[key], other[key], err_msg=key)
    assert not list((folder.path / "claims").glob("*"))


def _working_at(folder: StudyFolder, task: str) -> int:
    claims = [json.loads(file.read_text()) for file in (folder.path / "claims").glob("*.json")]
    return next(claim["process"]["pid"] for claim in claims if claim["task"] == task)


def _epochs(run: Path) -> list[int]:
    file = run / "log.jsonl"
    lines = file.read_text().splitlines() if file.exists() else []
    return [entry["epoch"] for line in lines if (entry := json.loads(line))["event"] == "epoch"]


def test_a_finished_study_trains_nothing_twice(finished: Path, tmp_path: Path) -> None:
    path = tmp_path / "a"
    shutil.copytree(finished, path)
    folder = StudyFolder.open(path)
    before = weights(folder)
    assert set(before) == names(folder)
    work(folder)
    assert weights(folder) == before
    assert set(trials(folder).values()) == {1}
    # Another strength adds its runs; other measurements measure again; neither trains what is
    # there.
    more = StudyFolder.make(path, small_design(strengths=("beta-vae:objective.beta=2,4,8",)))
    assert set(more.unfinished) == {"beta-vae-8-seed-0", "beta-vae-8-seed-1"}
    work(more)
    other = StudyFolder.make(path, replace(more.design, measure=replace(MEASURE_SAP, limit=20)))
    assert set(other.unfinished) == set(other.tasks)
    carry_out(other, "elbo-seed-0", lambda what: None)
    assert other.is_finished("elbo-seed-0")
    after = weights(more)
    assert set(after) == names(more)
    assert {name: after[name] for name in before} == before


def test_a_run_that_cannot_be_does_not_stop_the_others(tmp_path: Path) -> None:
    design = small_design(
        methods=("elbo", "wild", "impossible"), strengths=(), seeds=1,
        fixed=("wild:training.learning_rate=1e30",
               "impossible:objective=elbo,impossible:model.posterior=deterministic"),
    )  # fmt: skip
    folder = StudyFolder.make(tmp_path / "a", design)
    work(folder)
    records = {task: folder.record(task) for task in folder.tasks}
    found = {task: record.status for task, record in records.items() if record is not None}
    assert found["elbo-seed-0"] == DONE
    assert found["wild-seed-0"] == DIVERGED
    assert found["impossible-seed-0"] == REFUSED
    assert found["references-seed-0"] == DONE
    assert folder.unfinished == ()
    folder.forget_failures()
    assert list(folder.unfinished) == ["impossible-seed-0"]


def test_a_task_that_kills_its_workers_is_given_up(tmp_path: Path) -> None:
    folder = StudyFolder.make(tmp_path / "a", small_design(seeds=1))
    queue = WorkQueue(folder.path)
    queue.fill(folder.tasks[:1])
    far = {"machine": "elsewhere", "pid": 1, "started": None}
    for _ in range(MOST_DEATHS):
        ticket = queue.take()
        assert ticket is not None
        queue.claim_file(ticket).parent.mkdir(exist_ok=True)
        queue.claim_file(ticket).write_text(json.dumps({"process": far}))
        bury_the_dead(folder, queue, _Certain())
    record = folder.record(folder.tasks[0])
    assert record is not None
    assert record.status == FAILED
    assert "killed 3 times" in record.message
    last = queue.take()
    assert last is not None
    assert attempt(folder, queue, last) is None  # it has ended: not tried again
    assert not folder.run_path(folder.tasks[0]).exists()


class _Certain:
    """A watch that takes everybody for dead."""

    def is_dead(self, file: Path) -> bool:
        return True


def test_a_task_that_is_just_being_ended_is_not_taken_for_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The signs of life stop before the task is ended in the journal, however long that takes."""
    folder = StudyFolder.make(tmp_path / "a", small_design(seeds=1))
    queue, lost = WorkQueue(folder.path), []
    queue.fill(folder.tasks[:1])
    ticket = queue.take()
    assert ticket is not None
    finish = queue.finish

    def slowly(*ended: Any) -> None:
        finish(*ended)
        time.sleep(0.1)

    monkeypatch.setattr(queue, "finish", slowly)
    monkeypatch.setattr("elbowroom.study.claim.BEAT", 0.01)
    monkeypatch.setattr(os, "_exit", lost.append)
    record = Record(ticket.task, DONE, "", 0.0)
    monkeypatch.setattr("elbowroom.study.tasks.carry_out", lambda *task: record)
    assert attempt(folder, queue, ticket) == record
    assert not lost


def test_a_start_leaves_a_study_that_another_one_has_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two that ask for different numbers would measure each other's runs again for ever."""
    folder = StudyFolder.make(tmp_path / "a", small_design(seeds=1))
    assert not folder.has_changed()
    other = replace(folder.design, measure=MEASURE_SAP)

    def meanwhile(*asked: Any) -> None:
        StudyFolder.make(folder.path, other)
        work(folder)

    monkeypatch.setitem(ENGINES, "optuna", meanwhile)
    with pytest.raises(ElbowroomError, match="another start has changed what the study"):
        run_study(folder, told=lambda record: None)
    assert folder.unfinished == folder.tasks
    assert not StudyFolder.open(folder.path).has_changed()


@pytest.mark.skipif(sys.platform == "win32", reason="signals are of POSIX")
def test_ctrl_c_leaves_a_study_that_goes_on(tmp_path: Path) -> None:
    design = small_design(
        methods=("elbo",), strengths=(), seeds=1, measure={"metrics": "none"},
        settings={"training.epochs": 2000},
    )  # fmt: skip
    folder = StudyFolder.make(tmp_path / "a", design)

    def stop() -> None:
        while len(_epochs(folder.run_path("elbo-seed-0"))) < 2:
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGINT)

    stopping = threading.Thread(target=stop)
    stopping.start()
    with pytest.raises(KeyboardInterrupt):
        work(folder)
    stopping.join()
    assert folder.record("elbo-seed-0") is None
    assert not list((folder.path / "claims").glob("*"))
    waits = WorkQueue(folder.path).take()
    assert waits is not None
    assert (waits.task, waits.deaths) == ("elbo-seed-0", 0)  # stopped on purpose: no death


def test_what_is_measured_otherwise_is_measured_again() -> None:
    measure = small_design().measure
    assert replace(measure, limit=41).digest != measure.digest
    assert replace(measure, ranking=True).digest == measure.digest
    assert MEASURE["limit"] == measure.limit
