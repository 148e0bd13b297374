"""Published numbers on MNIST: minutes each, run by `make slow`.

They need MNIST's IDX files: ELBOWROOM_MNIST=/path/to/folder make slow
"""

import os
from pathlib import Path

import pytest
import torch

from elbowroom.commands import COMMANDS
from elbowroom.evidence import adaptive, annealed, importance_sampling

FOLDER = os.environ.get("ELBOWROOM_MNIST", "")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not Path(FOLDER or "/nowhere").is_dir(),
        reason="set ELBOWROOM_MNIST to a folder with MNIST's IDX files",
    ),
]

SETTINGS = {
    "data.validation": 400,
    "data.preprocessing": "scale,stochastic-binarise",
    "model.latent": 50,
    "model.network": "mlp",
    "model.network.hidden": "200,200",
    "model.network.activation": "silu",
    "training.epochs": 150,
    "training.learning_rate": 2e-3,
    "training.decay": "cosine",
    "training.ema": 0.999,
}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """784-200-200-50 with fresh binarisation, 150 epochs: some 12 minutes on two cores."""
    out = tmp_path_factory.mktemp("mnist") / "run"
    return COMMANDS["train"](FOLDER, out=out, quiet=True, **SETTINGS)


@pytest.fixture(scope="module")
def x(run):
    torch.manual_seed(0)
    return run.preprocessing(run.dataset("test").take(torch.arange(1000)))


def test_the_evidence_of_a_short_run(run, x):
    """Burda et al. (2016) reach 86.76 with 3,280 epochs; an hour-free run must reach 90."""
    estimate = importance_sampling(run.model, x, samples=5000)
    print(f"\nlog p(x) on {len(x)} test images: {estimate}")
    assert -estimate.value <= 90


def test_effort_that_follows_need(run, x):
    """To 0.05 nats on the mean with 5 times fewer decoder evaluations than K = 5000."""
    fixed = importance_sampling(run.model, x, samples=5000)
    found = adaptive(run.model, x, target_error=0.05)
    print(f"\nfixed:    {fixed}\nadaptive: {found}, {found.taken}")
    print(f"decoder evaluations: {fixed.decodes / found.decodes:.1f} times fewer")
    assert fixed.decodes > 5 * found.decodes
    reference = annealed(run.model, x[:100], steps=400).per_example["value"]
    off = (adaptive(run.model, x[:100]).per_example["value"] - reference).mean()
    fixed_off = (fixed.per_example["value"][:100] - reference).mean()
    print(f"against AIS with 400 temperatures: adaptive {off:+.3f}, fixed {fixed_off:+.3f} nats")
    assert off.abs() < 0.05
