"""What is timed: training, evidence, encoding."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import torch

from benchmarks import pythae_side
from benchmarks.images import mnist, random_images
from benchmarks.plain import PlainVAE, plain_log_evidence
from benchmarks.tasks import MLP_400, Task, conv, in_process, mlp
from benchmarks.timing import Ratios, Work, interleaved
from elbowroom.data import Preprocessing, Scale, Threshold, load
from elbowroom.distributions import Bernoulli
from elbowroom.evidence import importance_sampling
from elbowroom.metrics import posterior_means
from elbowroom.models import VAE


def training_mlp(folder: Path | None, rounds: int, compiled: bool) -> Ratios:
    """Training the MLP in this process."""
    return _training("training, MLP 784-400-400-20, batch 128", mlp(), rounds, compiled)


def training_conv(folder: Path | None, rounds: int, compiled: bool) -> Ratios:
    """Training the convolutional model in this process."""
    return _training("training, conv 64x64, batch 64", conv(), rounds, compiled)


def command_mlp(folder: Path | None, rounds: int, compiled: bool) -> Ratios:
    """The MLP in processes of their own: ours with the command line's memory settings."""
    return _by_command("MLP 784-400-400-20, batch 128", "mlp", mlp().examples, rounds)


def command_conv(folder: Path | None, rounds: int, compiled: bool) -> Ratios:
    """The convolutional model in processes of their own, likewise."""
    return _by_command("conv 64x64, batch 64", "conv", conv().examples, rounds)


def _by_command(name: str, task: str, examples: int, rounds: int) -> Ratios:
    contestants: dict[str, Work] = {
        "elbowroom train": partial(in_process, task, "ours"),
        "plain loop": partial(in_process, task, "plain"),
    }
    if pythae_side.installed:
        contestants["pythae"] = partial(in_process, task, "pythae")
    return interleaved(f"{name}, a process each", "examples", examples, contestants, rounds)


def _training(name: str, task: Task, rounds: int, compiled: bool) -> Ratios:
    contestants: dict[str, Work] = {"elbowroom": task.ours(), "plain loop": task.plain()}
    if pythae_side.installed:
        contestants["pythae"] = task.pythae()
    if compiled:
        contestants["elbowroom, compiled"] = task.ours(compiled=True)
    return interleaved(name, "examples", task.examples, contestants, rounds)


def evidence(folder: Path | None, rounds: int, compiled: bool) -> Ratios:
    """Importance sampling with K = 1000 on the MLP."""
    shape, samples, count = (1, 28, 28), 1000, 100
    data = mnist(folder, count)
    x = Preprocessing([Scale(), Threshold()], data)(data.take(torch.arange(count)))
    model = VAE.of(Bernoulli(shape), latent=20, network=MLP_400)
    plain = PlainVAE(MLP_400, shape, 20)
    contestants: dict[str, Work] = {
        "elbowroom": lambda: importance_sampling(model, x, samples=samples),
        "plain loop": lambda: plain_log_evidence(plain, x, samples),
    }
    if pythae_side.installed:
        theirs = pythae_side.pythae_model(plain, shape)
        contestants["pythae get_nll"] = torch.no_grad()(
            lambda: theirs.get_nll(x, n_samples=samples, batch_size=100)
        )
    return interleaved("evidence, K = 1000", "decodes", samples * count, contestants, rounds)


def encoding(folder: Path | None, rounds: int, compiled: bool) -> Ratios:
    """Encoding 60,000 images, against the bare matrix products of the encoder."""
    data = load(random_images(60_000, (1, 28, 28)), name="random images")
    x = Preprocessing([Scale()], data)(data.take(torch.arange(len(data))))
    model = VAE.of(Bernoulli(data.shape), latent=20, network=MLP_400)
    bare = model.encoder.network.body
    with torch.no_grad():
        contestants = {
            "elbowroom": lambda: posterior_means(model, x),
            "bare forward": torch.inference_mode()(
                lambda: torch.cat([bare(part)[:, :20] for part in x.split(1024)])
            ),
        }
        return interleaved("encoding, MLP", "images", len(x), contestants, rounds)


CONTESTS: dict[str, Callable[[Path | None, int, bool], Ratios]] = {
    function.__name__.replace("_", "-"): function
    for function in (
        training_mlp,
        training_conv,
        command_mlp,
        command_conv,
        evidence,
        encoding,
    )
}
