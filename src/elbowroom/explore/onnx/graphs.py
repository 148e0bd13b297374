"""What the page asks of a model: each question as a graph."""

from typing import cast

import torch
from torch import Tensor

from elbowroom.distributions import scale_of
from elbowroom.explore.onnx.graph import Given, Graph
from elbowroom.explore.onnx.noise import NoiseGiven, NoiseKept
from elbowroom.metrics import Ruler
from elbowroom.models import Level
from elbowroom.run import Run


class Decode(Graph):
    """Codes z (n, units) to the values that stand for p(x|z), (n, values)."""

    inputs = ("z",)
    outputs = ("x",)

    def answer(self, given: Given) -> tuple[Tensor, ...]:
        """Decode."""
        return (self.rows(self.model.likelihood.representative(self.px(given))),)


class Chances(Graph):
    """Codes z (n, units) to the probabilities of all choices of columns of names, (n, choices)."""

    inputs = ("z",)
    outputs = ("chances",)

    def answer(self, given: Given) -> tuple[Tensor, ...]:
        """Decode, and ask each column."""
        return (cast(Tensor, self.model.likelihood.chances(self.px(given))),)


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
        px = self.px(given)
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


class OfOne(Graph):
    """A question about draws from q(z|x) of one example x (1, values), by noise (K, columns)."""

    inputs = ("x", "noise")
    infers = True

    @property
    def many(self) -> tuple[str, ...]:
        """Draws may be many, the example is one."""
        return ("noise",)


class Around(OfOne):
    """A raw example x (1, values) and noise (K, columns) to codes drawn from q(z|x), (K, units)."""

    outputs = ("codes",)

    def answer(self, given: Given) -> tuple[Tensor, ...]:
        """Encode and draw."""
        with NoiseKept(self.kept) as kept:
            seen = self.preprocessing(self.examples(given["x"]))
        with NoiseGiven(given["noise"], self.notes) as noise:
            levels = self.bound(given).infer(seen, given["noise"].shape[0])
            codes = self.latents.space.join(tuple(level.z[:, 0] for level in levels))
        self.keep(kept)
        self.note(noise)
        return (codes,)


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


class Score(OfOne):
    """A raw example x (1, values) and noise (K, columns) to the terms of its log-likelihood.

    For each of K codes drawn from q(z|x), in nats and in the units of the data:

        log_w       log p(x, z) - log q(z|x), (K,)
        distortion  -log p(x|z), (K,)
        rate        KL(q || p), in closed form where there is one, (K,)
        rates       the rate of each unit, NaN where it does not split, (K, units)
    """

    outputs = ("log_w", "distortion", "rate", "rates")

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
