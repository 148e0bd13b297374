"""The abstract latent-variable model that objectives, evidence and metrics work with."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import replace
from math import prod
from typing import TYPE_CHECKING, TypeAlias

import torch
from torch import Tensor, nn

from elbowroom.distributions import Ability, Likelihood, Space, centre_of
from elbowroom.errors import IncompatibleError
from elbowroom.models.trace import Level, Trace

if TYPE_CHECKING:
    from elbowroom.models.bound import Condition

Codes: TypeAlias = Tensor | tuple[Tensor, ...]
"""The code of each stochastic level, top first; of a model with one level, the code itself."""


def by_level(codes: Codes) -> tuple[Tensor, ...]:
    """Return codes as a tuple with one entry for each level."""
    return codes if isinstance(codes, tuple) else (codes,)


class LatentModel(nn.Module, ABC):
    """A model p(x, z) with an inference model q(z|x)."""

    @property
    @abstractmethod
    def likelihood(self) -> Likelihood:
        """The family of p(x|z)."""

    @property
    @abstractmethod
    def abilities(self) -> frozenset[Ability]:
        """What the posterior can be asked for; costs say which of them they require."""

    @property
    def space(self) -> Space:
        """Where its codes lie."""
        return Space.REAL

    @property
    def learns_prior(self) -> bool:
        """Whether p(z) has parameters that training must reach."""
        return False

    @property
    def condition_size(self) -> int:
        """Number of values in y of a conditional model p(x|y); 0 of any other."""
        return 0

    def given(self, y: Tensor) -> "LatentModel":
        """Return the model of x that a conditional model is given y; the weights are the same.

        Args:
            y: Conditions, a row for each example that it will be called with, (B, c): classes
                one-hot, quantities standardised.

        Raises:
            IncompatibleError: If the model has no condition.
            ShapeError: If y is not of that shape.
        """
        raise IncompatibleError(
            "this model is not conditional, there is nothing to give it: build it with a "
            "condition (VAE.of(..., condition=10), or model.condition = 'labels')"
        )

    def bound_to(self, condition: "Condition") -> "LatentModel":
        """Return the model bound to conditions that may change; itself where it has none."""
        return self

    def at(self, index: Tensor | slice) -> "LatentModel":
        """Return the model of some of the examples that it is bound to; of most models, itself.

        Args:
            index: Which examples: their numbers, or a slice.
        """
        return self

    def check_examples(self, count: int) -> None:
        """Refuse another number of examples than the model is bound to, if it is.

        Raises:
            ShapeError: With both numbers.
        """

    def divided(self, x: Tensor, size: int) -> "Iterator[tuple[LatentModel, Tensor]]":
        """Yield examples in parts of so many, each with the model of these examples."""
        self.check_examples(len(x))
        for start in range(0, len(x), size):
            part = slice(start, start + size)
            yield self.at(part), x[part]

    @abstractmethod
    def forward(self, x: Tensor, samples: int = 1, given: Codes | None = None) -> Trace:
        """Infer codes of x, or score the codes given.

        Args:
            x: Examples as the model sees them, (B, *event).
            samples: Number K of reparametrised codes for each example.
            given: Codes to score instead, (K, B, *latent) for each level.
        """

    def infer(self, x: Tensor, samples: int = 1, given: Codes | None = None) -> tuple[Level, ...]:
        """Infer codes of x, or score the codes given, without decoding them.

        The levels of `forward`'s trace; a model that can leave the decoder out does so here.
        """
        return self(x, samples, given).levels

    @abstractmethod
    def generate(self, shape: tuple[int, ...] = (), given: Codes | None = None) -> Trace:
        """Draw codes from the prior, or take the codes given, and decode them; no encoder runs.

        Args:
            shape: Shape of the batch of codes to draw.
            given: Codes to decode instead, (*shape, *latent) for each level; where only those of
                the topmost levels are given, the levels below are drawn.
        """

    def centred(self, x: Tensor) -> tuple[Level, ...]:
        """Infer codes that are the means of their posteriors, K = 1, each given such codes."""
        return tuple(
            replace(level, z=centre_of(level.posterior)[None], drawn_log_q=None)
            for level in self.infer(x)
        )

    def completed(self, given: Codes) -> tuple[Tensor, ...]:
        """Return codes of all levels: those given of the topmost, below them the prior's means.

        Args:
            given: (*lead, *latent) for each of the topmost levels; no encoder runs.
        """
        codes = by_level(given)
        while len(codes) < len(self.code_shapes):
            codes = (*codes, centre_of(self.generate(given=codes).levels[len(codes)].p))
        return codes

    def joined(self, codes: Iterable[Tensor]) -> Tensor:
        """Put the codes of all levels (*lead, *latent) side by side, (*lead, units)."""
        shapes = zip(codes, self.code_shapes, strict=True)
        return torch.cat([z.flatten(z.dim() - len(shape)) for z, shape in shapes], -1)

    def apart(self, z: Tensor) -> tuple[Tensor, ...]:
        """Take vectors (*lead, units) apart into the codes of all levels."""
        parts = zip(z.split(self.units, -1), self.code_shapes, strict=True)
        return tuple(part.reshape(*z.shape[:-1], *shape) for part, shape in parts)

    @property
    def code_shapes(self) -> tuple[tuple[int, ...], ...]:
        """Shape of the code of each level, top first."""
        with torch.no_grad(), torch.random.fork_rng(devices=[]):
            levels = self.generate((1,)).levels
        return tuple(tuple(level.z.shape[1:]) for level in levels)

    @property
    def units(self) -> tuple[int, ...]:
        """Number of latent units of each level, top first."""
        return tuple(map(prod, self.code_shapes))

    @property
    def latent(self) -> int:
        """Number of latent units that x is decoded from."""
        return sum(self.units)

    @property
    def level_names(self) -> tuple[str, ...]:
        """What the levels are called, top first: z_L, ..., z_1; z where there is one."""
        depth = len(self.code_shapes)
        return tuple(f"z{n}" for n in range(depth, 0, -1)) if depth > 1 else ("z",)

    @property
    def unit_labels(self) -> tuple[str, ...]:
        """What tells the units of all levels apart: 0, 1, ... of one level, else 2_0, 2_1, ..."""
        depth, units = len(self.units), self.units
        if depth == 1:
            return tuple(map(str, range(units[0])))
        return tuple(f"{depth - place}_{n}" for place in range(depth) for n in range(units[place]))

    def start_at(self, x: Tensor) -> "LatentModel":
        """Start from examples, where a part can: once, before training.

        Args:
            x: Training examples as the model sees them, (N, *event).
        """
        return self

    @property
    def event_shape(self) -> tuple[int, ...]:
        """Shape of one example."""
        return self.likelihood.event_shape
