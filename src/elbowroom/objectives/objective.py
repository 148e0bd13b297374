"""An objective is a sum of costs, in nats per example.

    loss = sum_i value_i + sum_i own_i

`value` is what the model minimises, `own` what the cost's own parameters (a critic, a multiplier)
minimise. One scalar and one backward serve all players; what keeps them apart is `.detach()`
and functional calls with detached parameters inside each cost.

Every term is a sum over the dimensions of an example and a mean over examples and samples, so
that a weight beta means the same at every image size.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple, cast

from torch import Tensor, nn

from elbowroom.distributions import Ability
from elbowroom.errors import ConfigError, IncompatibleError
from elbowroom.models import LatentModel, Trace

_WITHOUT = {
    Ability.DENSITY: "autoencoder",
    Ability.ANYWHERE: "elbo",
    Ability.FACTORS: "elbo",
}
"""An objective that does without an ability."""


@dataclass(frozen=True, eq=False)
class Cost:
    """What a penalty returns.

    Attributes:
        value: Minimised by the model, scalar.
        own: Minimised by the penalty's own parameters, scalar, or None if it has none.
        logs: Detached scalars worth a curve, by name.
    """

    value: Tensor
    own: Tensor | None = None
    logs: dict[str, Tensor] = field(default_factory=dict)


class Terms(NamedTuple):
    """What an objective returns: the scalar to differentiate, and detached scalars by name."""

    loss: Tensor
    logs: dict[str, Tensor]


class Penalty(nn.Module, ABC):
    """One cost of an objective; penalties add up with `+`.

    Its own parameters, if it has some, are those of `Player`s.

    Attributes:
        requires: What it asks of the model's posterior.
        comparable: Whether its value means the same all through training. What a critic or a
            multiplier says does not; then the last weights are kept, not those of the lowest loss.
        scores_likelihood: Whether it scores x under p(x|z), as the distortion does. Squared errors
            of features and similarities of images say how far a reconstruction is off, too, but
            they are no likelihoods.
        couples_batch: Whether the cost of a batch is no mean of costs of its examples (a
            covariance, an aggregate posterior). Then those of two halves do not average to that of
            the whole: it commutes neither with the accumulation of gradients nor with examples
            being spread over processes.
    """

    requires: frozenset[Ability] = frozenset()
    comparable: bool = True
    scores_likelihood: bool = False
    couples_batch: bool = False

    @property
    def trains_prior(self) -> bool:
        """Whether its gradient reaches the parameters of p(z), as that of a rate does."""
        return Ability.DENSITY in self.requires

    @property
    def price(self) -> Tensor | None:
        """What a nat of it weighs beside the other costs where a multiplier decides that."""
        return None

    def check(self, model: LatentModel) -> None:
        """Refuse a model that this cost makes no sense for.

        Raises:
            IncompatibleError: With the mathematical reason and what to use instead.
        """
        for missing in sorted(self.requires - model.abilities):
            raise IncompatibleError(
                f"{self!r} requires {missing}, which the posterior of this model does not "
                "have: use the diagonal-gaussian posterior, or an objective without that "
                f"cost, such as {_WITHOUT[missing]}"
            )

    @abstractmethod
    def forward(self, model: LatentModel, trace: Trace) -> Cost:
        """Return the cost of one pass."""

    def __add__(self, other: "Penalty | Sum") -> "Sum":
        return Sum(self) + other


class Objective(nn.Module, ABC):
    """What training minimises.

    Attributes:
        comparable: Whether its loss on held-out data tells which weights are the best.
        fits_likelihood: Whether x is scored under p(x|z) at all. Where it is not, what only the
            likelihood has (a learned scale) gets no gradient, and log p(x) is of a model that
            nobody fitted.
        couples_batch: Whether the loss of a batch is no mean over its examples.
    """

    comparable: bool = True
    fits_likelihood: bool = True
    couples_batch: bool = False

    @abstractmethod
    def forward(self, model: LatentModel, x: Tensor) -> Terms:
        """Return the loss of a batch of examples and its parts."""

    @abstractmethod
    def check(self, model: LatentModel) -> None:
        """Refuse a model that this objective makes no sense for.

        Raises:
            IncompatibleError: With the mathematical reason and what to use instead.
        """


class Sum(Objective):
    """The sum of penalties over one pass with `samples` codes for each example.

    Args:
        penalties: What to add up.
        samples: Number of codes drawn for each example.

    Raises:
        ConfigError: If samples is below 1.

    Example:
        >>> from elbowroom import Distortion, Rate, Weighted
        >>> Distortion() + Weighted(4.0, Rate())
        Distortion() + Weighted(4, Rate())
    """

    def __init__(self, *penalties: Penalty, samples: int = 1) -> None:
        super().__init__()
        if samples < 1:
            raise ConfigError(f"samples must be 1 or more, got {samples}")
        self.penalties = nn.ModuleList(penalties)
        parts = [part for part in self.modules() if isinstance(part, Penalty)]
        self.comparable = all(part.comparable for part in parts)
        self.fits_likelihood = any(part.scores_likelihood for part in parts)
        self.couples_batch = any(part.couples_batch for part in parts)
        self.samples = samples

    @property
    def terms(self) -> tuple[Penalty, ...]:
        """The penalties that are added up."""
        return tuple(cast(Iterable[Penalty], self.penalties))

    def forward(self, model: LatentModel, x: Tensor) -> Terms:
        """Add up the costs of one pass."""
        trace = model(x, self.samples)
        costs = [penalty(model, trace) for penalty in self.terms]
        parts = [part for cost in costs for part in (cost.value, cost.own) if part is not None]
        loss = sum(parts[1:], parts[0])
        logs = {name: value for cost in costs for name, value in cost.logs.items()}
        return Terms(loss, {"loss": loss.detach(), **logs})

    def check(self, model: LatentModel) -> None:
        """Refuse a model that a penalty makes no sense for."""
        for penalty in self.terms:
            penalty.check(model)
        if model.learns_prior and not any(penalty.trains_prior for penalty in self.terms):
            raise IncompatibleError(
                f"no cost of {self!r} asks for log p(z), so the parameters of the prior would "
                "never be trained: use an objective with a rate, such as elbo, or one level of "
                "codes with the standard-normal prior, to which a richer one can be fitted after "
                "training (elbowroom refit)"
            )

    def __add__(self, other: "Penalty | Sum") -> "Sum":
        more = other if isinstance(other, Sum) else Sum(other)
        samples = max(self.samples, more.samples)
        return Sum(*self.terms, *more.terms, samples=samples)

    def __repr__(self) -> str:
        text = " + ".join(map(repr, self.terms))
        return text if self.samples == 1 else f"{text}, {self.samples} samples"
