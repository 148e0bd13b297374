"""VAE-GAN beside a VAE of the same networks: sharper, and further off in every pixel.

python -m benchmarks.vae_gan /usr/share/datasets/fashion-mnist --out docs/figures/vae-gan.png

Trains both on 10,000 images of Fashion-MNIST (Debian's package dataset-fashion-mnist) with the same
encoder, decoder, likelihood, batches and number of steps, and measures on test images:

    RMSE        of reconstructions from the posterior mean, in units of the span of a pixel
    sharpness   variance of the Laplacian over an image, its mean over images relative to that of
                the test images (of reconstructions and of samples); 1 is as sharp as the data
    Frechet     squared distance of reconstructions and of samples to test images, in the features
                of a small classifier of the training images, extrapolated to infinitely many;
                noise raises the sharpness, and this tells whether it is the data's

Both train with a cosine decay and an average of weights (decay 0.995), which a GAN needs.

Errors are one standard error over images. Samples are means of p(x|z) at codes from the prior.
"""

from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from time import process_time

import torch
from cyclopts import App
from torch import Tensor

from elbowroom.allocator import keep_freed_memory
from elbowroom.data import Dataset, Preprocessing, Scale, load
from elbowroom.distributions import Gaussian
from elbowroom.metrics import ReconstructionError
from elbowroom.metrics.sample_quality import OwnFeatures, frechet_distance_own_features
from elbowroom.models import VAE
from elbowroom.networks import Conv
from elbowroom.objectives import Objective, elbo
from elbowroom.objectives.recipes import vae_gan
from elbowroom.training import Training, fit
from elbowroom.training.events import EpochEnded, Event

TRAIN, TEST, LATENT, SHOWN = 10_000, 2_000, 16, 12
NETWORK = Conv(channels=(16, 32), hidden=128)
CRITIC = Conv(channels=(32, 64), hidden=128, activation="leaky-relu")

app = App(name="python -m benchmarks.vae_gan", help=__doc__)


@dataclass(frozen=True)
class Made:
    """What a trained model makes, (N, C, H, W) between 0 and 1, and what it took."""

    rebuilt: Tensor
    drawn: Tensor
    seconds: float


@dataclass(frozen=True)
class Ratio:
    """A ratio of two means over images, with its standard error."""

    value: float
    error: float

    @classmethod
    def between(cls, above: Tensor, below: Tensor, *, paired: bool) -> "Ratio":
        """Divide the means, with the error by the delta method."""
        value = float(above.mean() / below.mean())
        if paired:
            spread = float((above - value * below).std()) / sqrt(len(above))
        else:
            spread = sqrt(float(above.var() / len(above) + value**2 * below.var() / len(below)))
        return cls(value, spread / float(below.mean()))


def sharpness(images: Tensor) -> Tensor:
    """Return the variance of the Laplacian over each image, (N,)."""
    kernel = torch.tensor([[0.0, 1.0, 0.0], [1.0, -4.0, 1.0], [0.0, 1.0, 0.0]])[None, None]
    return torch.nn.functional.conv2d(images, kernel).flatten(1).var(1)


def trained(objective: Objective, train: Dataset, x: Tensor, settings: Training) -> Made:
    """Train a model and let it rebuild the test images and draw as many samples."""
    shape = train.shape
    preprocessing = Preprocessing([Scale()], train).fit(train)
    torch.manual_seed(settings.seed)
    model = VAE.of(Gaussian(shape, initial=0.1), latent=LATENT, network=NETWORK)
    start = process_time()
    fit(model, objective, train, preprocessing=preprocessing, settings=settings, observers=[say])
    seconds = process_time() - start
    with torch.no_grad():
        torch.manual_seed(settings.seed)
        rebuilt = model.generate(given=model.infer(x)[0].posterior.mean).px.mean
        drawn = model.generate((len(x),)).px.mean
    return Made(rebuilt.clamp(0, 1), drawn.clamp(0, 1), seconds)


def say(event: Event) -> None:
    """Print the terms at the end of each epoch."""
    if isinstance(event, EpochEnded):
        terms = " ".join(f"{name} {value:.3f}" for name, value in event.train.items())
        print(f"epoch {event.epoch}: {terms}", flush=True)


