"""The latent units of all levels side by side: what they are called, and what turning one does."""

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

from elbowroom.distributions import mean_of, scale_of
from elbowroom.models import LatentModel

_PRIOR_DRAWS = 4096
"""Draws to take a prior's mean and scale from, where it does not know them."""


class LatentUnits:
    """The units of a model, as reports and the explorer show them.

    Args:
        model: The model.

    Attributes:
        labels: What tells the units apart: their numbers, after that of their level where there
            are several.
        levels: Which units are those of each level, top first.
    """

    def __init__(self, model: LatentModel) -> None:
        self.model = model
        self.labels = model.unit_labels
        ends = np.cumsum(model.units).tolist()
        named = zip(model.level_names, [0, *ends[:-1]], ends, strict=True)
        self.levels: Mapping[str, slice] = {name: slice(a, b) for name, a, b in named}

    @property
    def deep(self) -> bool:
        """Whether there are several levels of codes."""
        return len(self.levels) > 1

    def mapped(self, active: np.ndarray) -> str:
        """Return the level that a map of the codes shows: the topmost that is in use."""
        used = (name for name, part in self.levels.items() if active[part].any())
        return next(used, next(iter(self.levels)))

    def prior(self) -> tuple[np.ndarray, np.ndarray]:
        """Return mean and standard deviation of each unit under the prior, (latent,) both."""
        with torch.inference_mode():
            count = _PRIOR_DRAWS if self.deep else 1
            # As many codes as examples: of a model that is bound to some, the first repeated.
            model = self.model.at(torch.zeros(count, dtype=torch.long))
            top, *below = model.generate((count,)).levels
            moments = [moment(top.p, draws=_PRIOR_DRAWS) for moment in (mean_of, scale_of)]
            drawn = [(level.z.mean(0), level.z.std(0)) for level in below]
            mean, scale = (
                torch.cat([part.flatten() for part in parts])
                for parts in zip(moments, *drawn, strict=True)
            )
        return mean.cpu().numpy(), scale.cpu().numpy()

    def turned(self, code: np.ndarray, unit: int, values: np.ndarray) -> np.ndarray:
        """Return a code with one unit at each of some values, (values, latent).

        The levels below the unit's follow: they are what the prior expects of them.
        """
        codes = np.tile(code, (len(values), 1)).astype(np.float32)
        codes[:, unit] = values
        place = next(n for n, part in enumerate(self.levels.values()) if unit < part.stop)
        with torch.inference_mode():
            above = self.apart(torch.from_numpy(codes))[: place + 1]
            return self.model.joined(self.model.completed(above)).cpu().numpy()

    def apart(self, codes: Tensor) -> tuple[Tensor, ...]:
        """Return the codes of all levels, where the model is."""
        return self.model.apart(codes.to(next(self.model.parameters()).device))
