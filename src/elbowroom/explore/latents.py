"""Codes as the knobs move them: all levels side by side, brought back to where codes lie."""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.distributions import Distribution

from elbowroom.distributions.sphere import unit_sphere
from elbowroom.evidence.codes import CodeSpace
from elbowroom.models import LatentModel


@dataclass(frozen=True)
class Latents:
    """The codes of a model.

    Attributes:
        space: All levels' codes as one vector.
        spherical: Which levels' codes lie on the unit sphere, top first.
    """

    space: CodeSpace
    spherical: tuple[bool, ...]

    @classmethod
    def of(cls, model: LatentModel) -> "Latents":
        """Return the codes of a model; of a conditional one, one that is bound."""
        with torch.inference_mode(), torch.random.fork_rng(devices=[]):
            priors = [level.p for level in model.generate((1,)).levels]
        return cls(CodeSpace.of(model), tuple(map(_on_sphere, priors)))

    def levels(self, z: Tensor) -> tuple[Tensor, ...]:
        """Take vectors (*lead, units) apart; codes of the sphere get length one.

        A knob that is turned alone leaves the sphere, and a decoder knows nothing beside it.
        """
        parts = zip(self.space.split(z), self.spherical, strict=True)
        return tuple(_of_length_one(part) if on_sphere else part for part, on_sphere in parts)

    def place(self, unit: int) -> int:
        """Return the place of a unit's level, from the top."""
        sizes = torch.tensor([torch.Size(shape).numel() for shape in self.space.shapes])
        return int(torch.searchsorted(sizes.cumsum(0), unit, right=True))


def _on_sphere(prior: Distribution) -> bool:
    """Tell whether codes lie on the sphere; a mixture, which does not know, is of R^n."""
    try:
        return prior.support is unit_sphere
    except NotImplementedError:
        return False


def _of_length_one(z: Tensor) -> Tensor:
    length = z.norm(dim=-1, keepdim=True)
    first = torch.zeros_like(z)
    first[..., 0] = 1
    return torch.where(length > 1e-12, z / length.clamp(min=1e-12), first)
