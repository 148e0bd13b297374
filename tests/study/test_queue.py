"""The queue and the signs of life: nothing is taken twice, and the dead hold nothing."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from elbowroom.study.claim import Claim, Watch, is_alive, machine, this_process
from elbowroom.study.work_queue import WorkQueue

TAKE_ALL = """
import sys
from pathlib import Path
from elbowroom.study.work_queue import WorkQueue
queue = WorkQueue(Path(sys.argv[1]))
queue.fill(f"task-{n}" for n in range(40))
while ticket := queue.take():
    print(ticket.task)
"""


def test_processes_that_fill_and_take_at_once_share_the_tasks(tmp_path: Path) -> None:
    workers = [
        subprocess.Popen([sys.executable, "-c", TAKE_ALL, str(tmp_path)], stdout=subprocess.PIPE)
        for _ in range(3)
    ]
    taken = [line for worker in workers for line in worker.communicate()[0].decode().split()]
    assert [worker.returncode for worker in workers] == [0, 0, 0]
    assert sorted(taken) == sorted(f"task-{n}" for n in range(40))


def test_a_task_waits_runs_and_ends(tmp_path: Path) -> None:
    queue, other = WorkQueue(tmp_path), WorkQueue(tmp_path)
    queue.fill(["a", "b"])
    first = queue.take()
    assert first is not None
    assert first.task == "a"
    other.fill(["a", "b"])  # one runs and one waits: nothing to add
    second = other.take()
    assert second is not None
    assert second.task == "b"
    assert queue.take() is None
    assert queue.holds(first)
    assert other.bury(first) == 1
    assert queue.bury(first) is None  # somebody was first
    assert not queue.holds(first)
    again = queue.take()
    assert again is not None
    assert (again.task, again.deaths) == ("a", 1)
    queue.give_back(again)
    stopped = other.take()
    assert stopped is not None
    assert (stopped.task, stopped.deaths) == ("a", 1)  # stopped on purpose: no death
    other.finish(stopped, 1.0)
    other.finish(second, 1.0)
    assert queue.running() == []


def test_a_claim_is_that_of_a_living_process(tmp_path: Path) -> None:
    file, watch = tmp_path / "0.json", Watch()
    with Claim(file, "a", held=lambda: True):
        assert is_alive(this_process())
        assert not watch.is_dead(file)
    assert not file.exists()


def test_a_process_that_is_gone_is_dead_at_once(tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    file = tmp_path / "0.json"
    file.write_text(json.dumps({"process": {**this_process(), "pid": ended.pid}}))
    assert Watch().is_dead(file)
    # A process of the same number that was started at another time is another one.
    file.write_text(json.dumps({"process": {**this_process(), "started": "1"}}))
    if Path(f"/proc/{os.getpid()}/stat").exists():
        assert Watch().is_dead(file)


def test_another_machine_is_dead_when_it_gives_no_sign(tmp_path: Path) -> None:
    file = tmp_path / "0.json"
    far = {"machine": "elsewhere", "pid": 1, "started": None}
    patient, hasty = Watch(patience=1000.0), Watch(patience=0.0)
    for beat in (1, 2):
        file.write_text(json.dumps({"process": far, "beat": beat}))
        assert not patient.is_dead(file)
        assert not hasty.is_dead(file)  # seen for the first time, or changed: it lives
    assert hasty.is_dead(file)
    assert not patient.is_dead(file)


def test_what_cannot_be_known_for_now_is_not_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A journal that cannot be read once must not end the signs of life."""
    monkeypatch.setattr("elbowroom.study.claim.BEAT", 0.01)
    asked: list[int] = []

    def held() -> bool:
        asked.append(1)
        raise OSError("stale file handle")

    file = tmp_path / "0.json"
    with Claim(file, "a", held):
        end = time.monotonic() + 10
        while len(asked) < 3 and time.monotonic() < end:
            time.sleep(0.01)
        assert json.loads(file.read_text())["beat"] >= 3


def test_a_living_process_of_this_machine_is_not_dead_however_silent(tmp_path: Path) -> None:
    if this_process()["started"] is None:
        pytest.skip("whether it is the same process cannot be known here")
    file, hasty = tmp_path / "0.json", Watch(patience=0.0)
    file.write_text(json.dumps({"process": this_process(), "beat": 1}))
    assert [hasty.is_dead(file) for _ in range(3)] == [False] * 3


def test_a_claim_that_cannot_be_read_is_not_that_of_a_dead_worker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hasty = Watch(patience=0.0)
    assert not hasty.is_dead(tmp_path / "gone.json")
    assert hasty.is_dead(tmp_path / "gone.json")  # still not written: never will be

    def stale(path: Path, *how: object) -> str:
        raise OSError("stale file handle")

    monkeypatch.setattr(Path, "read_text", stale)
    assert [hasty.is_dead(tmp_path / "0.json") for _ in range(3)] == [False] * 3


def test_machines_of_one_name_are_told_apart() -> None:
    drawn = Path("/proc/sys/kernel/random/boot_id")
    if not drawn.is_file():
        pytest.skip("a number of Linux")
    assert drawn.read_text().strip() in machine()


def test_no_signal_is_sent_where_it_would_be_ctrl_c(monkeypatch: pytest.MonkeyPatch) -> None:
    process = this_process()
    sent: list[int] = []
    windows = SimpleNamespace(name="nt", kill=lambda pid, number: sent.append(number))
    monkeypatch.setattr("elbowroom.study.claim.os", windows)
    assert is_alive(process)
    assert not sent
