"""A few examples that a picture is about: what they are, and where the model puts them."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Self

import numpy as np
import torch

from elbowroom.data import Dataset
from elbowroom.distributions import scale_of
from elbowroom.using.labelled import model_of

if TYPE_CHECKING:
    from elbowroom.report.material import Material


@dataclass(frozen=True, eq=False)
class Chosen:
    """Examples with their codes, in the order in which they were chosen.

    Attributes:
        material: What the report is about.
        originals: The examples as the model sees them, in raw units, (n, *shape).
        codes: Means of q(z|x), (n, latent).
        scales: Standard deviations of q(z|x), (n, latent); 0 where the code has no noise.
        conditions: What a conditional model is given with each, (n, c), or None.
    """

    material: "Material"
    originals: np.ndarray
    codes: np.ndarray
    scales: np.ndarray
    conditions: np.ndarray | None

    @classmethod
    def of(cls, material: "Material", data: Dataset) -> Self:
        """Encode examples.

        Args:
            material: What the report is about.
            data: The examples, raw.
        """
        labelling = material.run.labelling
        x, model = material.seen(data), model_of(material.run, data)
        with torch.random.fork_rng(), torch.inference_mode():
            torch.manual_seed(0)
            levels = model.centred(x)
            codes = model.joined(level.z[0] for level in levels)
            scales = model.joined(
                scale_of(level.posterior).expand(level.z.shape)[0] for level in levels
            )
        return cls(
            material,
            material.raw(x),
            codes.cpu().numpy(),
            scales.cpu().numpy(),
            None if labelling is None else labelling.encode(labelling.read(data)).numpy(),
        )

    @cached_property
    def made(self) -> np.ndarray:
        """What the model makes of the codes, (n, *shape), in raw units."""
        return self.material.decode(self.codes, self.conditions)

    def condition(self, number: int) -> np.ndarray | None:
        """Return what the model is given with one of them, (c,), or None."""
        return None if self.conditions is None else self.conditions[number]
