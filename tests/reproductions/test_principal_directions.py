"""Principal directions at length: the linear toy over many seeds, and MNIST with 6 units.

MNIST takes its IDX files: ELBOWROOM_MNIST=/path/to/folder make slow
"""

import os
from pathlib import Path
from statistics import mean, stdev

import pytest

from benchmarks.principal_directions import mnist_run, train_toy
from elbowroom.experiment import directions
from elbowroom.experiment.unit_rates import kinds_over_training
from elbowroom.metrics.principal_directions import Kind, random_distance

FOLDER = os.environ.get("ELBOWROOM_MNIST", "")
SEEDS = range(10)

pytestmark = pytest.mark.slow
with_mnist = pytest.mark.skipif(
    not Path(FOLDER or "/nowhere").is_dir(),
    reason="set ELBOWROOM_MNIST to a folder with MNIST's IDX files",
)


def on_toy(kind):
    found = [train_toy(kind, seed)[1][100].whole.value for seed in SEEDS]
    print(f"\n{kind}: {mean(found):.3f}, {stdev(found):.3f} from seed to seed")
    return found


def test_the_linear_toy_over_seeds():
    """Rolinek et al. (2019): 0.00; codes that nothing aligns are as far as random rotations are."""
    assert mean(on_toy("vae")) <= 0.02
    random, spread, _ = random_distance(2)
    for kind in ("autoencoder", "full"):
        assert abs(mean(on_toy(kind)) - random) < 3 * spread / len(SEEDS) ** 0.5


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Six units, one seed, 10 epochs of 784-300-300: a minute or two for each on one core."""
    out = tmp_path_factory.mktemp("directions")
    return {kind: mnist_run(Path(FOLDER), out, kind) for kind in ("vae", "autoencoder", "full")}


@with_mnist
def test_mnist_with_six_units(runs):
    """Rolinek et al. (2019): VAE 1.59, autoencoder 1.83, full covariance 1.93; Haar 1.91."""
    found = {kind: directions(run).whole for kind, run in runs.items()}
    for kind, one in found.items():
        print(f"\n{kind}: {one}")
    assert found["vae"].value == pytest.approx(1.59, abs=0.16)
    assert found["vae"].value < min(found["autoencoder"].value, found["full"].value)


@with_mnist
def test_units_over_training(runs):
    lines = kinds_over_training(runs["vae"])
    for line in lines:
        print("\n", line.epoch, *(f"{kind} {line.share(kind):.0%}" for kind in Kind), line.delta_kl)
    assert lines[-1].share(Kind.ACTIVE) == 1
    assert lines[-1].delta_kl <= 0.03
