"""Images to time on: MNIST from a folder of IDX files if there is one, else random ones."""

from pathlib import Path

import torch
from torch import Tensor

from elbowroom.data import Dataset, load


def mnist(folder: Path | None, count: int) -> Dataset:
    """Return up to `count` 28x28 grey images; random pixels take just as long to compute on."""
    if folder is not None:
        return load(folder).subset(torch.arange(count))
    return load(random_images(count, (1, 28, 28)), name="random images")


def random_images(count: int, shape: tuple[int, int, int]) -> Tensor:
    """Return random 8-bit images, (count, *shape)."""
    generator = torch.Generator().manual_seed(0)
    return torch.randint(0, 256, (count, *shape), generator=generator, dtype=torch.uint8)
