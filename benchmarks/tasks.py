"""A training to time: the same data, layers and batch for every contestant."""

import subprocess
import sys
from dataclasses import dataclass
from time import perf_counter

import torch
from torch import Tensor

from benchmarks import pythae_side
from benchmarks.images import random_images
from benchmarks.plain import PlainLoop, PlainVAE
from benchmarks.timing import Seconds, Work
from elbowroom.allocator import keep_freed_memory
from elbowroom.data import Dataset, Preprocessing, Scale, Threshold, load
from elbowroom.distributions import Bernoulli
from elbowroom.models import VAE
from elbowroom.networks import MLP, Architecture, Conv
from elbowroom.objectives import elbo
from elbowroom.training import Training, fit

MLP_400 = MLP(hidden=(400,))
CONV_64 = Conv(channels=(32, 32, 64, 64), hidden=256)


@dataclass(frozen=True)
class Task:
    """What is trained, and for how long in one timing."""

    data: Dataset
    architecture: Architecture
    latent: int
    batch: int
    epochs: int

    @property
    def examples(self) -> int:
        """Examples that one timing goes through."""
        return len(self.data) * self.epochs

    def ours(self, *, compiled: bool = False) -> Work:
        """Our training loop, with its checks, its log and its snapshots."""
        model = VAE.of(Bernoulli(self.data.shape), latent=self.latent, network=self.architecture)
        settings = Training(
            epochs=self.epochs, batch_size=self.batch, compile=compiled, device="cpu"
        )
        prepare = self._preparation()
        return lambda: fit(model, elbo(), self.data, preprocessing=prepare, settings=settings)

    def plain(self) -> Work:
        """The hand-written loop, on examples prepared before the clock starts."""
        return PlainLoop(self._plain_model(), self._prepared(), self.batch, self.epochs)

    def pythae(self) -> Work:
        """pythae's trainer, on examples prepared before the clock starts."""
        plain = self._plain_model()
        return pythae_side.PythaeLoop(plain, self._prepared(), self.batch, self.epochs)

    def _plain_model(self) -> PlainVAE:
        return PlainVAE(self.architecture, self.data.shape, self.latent)

    def _preparation(self) -> Preprocessing:
        return Preprocessing([Scale(), Threshold()], self.data).fit(self.data)

    def _prepared(self) -> Tensor:
        return self._preparation()(self.data.take(torch.arange(len(self.data))))


def mlp() -> Task:
    """MLP 784-400-400-20 on 28x28 images, batch 128."""
    return Task(load(random_images(12_800, (1, 28, 28)), name="random images"), MLP_400, 20, 128, 8)


def conv() -> Task:
    """Convolutions on 64x64 images, batch 64."""
    return Task(load(random_images(1_280, (1, 64, 64)), name="random images"), CONV_64, 10, 64, 3)


TASKS = {"mlp": mlp, "conv": conv}


def in_process(task: str, who: str) -> Seconds:
    """Time a task in a process of its own, after one round that does not count."""
    command = [sys.executable, "-m", "benchmarks.tasks", task, who]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    return Seconds(run.stdout.split()[-1])


if __name__ == "__main__":
    task, contestant = sys.argv[1:]
    if contestant == "ours":
        keep_freed_memory()  # as the command line does
    work = getattr(TASKS[task](), contestant)()
    work()
    began = perf_counter()
    work()
    print(perf_counter() - began)
