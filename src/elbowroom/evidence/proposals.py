"""Where codes are drawn from when they are not drawn by the model's own pass.

A proposal draws codes of a block of B examples as vectors of the code space, knows its own
log-density, and says how long a unit of each coordinate is.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import log, log1p, pi
from typing import Protocol

import torch
from torch import Tensor
from torch.distributions import Distribution

from elbowroom.distributions import Ability
from elbowroom.distributions.moments import known_moment
from elbowroom.evidence.codes import CodeSpace
from elbowroom.models import LatentModel, Level, Trace

DEFENSIVE = 0.1
"""Share of a proposal's draws that looks elsewhere, in case that it is wrong."""


class Proposal(Protocol):
    """A distribution over codes for each of B examples."""

    @property
    def scale(self) -> Tensor:
        """Standard deviations of the coordinates, broadcast to (B, size)."""

    def draw(self, samples: int) -> Tensor:
        """Draw codes, (K, B, size)."""

    def log_prob(self, z: Tensor) -> Tensor:
        """Return the log-density of codes, (K, B)."""


@dataclass(frozen=True)
class FromPrior:
    """The model's own prior p(z), the same for all examples.

    Attributes:
        space: Code space of the model.
        examples: Number B of examples.
        scale: Standard deviations of the prior, at codes drawn from it.
    """

    space: CodeSpace
    examples: int
    scale: Tensor

    @classmethod
    def of(cls, space: CodeSpace, examples: int) -> "FromPrior":
        """Return the prior as a proposal for so many examples."""
        return cls(space, examples, prior_scale(space))

    def draw(self, samples: int) -> Tensor:
        """Draw from the prior."""
        return self.space.drawn(self.space.model.generate((samples, self.examples)))

    def log_prob(self, z: Tensor) -> Tensor:
        """Return log p(z)."""
        return self.space.log_prior(z)


@dataclass(frozen=True)
class FromPosterior:
    """q(z|x) of a model with one level whose code is a vector.

    Attributes:
        q: The posterior, of batch shape (B,).
    """

    q: Distribution

    @property
    def scale(self) -> Tensor:
        """Standard deviations of q, or ones where it does not know them."""
        return standard_deviation(self.q)

    def draw(self, samples: int) -> Tensor:
        """Draw from q(z|x)."""
        return self.q.sample(torch.Size((samples,)))

    def log_prob(self, z: Tensor) -> Tensor:
        """Return log q(z|x)."""
        return self.q.log_prob(z)


@dataclass(frozen=True)
class Defended:
    """q(z|x) with a part of the prior, for examples that may become fewer.

        r(z) = (1 - a) q(z|x) + a p(z)

    Where an encoder is sure of the wrong code, its own draws never show it; the prior's do, and
    bound the weights by p(x|z) / a.

    Attributes:
        space: Code space of the model.
        x: Examples, (B, *event).
    """

    space: CodeSpace
    x: Tensor

    def only(self, which: Tensor) -> "Defended":
        """Return the proposals of some of the examples."""
        return Defended(self.space.at(which), self.x[which])

    def draw(self, samples: int) -> Tensor:
        """Draw codes."""
        model = self.space.model
        codes = self.space.join(tuple(level.z for level in model.infer(self.x, samples)))
        defensive = torch.rand(codes.shape[:2], device=codes.device) < DEFENSIVE
        place = defensive.cumsum(0)  # of a defensive draw among those of its example, from 1
        others = self.space.drawn(model.generate((int(place.max()) + 1, len(self.x))))
        others = others.gather(0, place[..., None].expand_as(codes))
        return torch.where(defensive[..., None], others, codes)

    def log_prob(self, z: Tensor) -> Tensor:
        """Return log r(z)."""
        levels = self.space.model.infer(self.x, given=self.space.split(z))
        own = torch.stack([level.log_q for level in levels]).sum(0)
        other = torch.stack([level.log_p for level in levels]).sum(0)
        return torch.logaddexp(log1p(-DEFENSIVE) + own, log(DEFENSIVE) + other)


@dataclass(frozen=True)
class Normal:
    """Independent normal coordinates.

    Attributes:
        mean: (B, size).
        scale: (B, size).
    """

    mean: Tensor
    scale: Tensor

    def only(self, which: Tensor) -> "Normal":
        """Return the distributions of some of the examples."""
        return Normal(self.mean[which], self.scale[which])

    def draw(self, samples: int) -> Tensor:
        """Draw codes."""
        return self.mean + self.scale * torch.randn(
            samples, *self.mean.shape, device=self.mean.device
        )

    def log_prob(self, z: Tensor) -> Tensor:
        """Return the log-density."""
        return self.log_units(z).sum(-1)

    def log_units(self, z: Tensor) -> Tensor:
        """Return the log-density of each coordinate."""
        t = (z - self.mean) / self.scale
        return -0.5 * t.square() - self.scale.log() - 0.5 * log(2 * pi)


def from_encoder(model: LatentModel, x: Tensor, *, moments_from: int = 64) -> Proposal:
    """Return q(z|x), or a normal with the moments of its draws.

    The latter for several levels, and for a posterior without a density at codes that it did not
    draw itself.
    """
    space = CodeSpace.of(model)
    vector = len(space.shapes) == 1 and len(space.shapes[0]) == 1
    if vector and Ability.ANYWHERE in model.abilities:
        return FromPosterior(model(x).levels[0].posterior)
    return moments(model(x, moments_from), space)


def moments(trace: Trace, space: CodeSpace) -> Normal:
    """Return a normal with the mean and variance of q(z|x)."""
    return _total_moments(trace, space, lambda level: level.posterior)


def prior_scale(space: CodeSpace, *, moments_from: int = 64) -> Tensor:
    """Return the prior's standard deviations, (1, size)."""
    # As many codes as examples: of a model that is bound to some, the first again and again.
    trace = space.model.at(torch.zeros(moments_from, dtype=torch.long)).generate((moments_from,))
    return _total_moments(trace, space, lambda level: level.p).scale[None]


def _total_moments(trace: Trace, space: CodeSpace, of: Callable[[Level], Distribution]) -> Normal:
    """Return a normal with the moments over the draws of a trace, by the law of total variance.

    A lower level's distribution depends on the draws above it: its variance is the mean of its
    conditional variances and the variance of its conditional means. At the only level both are
    exact. Where a distribution does not know its moments, those of the draws are taken.
    """
    means = _joined(trace, space, lambda level: known_moment(of(level), "mean"))
    within = _joined(trace, space, lambda level: known_moment(of(level), "variance"))
    if means is None or within is None:
        means = space.drawn(trace)
        within = torch.zeros_like(means)
    variance = within.mean(0) + means.var(0)
    return Normal(means.mean(0), variance.sqrt().clamp(min=1e-4))


def _joined(
    trace: Trace, space: CodeSpace, moment: Callable[[Level], Tensor | None]
) -> Tensor | None:
    """Return a moment of all levels side by side, or None where one of them does not know it."""
    found = [moment(level) for level in trace.levels]
    known = [
        value.expand(level.z.shape)
        for value, level in zip(found, trace.levels, strict=True)
        if value is not None
    ]
    return space.join(tuple(known)) if len(known) == len(found) else None


def standard_deviation(distribution: Distribution) -> Tensor:
    """Return standard deviations, or ones where a distribution does not know them (flows)."""
    variance = known_moment(distribution, "variance")
    return torch.ones_like(distribution.sample()) if variance is None else variance.sqrt()
