"""The examples that are nearest to one."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from torch import Tensor

from elbowroom.explore.gallery import Gallery
from elbowroom.explore.seeing import seen
from elbowroom.metrics import Ruler

_AT_ONCE = 512
_KEPT = 2**28
"""Bytes of what is compared that are kept at most; the rest is made again each time."""


@dataclass(frozen=True, eq=False)
class Neighbours:
    """Finds the examples of a gallery that are nearest to one.

    Distances are Euclidean: of images between what the model sees of them; of tables between
    columns in standard deviations, where two unlike categories are 1 apart.

    Args:
        gallery: The examples.
        ruler: What measures rows of a table.
    """

    gallery: Gallery
    ruler: Ruler

    def nearest(self, raw: Tensor, count: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the nearest examples and how far they are, the nearest first.

        Args:
            raw: An example, (1, *shape).
            count: How many; no more than there are.

        Returns:
            Places in the gallery, int64 (count,), and distances (count,).
        """
        [sought] = self._vectors(seen(self.gallery.run, raw))
        places = torch.arange(len(self._kept), len(self.gallery)).split(_AT_ONCE)
        others = (self._vectors_at(part) for part in places if len(part))
        found = torch.cat([
            (part - sought).square().sum(1).sqrt().cpu()
            for part in (*self._kept.split(_AT_ONCE), *others)
        ])  # fmt: skip
        distances, nearest = found.topk(min(count, len(found)), largest=False)
        return nearest.numpy(), distances.float().numpy()

    @cached_property
    def _kept(self) -> Tensor:
        """What is compared of the first examples, of as many as there is room for, (n, values)."""
        room = max(_KEPT // self._vectors_at(torch.tensor([0])).nbytes, 1)
        places = torch.arange(min(room, len(self.gallery))).split(_AT_ONCE)
        return torch.cat([self._vectors_at(part) for part in places])

    def _vectors_at(self, places: Tensor) -> Tensor:
        return self._vectors(seen(self.gallery.run, self.gallery.raw(places)))

    def _vectors(self, x: Tensor) -> Tensor:
        if self.gallery.data.kind == "image":
            return x.flatten(1)
        with torch.inference_mode():
            raw = self.gallery.run.preprocessing.inverse(x)
        return self.ruler.features(raw.cpu())
