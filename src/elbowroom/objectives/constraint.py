"""A cost under a bound, by a multiplier that looks for its own value.

Minimise f subject to v <= C, with the Lagrangian f + lambda (v - C), lambda >= 0. At the solution
the Karush-Kuhn-Tucker conditions hold: either v = C, and lambda is the price of the bound, so that
minimising f + lambda v with that number as a fixed weight gives the same point; or v < C and
lambda = 0, and the bound did not matter.

    distortion subject to rate <= delta    Lagrangian(Distortion(), Constrained(Rate(), delta))
    rate subject to distortion <= kappa    Lagrangian(Rate(), Constrained(Distortion(), kappa))

The first is the constraint that beta-VAE (Higgins et al. 2017) was derived from, and its lambda is
beta; the second is GECO (Rezende & Viola 2018), and its lambda is 1 / beta.

**How lambda moves.** The multiplier is a parameter of its own player, its logarithm, and ascends:

    e            = moving average of (v - C) / scale, times max(lambda, 1)
    log lambda   <- log lambda + rate * e / (1 + |e|)                     the optimiser's step
    weight of v  = lambda * exp(damping * tanh(e))

Steps of the logarithm take as long from 0.01 as from 100, and are small once the bound is nearly
met. A large lambda makes a violation count in the nats of f, of which it is many, because v then
hardly answers to lambda (dv = -df / lambda). Alone such steps overshoot: the model answers to
another weight only after some hundred steps, in which lambda moves on, and the two then circle each
other. The last line answers to a violation at once and is gone when the bound is met (a
proportional term beside the integral one, as in Stooke, Achiam, Abbeel 2020, 'Responsive Safety in
Reinforcement Learning by PID Lagrangian Methods').

**Why it is divided.** While lambda travels, the gradient of f + lambda v changes its size a hundred
times over, and Adam, which divides by the size that gradients had in the last thousand steps, all
but stops when lambda comes down. `Lagrangian` therefore is (f + lambda (v - C)) / (1 + lambda).
"""

from collections.abc import Iterable
from math import isfinite, log
from typing import cast

import torch
from torch import Tensor, nn

from elbowroom.distributions import Ability
from elbowroom.errors import ConfigError
from elbowroom.models import LatentModel, Trace
from elbowroom.objectives.objective import Cost, Penalty
from elbowroom.objectives.player import Player

_RANGE = (1e-3, 1e3)
"""Values of a multiplier: the low end is as good as zero, and not too far to come back from."""


class Multiplier(Player):
    """A Lagrange multiplier, kept as its logarithm.

    Args:
        initial: Its value at the start.

    Raises:
        ConfigError: If the value is out of range.
    """

    role = "multiplier"

    def __init__(self, initial: float) -> None:
        super().__init__()
        low, high = _RANGE
        if not low <= initial <= high:
            raise ConfigError(f"a multiplier starts between {low:g} and {high:g}, got {initial}")
        self.log_value = nn.Parameter(torch.tensor(log(initial)))

    def forward(self) -> Tensor:
        """Return its value, a scalar."""
        return self.log_value.exp()

    def ascent(self, violation: Tensor) -> Tensor:
        """Return the cost whose descent raises the multiplier by a violation, within its range."""
        low, high = map(log, _RANGE)
        value = self.log_value.detach()
        outwards = ((value <= low) & (violation < 0)) | ((value >= high) & (violation > 0))
        return -self.log_value * violation.masked_fill(outwards, 0.0)


