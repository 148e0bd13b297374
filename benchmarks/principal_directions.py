"""How latent axes meet principal directions: VAE, autoencoder, full covariance; toy and MNIST.

python -m benchmarks.principal_directions toy
python -m benchmarks.principal_directions vanishing
python -m benchmarks.principal_directions mnist /path/to/mnist --out runs/directions

The linear toy is trained with a decoder that is a linear map, or with one of one hidden layer
(--hidden 64), and a normal likelihood of fixed scale.
"""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from statistics import mean, stdev
from typing import Any

import torch
from cyclopts import App
from torch import Tensor

from elbowroom.allocator import keep_freed_memory
from elbowroom.commands import COMMANDS
from elbowroom.data import Preprocessing, load
from elbowroom.distributions import Deterministic, DiagonalGaussian, FullGaussian, Gaussian
from elbowroom.experiment import directions
from elbowroom.experiment.unit_rates import kinds_over_training
from elbowroom.metrics import Directions, directions_of
from elbowroom.metrics.principal_directions import Kind
from elbowroom.models import VAE, LatentModel
from elbowroom.networks import MLP
from elbowroom.objectives import Objective, elbo
from elbowroom.objectives.recipes.autoencoder import autoencoder
from elbowroom.run import Run
from elbowroom.training import Training, fit
from elbowroom.training.events import EpochEnded, Event

POSTERIORS = {"vae": DiagonalGaussian, "autoencoder": Deterministic, "full": FullGaussian}
WORDS = {"vae": "VAE", "autoencoder": "autoencoder", "full": "VAE, full covariance"}
MNIST = {
    "data.validation": 5000,
    "data.preprocessing": "scale",
    "model.network": "mlp",
    "model.network.hidden": "300,300",
    "model.network.activation": "silu",
    "training.batch_size": 128,
    "training.decay": "cosine",
    "training.patience": 0,
}

app = App(name="python -m benchmarks.principal_directions", help=__doc__)


class Looks:
    """Measures principal directions after some epochs of a training."""

    def __init__(self, x: Tensor, epochs: Iterable[int]) -> None:
        self.x, self.epochs = x, set(epochs)
        self.found: dict[int, Directions] = {}

    def __call__(self, event: Event) -> None:
        if isinstance(event, EpochEnded) and event.epoch in self.epochs:
            self.found[event.epoch] = directions_of(event.model, self.x)


def train_toy(
    kind: str,
    seed: int,
    *,
    beta: float = 1.0,
    scale: float = 0.2,
    hidden: tuple[int, ...] = (),
    examples: int = 2000,
    epochs: int = 100,
    learning_rate: float = 0.05,
    decay: str = "cosine",
    looks: Sequence[int] = (),
) -> tuple[LatentModel, dict[int, Directions]]:
    """Train a model with 2 units on the linear toy.

    Args:
        kind: A name of `POSTERIORS`.
        seed: Seed of the data, the weights and the batches.
        beta: Weight of the rate.
        scale: Scale of the likelihood.
        hidden: Widths of the hidden layers.
        examples: Number of points.
        epochs: Passes through them, in batches of 100.
        learning_rate: Adam's.
        decay: How the learning rate falls.
        looks: Epochs after which to measure; the last when not given.

    Returns:
        The model, and what was found after each epoch that was looked at.
    """
    data = load("linear-toy", examples=examples, draw_seed=seed)
    prepare = Preprocessing([], data).fit(data)
    x = prepare(data.take(torch.arange(len(data))))
    torch.manual_seed(seed)
    model = VAE.of(
        Gaussian((3,), scale="fixed", initial=scale),
        latent=2,
        network=MLP(hidden=hidden, activation="tanh"),
        posterior=POSTERIORS[kind](2),
    )
    objective: Objective = autoencoder() if kind == "autoencoder" else elbo(beta=beta)
    looking = Looks(x[:1000], looks or (epochs,))
    settings = Training(
        epochs=epochs, batch_size=100, learning_rate=learning_rate, decay=decay, seed=seed,
        device="cpu",
    )  # fmt: skip
    fit(model.start_at(x), objective, data, preprocessing=prepare, settings=settings,
        observers=[looking])  # fmt: skip
    return model, looking.found


@app.command
def toy(seeds: int = 10, hidden: int = 0, epochs: int = 100, learning_rate: float = 0.05) -> None:
    """Distance to orthogonality on the linear toy, over seeds.

    Args:
        seeds: How many trainings of each.
        hidden: Width of a hidden layer; 0 for linear maps.
        epochs: Passes through the 2,000 points.
        learning_rate: Adam's.
    """
    layers = (hidden,) if hidden else ()
    print("| | DtO over seeds | mean | spread | largest |\n|---|---|---|---|---|")
    for kind in POSTERIORS:
        found = [
            train_toy(kind, seed, hidden=layers, epochs=epochs, learning_rate=learning_rate)[1]
            for seed in range(seeds)
        ]
        values = [one[epochs].whole.value for one in found]
        listed = " ".join(f"{value:.2f}" for value in values)
        error = stdev(values) / len(values) ** 0.5
        numbers = f"{mean(values):.3f} ± {error:.3f} | {stdev(values):.3f}"
        print(f"| {WORDS[kind]} | {listed} | {numbers} | {max(values):.3f} |", flush=True)


