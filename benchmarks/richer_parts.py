"""A VampPrior, a flow prior, an IAF posterior and a ladder beside the plain VAE, on MNIST.

python -m benchmarks.richer_parts /path/to/mnist --epochs 30 --out runs/richer

Same networks (784-300-300-40 and back), batches, learning rate, warm-up, number of epochs and fresh
binarisation at every visit; only the part named differs. Each run is evaluated by importance
sampling on the same binarised test images; the comparison is paired, example by example. Runs that
are there already are not trained again.
"""

from pathlib import Path

import torch
from cyclopts import App
from rich.console import Console

from elbowroom.allocator import keep_freed_memory
from elbowroom.commands import COMMANDS
from elbowroom.run import Run

SETTINGS = {
    "data.validation": 5000,
    "data.preprocessing": "scale,stochastic-binarise",
    "model.latent": 40,
    "model.network": "mlp",
    "model.network.hidden": "300,300",
    "model.network.activation": "silu",
    "objective.beta": "warmup",
    "training.decay": "cosine",
    "training.ema": 0.999,
    "training.patience": 0,
}
PARTS = {
    "plain": {},
    "vamp-prior": {"model.prior": "vamp-prior"},
    "flow-prior": {"model.prior": "coupling-flow"},
    "iaf-posterior": {"model.posterior": "inverse-autoregressive-flow"},
    "ladder": {"model.structure": "ladder"},
}

app = App(name="python -m benchmarks.richer_parts", help=__doc__)


@app.default
def main(
    mnist: Path,
    *names: str,
    epochs: int = 30,
    samples: int = 1000,
    limit: int = 1000,
    out: Path = Path("runs/richer"),
    threads: int | None = None,
    seed: int = 0,
) -> None:
    """Train, evaluate and compare.

    Args:
        mnist: A folder with MNIST's IDX files.
        names: Which to train; all when none is named. The plain one is compared with, always.
        epochs: Passes through the 55,000 training images.
        samples: Draws for each image in importance sampling.
        limit: Test images to evaluate on, the first of them.
        out: Folder for the runs.
        threads: Threads of torch; its own choice when not given.
        seed: Seed of the training.
    """
    if threads:
        torch.set_num_threads(threads)
    keep_freed_memory()
    console = Console()
    warm = {"objective.beta.epochs": max(1, epochs // 5), "training.epochs": epochs}
    wanted = ["plain", *(name for name in (names or PARTS) if name != "plain")]
    for name in wanted:
        folder = out / name
        settings = {**SETTINGS, **warm, **PARTS[name], "training.seed": seed}
        if not (folder / "model.safetensors").is_file():
            COMMANDS["train"](str(mnist), out=folder, quiet=True, **settings)
        seconds = Run.load(folder).log[-1]["seconds"]
        console.print(f"{name}: trained {epochs} epochs in {seconds:.0f} s")
    compared = COMMANDS["compare"](
        *(out / name for name in wanted),
        method="importance-sampling",
        samples=samples,
        limit=limit,
        quiet=True,
    )
    console.print(compared.table())


if __name__ == "__main__":
    app()