def lines(name: str, made: Made, x: Tensor, features: OwnFeatures) -> list[str]:
    """Say what was measured of a model."""
    error = ReconstructionError.between(x, made.rebuilt)
    rebuilt = Ratio.between(sharpness(made.rebuilt), sharpness(x), paired=True)
    drawn = Ratio.between(sharpness(made.drawn), sharpness(x), paired=False)
    distances = [
        frechet_distance_own_features(x.numpy(), some.numpy(), features=features).extrapolated
        for some in (made.rebuilt, made.drawn)
    ]
    frechet = [f"{distance.value:.1f} +- {distance.error:.1f}" for distance in distances]
    return [
        f"{name}: {made.seconds:.0f} s of CPU",
        f"  RMSE of reconstructions       {error.value:.4f} +- {error.error:.4f}",
        f"  sharpness of reconstructions  {rebuilt.value:.3f} +- {rebuilt.error:.3f}",
        f"  sharpness of samples          {drawn.value:.3f} +- {drawn.error:.3f}",
        f"  Frechet of reconstructions    {frechet[0]}",
        f"  Frechet of samples            {frechet[1]}",
    ]


def draw(x: Tensor, both: dict[str, Made], out: Path) -> None:
    """Draw originals, reconstructions and samples, one row each."""
    from matplotlib.figure import Figure

    rows = {"test images": x}
    rows |= {f"{name}\nreconstructions": made.rebuilt for name, made in both.items()}
    rows |= {f"{name}\nsamples": made.drawn for name, made in both.items()}
    figure = Figure(figsize=(9, 4.1), layout="constrained")
    axes = figure.subplots(len(rows), 1)
    for axis, (name, images) in zip(axes, rows.items(), strict=True):
        row = images[:SHOWN, 0].permute(1, 0, 2).flatten(1)
        axis.imshow(row, cmap="gray", vmin=0, vmax=1, interpolation="nearest")
        axis.set_ylabel(name, rotation=0, ha="right", va="center", fontsize=9)
        axis.set(xticks=[], yticks=[])
        for spine in axis.spines.values():
            spine.set_visible(False)
    out.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(out, dpi=130)


@app.default
def main(
    images: Path,
    *,
    out: Path = Path("docs/figures/vae-gan.png"),
    epochs: int = 16,
    gamma: float = 0.02,
    critic_learning_rate: float = 5e-4,
    noise: float = 0.2,
    seed: int = 0,
) -> None:
    """Train, measure and draw both.

    Args:
        images: Folder with the IDX files.
        out: Where to draw the figure.
        epochs: Passes through the training images, for each of the two.
        gamma: VAE-GAN's weight of likeness against fooling the critic.
        critic_learning_rate: Step size of the critic.
        noise: Standard deviation of the noise on what the critic judges.
        seed: Seed of everything random.
    """
    torch.set_num_threads(1)
    keep_freed_memory()
    data = load(images)
    train = data.subset(torch.arange(TRAIN))
    test = data.subset(torch.arange(len(data) - TEST, len(data)))
    x = test.take(torch.arange(TEST)) / 255
    settings = Training(
        epochs=epochs,
        batch_size=64,
        critic_learning_rate=critic_learning_rate,
        decay="cosine",
        ema=0.995,
        seed=seed,
    )
    adversarial = vae_gan(train.shape, gamma=gamma, noise=noise, critic=CRITIC)
    objectives = {"VAE": elbo(), "VAE-GAN": adversarial}
    both = {name: trained(objective, train, x, settings) for name, objective in objectives.items()}
    features = OwnFeatures.learn(
        train.take(torch.arange(TRAIN)).numpy() / 255, train.labels[:TRAIN], seed=seed
    )
    print(f"{TRAIN:,} training images, {epochs} epochs of batches of 64, seed {seed}")
    for name, made in both.items():
        print("\n".join(lines(name, made, x, features)))
    squared = [(made.rebuilt - x).square().flatten(1).mean(1) for made in both.values()]
    ratio = Ratio.between(squared[1], squared[0], paired=True)
    print(f"squared error of VAE-GAN over that of the VAE: {ratio.value:.3f} +- {ratio.error:.3f}")
    draw(x, both, out)


if __name__ == "__main__":
    app()
