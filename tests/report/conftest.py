"""Small runs of every kind that a report must be able to show; trained for one or two epochs."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from elbowroom.config import Config
from elbowroom.data import Dataset, load
from elbowroom.data.factor_tables import with_factors
from elbowroom.data.factors import Factors
from elbowroom.experiment import Effort, evaluate, train
from elbowroom.run import Run

HOSTILE = ('<script>alert("1")</script>', "$\\frac{", "a&b|c*d*", "_x\n\x07y", "`](http://x.y)")
"""Names that a person's data may have."""


def labelled(values: np.ndarray, classes: tuple[str, ...] | None = None) -> Dataset:
    """Return a data set with one label for each row: classes, or a quantity."""
    rows = np.arange(len(values))
    labels = rows * 0.37 + 0.1 if classes is None else np.array(classes)[rows % len(classes)]
    return load((values, labels), name="made")


def pictures(channels: int, count: int = 60) -> np.ndarray:
    rng = np.random.default_rng(0)
    return rng.integers(0, 256, (count, channels, 6, 5), dtype=np.uint8)


def rows(columns: int, count: int = 60) -> np.ndarray:
    return np.random.default_rng(0).normal(3.0, 2.0, (count, columns)).astype(np.float32)


def hostile_table() -> Dataset:
    import pandas as pd

    frame = pd.DataFrame(rows(len(HOSTILE)), columns=list(HOSTILE))
    frame["label"] = np.array(HOSTILE)[np.arange(60) % len(HOSTILE)]
    return load(frame, labels="label", name=HOSTILE[0])


def made_from_factors() -> Dataset:
    """Return grey pictures with two known factors: how bright the upper half is, and the lower."""
    factors = Factors.grid({"upper": tuple(range(5)), "lower": tuple(range(4))})
    table = factors.subset(np.arange(200) % 20)
    values = np.repeat(table.values * 50, 3, axis=1)[:, None, :, None]
    noise = np.random.default_rng(0).integers(0, 20, (200, 1, 6, 5))
    return with_factors(load((values + noise).astype(np.uint8), name="made"), table)


DATA: dict[str, Callable[[], Dataset]] = {
    "digits": lambda: load("digits").subset(np.arange(200)),
    "colours": lambda: load(pictures(3), name="made"),
    "opacity": lambda: labelled(pictures(4), ("a", "b")),
    "table": lambda: labelled(rows(5)),
    "hostile": hostile_table,
    "factors": made_from_factors,
}


@pytest.fixture(scope="session")
def run_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Run]:
    """Train a small run, once for each set of arguments."""

    @cache
    def made(
        data: str,
        latent: int = 2,
        posterior: str = "diagonal-gaussian",
        objective: str = "elbo",
        epochs: int = 2,
        beta: float | None = None,
        measured: bool = True,
        folder: str = "run",
        also: tuple[str, ...] = (),
        prior: str = "standard-normal",
        condition: str = "none",
        structure: str = "single-level",
    ) -> Run:
        settings = Config.from_dict(
            {
                "data": {"source": "<made>"},
                "model": {
                    "latent": latent,
                    "posterior": posterior,
                    "prior": prior,
                    "condition": condition,
                    "structure": structure,
                    "network": {"kind": "mlp", "hidden": [16]},
                },
                "objective": {"kind": objective, **({} if beta is None else {"beta": beta})},
                "training": {"epochs": epochs, "batch_size": 32, "device": "cpu"},
            }
        )
        path: Path = tmp_path_factory.mktemp("runs") / folder
        run = train(settings, path, data=DATA[data](), quiet=True)
        if measured:
            evaluate(run, effort=Effort.of(samples=30), also=also)
        return run

    return made
