"""A question about a model as a module that can be written as a graph.

Everything is in the units of the data, an example being a row of numbers: preprocessing and its
inverse are inside. A code is the joined units of all levels.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import TypeAlias

import torch
from torch import Tensor, nn
from torch.distributions import Distribution

from elbowroom.explore.conditions import conditioned
from elbowroom.explore.latents import Latents
from elbowroom.explore.onnx.admitting import Admit
from elbowroom.explore.onnx.conditions import Conditions, conditions_of
from elbowroom.explore.onnx.noise import NoiseGiven, NoiseKept
from elbowroom.explore.onnx.spelt_out import SpeltOut
from elbowroom.explore.seeing import SEED, drawing
from elbowroom.models import LatentModel
from elbowroom.run import Run

Given: TypeAlias = Mapping[str, Tensor]

_PLENTY = 2**40
"""Columns of noise that no model uses up: of one zero, shown again and again."""


class Graph(nn.Module, ABC):
    """A question about a model.

    Args:
        run: The run whose model it is, on the CPU.

    Attributes:
        inputs: Names of the inputs, without the condition of a conditional model.
        outputs: Names of the outputs.
        infers: Whether q(z|x) is asked for.
        columns: Random numbers in each row of its noise, once `example_inputs` were asked for.
    """

    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    infers = False

    def __init__(self, run: Run) -> None:
        super().__init__()
        self.run = run
        self.model = run.model
        self.preprocessing = run.preprocessing
        self.conditions: Conditions | None = conditions_of(run.labelling)
        self.admit = Admit(run.domain)
        self.latents = Latents.of(conditioned(run, 1, None))
        self.notes: list[int] | None = None
        self.kept: list[Tensor] | None = None
        self.columns = 0
        self.learned = False

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all inputs."""
        return (*self.inputs, *(("condition",) if self.conditions else ()))

    @property
    def many(self) -> tuple[str, ...]:
        """The inputs that may have any number of rows; the others have one."""
        return self.names

    @abstractmethod
    def answer(self, given: Given) -> tuple[Tensor, ...]:
        """Answer, given the inputs by name."""

    def forward(self, *inputs: Tensor) -> tuple[Tensor, ...]:
        """Answer, in steps that graphs have."""
        with SpeltOut():
            return self.answer(dict(zip(self.names, inputs, strict=True)))

    def example_inputs(self, rows: int) -> tuple[Tensor, ...]:
        """Return inputs of the right shapes, having learned which random numbers are taken."""
        self._learn_noise()
        return self._inputs(rows, torch.zeros(rows, self.columns))

    def likely_inputs(self, rows: int, seed: int) -> tuple[Tensor, ...]:
        """Return inputs of the right shapes as a person may make them, by a seed.

        Codes are drawn from the prior, and examples are what the model makes of such codes.
        """
        zeros = self.example_inputs(rows)
        with drawing(seed):
            trace = conditioned(self.run, rows, None).generate((rows,))
            x = self.rows(self.model.likelihood.representative(trace.px))
            drawn = {
                "z": self.latents.space.drawn(trace),
                "x": x,
                "noise": torch.randn(rows, self.columns),
            }
        return tuple(
            drawn.get(name, zero)[: len(zero)] for name, zero in zip(self.names, zeros, strict=True)
        )

    def _learn_noise(self) -> None:
        """Answer once, for one row, to learn which random numbers are taken."""
        if self.learned:
            return
        self.learned = True
        inputs = self._inputs(1, torch.zeros(()).expand(1, _PLENTY))
        with torch.no_grad(), torch.random.fork_rng(devices=[]):
            torch.manual_seed(SEED)
            self(*inputs)

    def _inputs(self, rows: int, noise: Tensor) -> tuple[Tensor, ...]:
        shapes = {
            "z": (self.latents.space.size,),
            "x": (self.preprocessing.domain.size,),
            "condition": (),
        }
        return tuple(
            noise
            if name == "noise"
            else torch.zeros(rows if name in self.many else 1, *shapes[name])
            for name in self.names
        )

    def bound(self, given: Given) -> LatentModel:
        """Return the model, given the conditions if it is conditional."""
        if self.conditions is None:
            return self.model
        return self.model.given(self.conditions(given["condition"]))

    def px(self, given: Given) -> Distribution:
        """Return p(x|z) at the codes z that are given."""
        return self.bound(given).generate(given=self.latents.levels(given["z"])).px

    def examples(self, x: Tensor) -> Tensor:
        """Return rows of raw values as examples that the data could hold."""
        return self.admit(x).reshape(-1, *self.preprocessing.domain.shape)

    def rows(self, x: Tensor) -> Tensor:
        """Return what the model sees or makes as rows of raw values."""
        return self.preprocessing.inverse(x).flatten(1)

    def note(self, noise: NoiseGiven) -> None:
        """Note which random numbers were taken from the noise, if this is the first answer."""
        if self.notes is None:
            self.notes, self.columns = noise.notes, noise.columns

    def keep(self, noise: NoiseKept) -> None:
        """Keep the noise that is the same every time, if this is the first answer."""
        if self.kept is None:
            self.kept = noise.kept
