"""The codes of a model as one vector, whatever its levels: the space that z moves in."""

from dataclasses import dataclass
from math import prod

import torch
from torch import Tensor

from elbowroom.models import LatentModel, Trace


@dataclass(frozen=True)
class CodeSpace:
    """All levels' codes side by side.

    Attributes:
        model: The model.
        shapes: Shape of the code of each level.
    """

    model: LatentModel
    shapes: tuple[tuple[int, ...], ...]

    @classmethod
    def of(cls, model: LatentModel) -> "CodeSpace":
        """Return the code space of a model."""
        return cls(model, model.code_shapes)

    def at(self, index: Tensor | slice) -> "CodeSpace":
        """Return the code space of the model of some of the examples that it is bound to."""
        return CodeSpace(self.model.at(index), self.shapes)

    @property
    def size(self) -> int:
        """Number of values in one code."""
        return sum(map(prod, self.shapes))

    def join(self, codes: tuple[Tensor, ...]) -> Tensor:
        """Put the levels' codes (*lead, *shape) side by side, (*lead, size)."""
        flat = [z.flatten(z.dim() - len(s)) for z, s in zip(codes, self.shapes, strict=True)]
        return torch.cat(flat, -1)

    def split(self, z: Tensor) -> tuple[Tensor, ...]:
        """Take a vector (*lead, size) apart into the levels' codes."""
        parts = z.split([prod(shape) for shape in self.shapes], -1)
        return tuple(
            part.reshape(*z.shape[:-1], *shape)
            for part, shape in zip(parts, self.shapes, strict=True)
        )

    def log_likelihood_and_prior(self, z: Tensor, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return log p(x|z) and log p(z) for codes (*lead, size); no encoder runs."""
        trace = self.model.generate(given=self.split(z))
        return trace.px.log_prob(x), trace.log_p

    def log_prior(self, z: Tensor) -> Tensor:
        """Return log p(z) for codes (*lead, size)."""
        return self.model.generate(given=self.split(z)).log_p

    def log_joint(self, z: Tensor, x: Tensor) -> Tensor:
        """Return log p(x, z)."""
        likelihood, prior = self.log_likelihood_and_prior(z, x)
        return likelihood + prior

    def drawn(self, trace: Trace) -> Tensor:
        """Return the codes of a trace as vectors."""
        return self.join(tuple(level.z for level in trace.levels))
