"""Studies that take seconds: points of a rectangle, three tiny methods."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from elbowroom.study import Design, StudyFolder
from elbowroom.study.requested import requested

SETTINGS: dict[str, Any] = {
    "data.source": "linear-toy",
    "data.examples": 900,
    "model.network": "mlp",
    "model.network.hidden": "8",
    "model.latent": 2,
    "training.epochs": 2,
    "training.patience": 0,
}
MEASURE: dict[str, Any] = {"limit": 40, "samples": 4, "metrics": "binned-mig,sap", "codes": 400,
                           "split": "train"}  # fmt: skip


def small_design(**more: Any) -> Design:
    """Return elbo, and beta-vae at two strengths, with two seeds."""
    asked: dict[str, Any] = {
        "methods": ("elbo", "beta-vae"),
        "strengths": ("beta-vae:objective.beta=2,4",),
        "seeds": 2,
        "measure": MEASURE | more.pop("measure", {}),
        "settings": SETTINGS | more.pop("settings", {}),
    }
    return requested({}, **(asked | more))


def start_worker(folder: Path) -> "subprocess.Popen[bytes]":
    """Start a worker as the command does, with one thread."""
    command = [sys.executable, "-m", "elbowroom.study.worker", str(folder), "1"]
    return subprocess.Popen(command, env=os.environ | {"OMP_NUM_THREADS": "1"})


def names(folder: StudyFolder) -> set[str]:
    """Return the names of its runs."""
    return {point.name for point in folder.design.points}