class Constrained(Penalty):
    """A cost that is to stay at or below a bound: lambda (v - C).

    Args:
        penalty: The cost v, in nats per example.
        bound: The bound C, of the mean over examples.
        initial: The multiplier at the start.
        damping: How strongly the weight answers to a violation at once; 0 for not at all.
        memory: Decay of the moving average of the violation, by steps.
        scale: Violation, in nats, at which the multiplier moves at half its full rate; a tenth of
            the bound but 2 at least when not given.

    Raises:
        ConfigError: If an option is out of range.

    Example:
        >>> from elbowroom import Rate
        >>> Constrained(Rate(), 10.0)
        Constrained(Rate(), 10)
    """

    comparable = False

    def __init__(
        self,
        penalty: Penalty,
        bound: float,
        *,
        initial: float = 1.0,
        damping: float = 1.0,
        memory: float = 0.9,
        scale: float | None = None,
    ) -> None:
        super().__init__()
        scale = max(2.0, 0.1 * abs(bound)) if scale is None else scale
        if not (isfinite(bound) and scale > 0 and damping >= 0 and 0 <= memory < 1):
            raise ConfigError(
                "a constraint needs a finite bound, scale > 0, damping >= 0 and 0 <= memory < 1, "
                f"got bound={bound}, scale={scale}, damping={damping}, memory={memory}"
            )
        self.penalty = penalty
        self.requires = penalty.requires
        self.bound, self.scale = float(bound), float(scale)
        self.damping, self.memory = float(damping), float(memory)
        self.multiplier = Multiplier(initial)
        self.violation: Tensor
        self.register_buffer("violation", torch.zeros(()))

    @property
    def trains_prior(self) -> bool:
        """Whether the cost's gradient reaches the parameters of p(z)."""
        return self.penalty.trains_prior

    def check(self, model: LatentModel) -> None:
        """Refuse a model that the cost makes no sense for."""
        self.penalty.check(model)

    @property
    def price(self) -> Tensor:
        """What a nat of the cost weighs now: the multiplier, answering to the violation."""
        return self.multiplier().detach() * (self.damping * self._felt().tanh()).exp()

    def forward(self, model: LatentModel, trace: Trace) -> Cost:
        """Return the weighted violation, and the multiplier's own cost."""
        cost = self.penalty(model, trace)
        excess = cost.value - self.bound
        if self.training:
            self._remember(excess.detach())
        own = self.multiplier.ascent(self._felt())
        name = type(self.penalty).__name__.lower()
        logs = {
            **cost.logs,
            f"{name}_multiplier": self.multiplier().detach(),
            f"{name}_violation": excess.detach(),
        }
        return Cost(self.price * excess, own if cost.own is None else own + cost.own, logs)

    def _felt(self) -> Tensor:
        """Return the violation that counts, without a unit."""
        return self.violation * self.multiplier().detach().clamp(min=1.0)

    @torch.no_grad()
    def _remember(self, excess: Tensor) -> None:
        self.violation.lerp_(excess / self.scale, 1 - self.memory)

    def __repr__(self) -> str:
        return f"Constrained({self.penalty!r}, {self.bound:g})"


class Lagrangian(Penalty):
    """Costs and costs under a bound as one: (f + lambda (v - C)) / (1 + lambda).

    Args:
        penalties: The costs f and the constraints, in any order; the divisor is one more than the
            sum of all multipliers.

    Example:
        >>> from elbowroom import Distortion, Rate
        >>> Lagrangian(Distortion(), Constrained(Rate(), 10.0))
        Lagrangian(Distortion() + Constrained(Rate(), 10))
    """

    comparable = False

    def __init__(self, *penalties: Penalty) -> None:
        super().__init__()
        self.penalties = nn.ModuleList(penalties)
        self.requires = frozenset[Ability]().union(*(penalty.requires for penalty in penalties))

    @property
    def terms(self) -> tuple[Penalty, ...]:
        """The costs, with and without a bound."""
        return tuple(cast(Iterable[Penalty], self.penalties))

    @property
    def trains_prior(self) -> bool:
        """Whether the gradient of one of the costs reaches the parameters of p(z)."""
        return any(penalty.trains_prior for penalty in self.terms)

    def check(self, model: LatentModel) -> None:
        """Refuse a model that a cost makes no sense for."""
        for penalty in self.terms:
            penalty.check(model)

    def forward(self, model: LatentModel, trace: Trace) -> Cost:
        """Return the weighted mean of the costs, and the multipliers' own costs."""
        costs = [penalty(model, trace) for penalty in self.terms]
        every = [part.price for part in self.terms]
        prices = [price for price in every if price is not None]
        value = torch.stack([cost.value for cost in costs]).sum()
        own = [cost.own for cost in costs if cost.own is not None]
        logs = {name: log for cost in costs for name, log in cost.logs.items()}
        divisor = 1 + torch.stack(prices).sum() if prices else 1.0
        return Cost(value / divisor, torch.stack(own).sum() if own else None, logs)

    def __repr__(self) -> str:
        return f"Lagrangian({' + '.join(map(repr, self.terms))})"