@app.command
def vanishing(
    betas: tuple[float, ...] = (1.0, 0.1, 0.01, 0.001, 0.0),
    looks: tuple[int, ...] = (10, 100, 500),
    seeds: int = 3,
    hidden: int = 0,
) -> None:
    """What becomes of means, noise and axes as nothing holds the code near the prior.

    Args:
        betas: Weights of the rate.
        looks: Epochs after which to measure, at a constant learning rate of 0.01.
        seeds: How many trainings of each; numbers are means over them.
        hidden: Width of a hidden layer; 0 for linear maps.
    """
    print(
        "| beta | epoch | mean square of the means | mean variance of q | signal to noise | DtO |"
    )
    print("|---|---|---|---|---|---|")
    for name, kind, beta in [*((f"{b:g}", "vae", b) for b in betas),
                             ("autoencoder", "autoencoder", 0.0)]:  # fmt: skip
        runs = [
            train_toy(kind, seed, beta=beta, hidden=(hidden,) if hidden else (), epochs=max(looks),
                      learning_rate=0.01, decay="constant", looks=looks)[1]
            for seed in range(seeds)
        ]  # fmt: skip
        for epoch in looks:
            _row(name, epoch, [one[epoch] for one in runs])


def _row(name: str, epoch: int, found: Sequence[Directions]) -> None:
    def over(of: Callable[[Directions], float]) -> float:
        return mean(of(one) for one in found)

    square = over(lambda one: mean(unit.mean_square for unit in one.units))
    noise = over(lambda one: mean(unit.posterior for unit in one.units))
    ratio = f"{square / noise:.3g}" if noise else "no noise"
    values = " ".join(f"{one.whole.value:.2f}" for one in found)
    print(f"| {name} | {epoch} | {square:.3g} | {noise:.3g} | {ratio} | {values} |", flush=True)


@app.command
def mnist(
    folder: Path,
    out: Path = Path("runs/directions"),
    seeds: int = 3,
    epochs: int = 10,
    latent: int = 6,
    many: int = 20,
    likelihood: str = "bernoulli",
    beta: float = 1.0,
    kinds: tuple[str, ...] = tuple(POSTERIORS),
) -> None:
    """Distance to orthogonality on MNIST, and the kinds of units over training.

    Args:
        folder: A folder with MNIST's IDX files.
        out: Folder for the runs; those that are there are not trained again.
        seeds: How many trainings of each.
        epochs: Passes through the 55,000 training images.
        latent: Number of units.
        many: Number of units of one more VAE, of which most are in vain; 0 for none.
        likelihood: bernoulli, on pixels drawn anew from the grey values, or gaussian, on these.
        beta: Weight of the rate.
        kinds: Which posteriors.
    """
    keep_freed_memory()
    same: dict[str, Any] = {"epochs": epochs, "likelihood": likelihood, "beta": beta}
    made = {
        kind: [mnist_run(folder, out, kind, latent=latent, seed=seed, **same)
               for seed in range(seeds)]
        for kind in kinds
    }  # fmt: skip
    print("| | DtO over seeds | mean | units in use | delta-KL |\n|---|---|---|---|---|")
    for kind, runs in made.items():
        found = [directions(run) for run in runs]
        values = [one.whole.value for one in found]
        listed = " ".join(f"{one.whole.value:.2f} ± {one.whole.error:.2f}" for one in found)
        regimes = [one.regime for one in found if one.regime is not None]
        used = " ".join(str(latent - one.kinds.count(Kind.PASSIVE)) for one in regimes) or "-"
        deltas = " ".join(f"{one.delta.value:.3f}" for one in regimes if one.delta) or "-"
        print(f"| {WORDS[kind]} | {listed} | {mean(values):.2f} | {used} | {deltas} |", flush=True)
    watched = made.get("vae", [])[:1]
    if many:
        watched += [mnist_run(folder, out, "vae", latent=many, **same)]
    for run in watched:
        _kinds(run)


def mnist_run(
    folder: Path,
    out: Path,
    kind: str,
    *,
    latent: int = 6,
    seed: int = 0,
    epochs: int = 10,
    likelihood: str = "bernoulli",
    beta: float = 1.0,
) -> Run:
    """Return a run on MNIST, trained where it is not there yet; arguments are those of `mnist`."""
    path = out / f"{kind}-{latent}-{likelihood}-{beta:g}-{epochs}-{seed}"
    posterior = {"vae": "diagonal-gaussian", "full": "full-gaussian",
                 "autoencoder": "deterministic"}[kind]  # fmt: skip
    settings: dict[str, Any] = {
        **MNIST,
        "model.latent": latent,
        "model.posterior": posterior,
        "model.likelihood": likelihood,
        "objective": "autoencoder" if kind == "autoencoder" else "elbo",
        "training.epochs": epochs,
        "training.seed": seed,
    }
    if kind != "autoencoder":
        settings["objective.beta"] = beta
    if likelihood == "bernoulli":
        settings["data.preprocessing"] = "scale,stochastic-binarise"
    if not (path / "model.safetensors").is_file():
        COMMANDS["train"](str(folder), out=path, quiet=True, **settings)
    return Run.load(path)


def _kinds(run: Run) -> None:
    lines = kinds_over_training(run)
    print(f"\n{run.name}\n\n| epoch | active | passive | mixed | delta-KL |\n|---|---|---|---|---|")
    for number, line in enumerate(lines):
        if number < 5 or number == len(lines) - 1 or (number + 1) % 5 == 0:
            shares = " | ".join(f"{line.share(kind):.0%}" for kind in Kind)
            delta = "-" if line.delta_kl is None else f"{line.delta_kl:.3f}"
            print(f"| {line.epoch} | {shares} | {delta} |")
    small = sum(line.delta_kl is not None and line.delta_kl <= 0.03 for line in lines)
    print(f"\ndelta-KL at most 0.03 after {small} of {len(lines)} epochs")


if __name__ == "__main__":
    app()
