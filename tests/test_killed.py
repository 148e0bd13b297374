"""A run that is killed with the system's own hammer, again and again, ends as if it never was."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

SETTINGS = {
    "data.preprocessing": "scale,stochastic-binarise",
    "model.network": "mlp",
    "model.network.hidden": "16",
    "training.epochs": "40",
    "training.patience": "0",
    "training.batch-size": "32",
    "training.ema": "0.9",
    "training.decay": "cosine",
    "training.checkpoint-seconds": "0.05",
}
OPTIONS = [word for name, value in SETTINGS.items() for word in (f"--{name}", value)] + ["--quiet"]


def start(*arguments: str) -> subprocess.Popen:
    command = [sys.executable, "-m", "elbowroom", "train", *arguments]
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)


def kill_once_state_changes(process: subprocess.Popen, state: Path, after: float) -> bool:
    """Kill the process a while after it first writes its state; tell whether it was still alive."""
    before = state.stat().st_mtime_ns if state.exists() else 0
    while process.poll() is None and (not state.exists() or state.stat().st_mtime_ns == before):
        time.sleep(0.005)
    time.sleep(after)
    process.send_signal(signal.SIGKILL)
    return process.wait() == -signal.SIGKILL


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is of POSIX")
def test_a_run_killed_at_three_random_points_ends_bit_identical(tmp_path):
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    assert start("digits", *OPTIONS, "--out", str(whole)).wait() == 0
    moments = np.random.default_rng().uniform(0.05, 0.4, 3)
    process = start("digits", *OPTIONS, "--out", str(killed))
    kills = 0
    for moment in moments:
        kills += kill_once_state_changes(process, killed / "state.pt", float(moment))
        process = start("--resume", "--out", str(killed), "--quiet")
    assert process.wait() == 0
    assert kills, f"every run ended before it could be killed, at {moments}"
    first, second = (load_file(folder / "model.safetensors") for folder in (whole, killed))
    assert first.keys() == second.keys()
    for name in first:
        np.testing.assert_array_equal(first[name], second[name], err_msg=f"{name}, {moments}")
    logs = [(folder / "log.jsonl").read_text().splitlines() for folder in (whole, killed)]
    assert len(logs[0]) == len(logs[1]) == 41
