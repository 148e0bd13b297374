"""The examples that are nearest to one."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from elbowroom.explore.gallery import Gallery
from elbowroom.explore.seeing import seen
from elbowroom.metrics import Ruler

_AT_ONCE = 512


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
        found = torch.cat([
            (self._vectors(x) - sought).square().sum(1).sqrt().cpu()
            for _, x in self.gallery.chunks(_AT_ONCE)
        ])  # fmt: skip
        distances, places = found.topk(min(count, len(found)), largest=False)
        return places.numpy(), distances.float().numpy()

    def _vectors(self, x: Tensor) -> Tensor:
        if self.gallery.data.kind == "image":
            return x.flatten(1)
        with torch.inference_mode():
            raw = self.gallery.run.preprocessing.inverse(x)
        return self.ruler.features(raw.cpu())
