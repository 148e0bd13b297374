"""How far reconstructions are from their examples, in the data's own units."""

from dataclasses import dataclass
from math import sqrt

import numpy as np
import torch
from torch import Tensor

from elbowroom.metrics.ruler import Ruler


@dataclass(frozen=True)
class ReconstructionError:
    """Root mean squared error over examples and dimensions.

    Attributes:
        value: RMSE, in the units of the data.
        error: Its standard error over examples.
        examples: Number of examples.
    """

    value: float
    error: float
    examples: int

    @classmethod
    def between(cls, originals: Tensor, made: Tensor) -> "ReconstructionError":
        """Compare examples with their reconstructions, both (N, ...), in the data's units.

        Example:
            >>> ReconstructionError.between(torch.zeros(2, 4), torch.ones(2, 4)).value
            1.0
        """
        squared = (originals.double() - made.double()).square().flatten(1).mean(1)
        value = sqrt(float(squared.mean()))
        spread = float(squared.std()) / sqrt(len(squared)) if len(squared) > 1 else float("nan")
        # Delta method: d sqrt(m) = dm / (2 sqrt(m)).
        return cls(value, spread / (2 * value) if value else 0.0, len(squared))


class PCABaseline:
    """Principal components of the same number as latent units: what people would use instead.

    Args:
        train: Training examples, raw, (N, ...).
        components: Number of components; at most as many as there are dimensions or examples.
        seed: Seed of the randomised solver for large data.
        ruler: What distances between examples are measured with; the components are those of the
            largest distances. Plain differences when not given.
    """

    def __init__(
        self, train: Tensor, components: int, *, seed: int = 0, ruler: Ruler | None = None
    ) -> None:
        from sklearn.decomposition import PCA

        self.ruler = ruler or Ruler()
        flat = self.ruler.features(train).numpy()
        self.components = min(components, *flat.shape)
        self.pca = PCA(self.components, random_state=seed).fit(flat)

    def encode(self, x: Tensor) -> np.ndarray:
        """Return the codes of raw examples, (N, components)."""
        return self.pca.transform(self.ruler.features(x).numpy())

    def reconstruct(self, x: Tensor) -> Tensor:
        """Return the reconstructions of raw examples, in their shape."""
        made = torch.from_numpy(self.pca.inverse_transform(self.encode(x)))
        return self.ruler.restore(made, x.shape)

    def error(self, x: Tensor) -> ReconstructionError:
        """Return the reconstruction error on raw examples."""
        return ReconstructionError.between(x, self.reconstruct(x))
