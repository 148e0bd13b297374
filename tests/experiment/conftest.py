"""Small runs, trained once for each configuration; what they are worth is no matter."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from elbowroom.config import Config
from elbowroom.data import Dataset, load
from elbowroom.experiment import train
from elbowroom.run import Run


def digits() -> Dataset:
    return load("digits").subset(np.arange(240))


def table(scale: float = 1.0, count: int = 200) -> Dataset:
    """Return correlated columns of unlike spreads, in units of one's choice."""
    rng = np.random.default_rng(0)
    codes = rng.normal(size=(count, 2))
    values = codes @ rng.normal(size=(2, 4)) + 0.3 * rng.normal(size=(count, 4))
    return load((scale * values * [1.0, 5.0, 0.2, 3.0] + 7).astype(np.float32), name="made")


DATA: dict[str, Callable[[], Dataset]] = {
    "digits": digits,
    "noise": lambda: load(np.random.default_rng(0).integers(0, 17, (240, 8, 8), dtype=np.uint8)),
    "table": table,
    "same table": lambda: table(),
    "table in other units": lambda: table(1000.0),
}

GREY = [{"kind": "scale"}]
THRESHOLD = [*GREY, {"kind": "threshold"}]
STOCHASTIC = [*GREY, {"kind": "stochastic-binarise"}]
DEQUANTISED = [{"kind": "dequantise"}]
STEPS = {"grey": GREY, "threshold": THRESHOLD, "stochastic": STOCHASTIC,
         "dequantised": DEQUANTISED, "none": []}  # fmt: skip


def settings(data: dict[str, Any], model: dict[str, Any], **more: Any) -> Config:
    """Return a configuration that takes a moment to train."""
    return Config.from_dict(
        {
            "data": {"source": "<made>", **data},
            "model": {"latent": 2, "network": {"kind": "mlp", "hidden": [16]}, **model},
            "training": {"epochs": 3, "batch_size": 16, "device": "cpu"},
            **more,
        }
    )


@pytest.fixture(scope="session")
def run_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Run]:
    """Train a small run, once for each set of arguments."""

    @cache
    def made(
        data: str = "digits",
        steps: str | None = None,
        likelihood: str | None = None,
        posterior: str = "diagonal-gaussian",
        latent: int = 2,
        split_seed: int = 0,
        validation: float = 0.1,
        name: str = "run",
    ) -> Run:
        chosen = {} if steps is None else {"preprocessing": STEPS[steps]}
        model = {} if likelihood is None else {"likelihood": likelihood}
        kind = "autoencoder" if posterior == "deterministic" else "elbo"
        config = settings(
            {"split_seed": split_seed, "validation": validation, **chosen},
            {"latent": latent, "posterior": posterior, **model},
            objective={"kind": kind},
        )
        folder: Path = tmp_path_factory.mktemp("runs") / name
        return train(config, folder, data=DATA[data](), quiet=True)

    return made
