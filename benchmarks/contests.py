"""What is timed: training, evidence, encoding."""

from collections.abc import Callable
from pathlib import Path

import torch

from benchmarks import pythae_side
from benchmarks.images import mnist, random_images
from benchmarks.plain import PlainLoop, PlainVAE, plain_log_evidence
from benchmarks.timing import Ratios, interleaved
from elbowroom.data import Dataset, Preprocessing, Scale, Threshold, load
from elbowroom.distributions import Bernoulli
from elbowroom.evidence import importance_sampling
from elbowroom.metrics import posterior_means
from elbowroom.models import VAE
from elbowroom.networks import MLP, Architecture, Conv
from elbowroom.objectives import elbo
from elbowroom.training import Training, fit

MLP_400 = MLP(hidden=(400,))
CONV_64 = Conv(channels=(32, 32, 64, 64), hidden=256)


def training_mlp(folder: Path | None, rounds: int, compiled: bool) -> Ratios:
    """MLP 784-400-400-20, batch 128, Bernoulli on thresholded 28x28 images."""
    return _training("training, MLP 784-400-400-20, batch 128", mnist(folder, 25_600), MLP_400,
                     20, 128, rounds, compiled)  # fmt: skip


def training_conv(folder: Path | None, rounds: int, compiled: bool) -> Ratios:
    """Convolutions on 64x64 images, batch 64."""
    data = load(random_images(1_280, (1, 64, 64)), name="random images")
    return _training("training, conv 64x64, batch 64", data, CONV_64, 10, 64, rounds, compiled)


def _training(
    name: str, data: Dataset, architecture: Architecture, latent: int, batch: int, rounds: int,
    compiled: bool,
) -> Ratios:  # fmt: skip
    prepare = Preprocessing([Scale(), Threshold()], data).fit(data)
    x = prepare(data.take(torch.arange(len(data))))
    contestants: dict[str, Callable[[], object]] = {
        "elbowroom": _our_loop(data, prepare, architecture, latent, batch, False),
        "plain loop": PlainLoop(PlainVAE(architecture, data.shape, latent), x, batch),
    }
    if pythae_side.installed:
        plain = PlainVAE(architecture, data.shape, latent)
        contestants["pythae"] = pythae_side.PythaeLoop(plain, x, batch)
    if compiled:
        ours = _our_loop(data, prepare, architecture, latent, batch, True)
        contestants["elbowroom, compiled"] = ours
    return interleaved(name, "examples", len(data), contestants, rounds)


def _our_loop(
    data: Dataset, prepare: Preprocessing, architecture: Architecture, latent: int, batch: int,
    compiled: bool,
) -> Callable[[], object]:  # fmt: skip
    model = VAE.of(Bernoulli(data.shape), latent=latent, network=architecture)
    settings = Training(epochs=1, batch_size=batch, compile=compiled, device="cpu")
    return lambda: fit(model, elbo(), data, preprocessing=prepare, settings=settings)


def evidence(folder: Path | None, rounds: int, compiled: bool) -> Ratios:
    """Importance sampling with K = 1000 on the MLP."""
    shape, samples, count = (1, 28, 28), 1000, 100
    data = mnist(folder, count)
    x = Preprocessing([Scale(), Threshold()], data)(data.take(torch.arange(count)))
    model = VAE.of(Bernoulli(shape), latent=20, network=MLP_400)
    plain = PlainVAE(MLP_400, shape, 20)
    contestants: dict[str, Callable[[], object]] = {
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
    for function in (training_mlp, training_conv, evidence, encoding)
}
