"""Small runs of every kind, assembled and not trained: what they are worth is no matter here."""

from pathlib import Path
from typing import Any

import numpy as np

from elbowroom.assembly import data_facts
from elbowroom.config import Config
from elbowroom.data import Dataset, load
from elbowroom.experiment.training import assemble
from elbowroom.parts import catalogue
from elbowroom.run import Run
from tests.experiment.conftest import DEQUANTISED, GREY, STOCHASTIC, digits, table
from tests.experiment.test_mixed_tables import SETTINGS, patients

MLP = {"kind": "mlp", "hidden": [16]}
ON_SPHERE = {"model.posterior": "von-mises-fisher", "model.prior": "sphere-uniform"}
STRUCTURES = {
    "ladder": {"kind": "ladder", "latents": [3], "hidden": [8]},
    "very-deep": {"kind": "very-deep", "channels": 4, "blocks": [1, 1]},
}


def rooms() -> Dataset:
    return load("shapes3d-like", examples=60)


def mixed() -> Dataset:
    return load(patients(120), **SETTINGS["data"])


def aged() -> Dataset:
    """Return a table with a quantity as its labels."""
    rng = np.random.default_rng(0)
    return load((rng.normal(size=(120, 3)).astype(np.float32), 40 + 10 * rng.normal(size=120)))


RUNS: dict[str, tuple[Any, dict[str, Any]]] = {
    "rgb images with factors": (rooms, {}),
    "table": (table, {}),
    "mixed table": (mixed, {}),
    "conditional": (digits, {"model.condition": "labels"}),
    "conditional on a quantity": (aged, {"model.condition": "labels"}),
    "binarised at random": (digits, {"data.preprocessing": STOCHASTIC}),
    "binarised once": (digits, {"data.preprocessing": [*GREY, {"kind": "fixed-binarise"}]}),
    "dequantised": (digits, {"data.preprocessing": DEQUANTISED}),
    "ladder on the sphere": (digits, {"model.structure": STRUCTURES["ladder"], **ON_SPHERE}),
} | {
    f"{slot} {kind}": (
        digits,
        (ON_SPHERE if kind in ON_SPHERE.values() else {})
        | ({"objective": "autoencoder"} if kind == "deterministic" else {})
        | {f"model.{slot}": STRUCTURES.get(kind, kind)},
    )
    for slot in ("posterior", "prior", "structure")
    for kind in catalogue().parts(f"model.{slot}")
}
"""Where the data come from, and the settings: one run for each part that exists."""


def run_of(name: str, folder: Path) -> Run:
    """Assemble one of `RUNS`."""
    source, settings = RUNS[name]
    tree: dict[str, Any] = {
        "data": {"source": "<made>"},
        "model": {"latent": 2, "network": MLP},
        "training": {"device": "cpu"},
    }
    for path, value in settings.items():
        table, _, key = path.partition(".")
        if key:
            tree[table][key] = value
        else:
            tree[table] = value
    return assembled(Config.from_dict(tree), folder, source())


def assembled(config: Config, folder: Path, data: Any) -> Run:
    """Return a run that was never trained; nothing is in its folder."""
    made = assemble(config, data)
    folder.mkdir(parents=True, exist_ok=True)
    facts = data_facts(made.splits, made.config, in_memory=True)
    return Run(folder, made.config, made.model.eval(), made.preprocessing, facts, made.splits)
