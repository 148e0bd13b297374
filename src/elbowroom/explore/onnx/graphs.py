"""What the page asks of a model, as modules that can be written as graphs.

Everything is in the units of the data, an example being a row of numbers: preprocessing and its
inverse are inside. A code is the joined units of all levels.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import TypeAlias

import torch
from torch import Tensor, nn

from elbowroom.distributions import scale_of
from elbowroom.explore.conditions import conditioned
from elbowroom.explore.latents import Latents
from elbowroom.explore.onnx.admitting import Admit
from elbowroom.explore.onnx.conditions import Conditions, conditions_of
from elbowroom.explore.onnx.noise import NoiseGiven, NoiseKept
from elbowroom.explore.onnx.spelt_out import SpeltOut
from elbowroom.explore.seeing import SEED
from elbowroom.metrics import Ruler
from elbowroom.models import LatentModel, Level
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
        self.model = run.model
        self.preprocessing = run.preprocessing
        self.conditions: Conditions | None = conditions_of(run.labelling)
        self.admit = Admit(run.domain)
        self.latents = Latents.of(conditioned(run, 1, None))
        self.notes: list[int] | None = None
        self.kept: list[Tensor] | None = None
        self.columns = 0

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

    def _learn_noise(self) -> None:
        """Answer once, for one row, to learn which random numbers are taken."""
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


class Decode(Graph):
    """Codes z (n, units) to the values that stand for p(x|z), (n, values)."""

    inputs = ("z",)
    outputs = ("x",)

    def answer(self, given: Given) -> tuple[Tensor, ...]:
        """Decode."""
        model = self.bound(given)
        px = model.generate(given=self.latents.levels(given["z"])).px
        return (self.rows(model.likelihood.representative(px)),)


class Turn(Graph):
    """Codes z (n, units), in which a unit of one level was turned, with what follows from it.

    The levels below become what the prior expects of them given those above.

    Args:
        run: The run.
        place: Place of the level, from the top.
    """

    inputs = ("z",)
    outputs = ("x", "turned")

    def __init__(self, run: Run, place: int) -> None:
        super().__init__(run)
        self.place = place

    def answer(self, given: Given) -> tuple[Tensor, ...]:
        """Follow the unit, and decode."""
        model = self.bound(given)
        codes = model.completed(self.latents.levels(given["z"])[: self.place + 1])
        px = model.generate(given=codes).px
        shown = self.rows(model.likelihood.representative(px))
        return shown, self.latents.space.join(codes)


class Draw(Graph):
    """Codes z (n, units) and noise (n, columns) to draws from p(x|z), (n, values)."""

    inputs = ("z", "noise")
    outputs = ("x",)

    def answer(self, given: Given) -> tuple[Tensor, ...]:
        """Decode and draw."""
        model = self.bound(given)
        px = model.generate(given=self.latents.levels(given["z"])).px
        with NoiseGiven(given["noise"], self.notes) as noise:
            x = px.sample()
        self.note(noise)
        return (self.rows(x),)


class Encode(Graph):
    """Raw examples x (n, values) to means and deviations of q(z|x), and to x as it is seen."""

    inputs = ("x",)
    outputs = ("mean", "sd", "seen")
    infers = True

    def answer(self, given: Given) -> tuple[Tensor, ...]:
        """Encode."""
        with NoiseKept(self.kept) as noise:
            seen = self.preprocessing(self.examples(given["x"]))
            levels = self.bound(given).centred(seen)
            mean = self.latents.space.join(tuple(level.z[0] for level in levels))
            spreads = (scale_of(level.posterior).expand(level.z.shape)[0] for level in levels)
            sd = self.latents.space.join(tuple(spreads))
        self.keep(noise)
        return mean, sd, self.rows(seen)


class See(Graph):
    """Raw examples x (n, values) as vectors (n, features) whose distances are those of examples.

    Args:
        run: The run.
        ruler: What measures rows of a table.
    """

    inputs = ("x",)
    outputs = ("features",)

    def __init__(self, run: Run, ruler: Ruler) -> None:
        super().__init__(run)
        self.conditions = None
        self.ruler = ruler

    def answer(self, given: Given) -> tuple[Tensor, ...]:
        """See."""
        with NoiseKept(self.kept) as noise:
            seen = self.preprocessing(self.examples(given["x"]))
        self.keep(noise)
        if self.ruler.scale is None:
            return (seen.flatten(1),)
        return (self.ruler.features(self.preprocessing.inverse(seen)).float(),)


class Score(Graph):
    """A raw example x (1, values) and noise (K, columns) to the terms of its log-likelihood.

    For each of K codes drawn from q(z|x), in nats and in the units of the data:

        log_w       log p(x, z) - log q(z|x), (K,)
        distortion  -log p(x|z), (K,)
        rate        KL(q || p), in closed form where there is one, (K,)
        rates       the rate of each unit, NaN where it does not split, (K, units)
    """

    inputs = ("x", "noise")
    outputs = ("log_w", "distortion", "rate", "rates")
    infers = True

    @property
    def many(self) -> tuple[str, ...]:
        """Draws may be many, the example is one."""
        return ("noise",)

    def answer(self, given: Given) -> tuple[Tensor, ...]:
        """Score."""
        measure = self.model.likelihood.measure
        with NoiseKept(self.kept) as kept:
            seen, jacobian = self.preprocessing.with_log_jacobian(
                self.examples(given["x"]), measure
            )
        with NoiseGiven(given["noise"], self.notes) as noise:
            trace = self.bound(given)(seen, given["noise"].shape[0])
            log_px = trace.log_px + jacobian
            log_w = trace.log_w + jacobian
            rates = self.latents.space.join(tuple(map(_unit_rates, trace.levels)))
            rate = trace.rate
        self.keep(kept)
        self.note(noise)
        return log_w[:, 0], -log_px[:, 0], rate[:, 0], rates[:, 0]


def _unit_rates(level: Level) -> Tensor:
    rates = level.unit_rates
    return torch.full_like(level.z, float("nan")) if rates is None else rates
