"""What a step of preprocessing is: a map with an inverse, a Jacobian and a set it maps onto."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any, ClassVar

import torch
from torch import Tensor, nn

from elbowroom.data.domain import Domain
from elbowroom.errors import ConfigError, IncompatibleError


class Transform(nn.Module, ABC):
    """One step from raw units towards what the model sees.

    A step is built with its options alone, then bound to the domain of what comes in (`bind`,
    which refuses what makes no sense and sizes the buffers), then fitted where it learns anything.
    State is in buffers, so `state_dict` holds it.

    Class attributes:
        random: The forward map draws afresh at every visit, from torch's global generator.
        redefines: The result is another data set (grey images become binary ones), so evidence
            is not comparable with that of the raw data.
        learns: There is something to fit.
    """

    random: ClassVar[bool] = False
    redefines: ClassVar[bool] = False
    learns: ClassVar[bool] = False

    def __init__(self) -> None:
        super().__init__()
        self._domain: Domain | None = None

    @property
    def domain(self) -> Domain:
        """What comes in.

        Raises:
            ConfigError: The step was not bound yet.
        """
        if self._domain is None:
            raise ConfigError(
                f"{self!r} does not know its data yet: use it in a Preprocessing, or bind it."
            )
        return self._domain

    def bind(self, domain: Domain) -> Domain:
        """Fix what comes in and return what goes out.

        Raises:
            IncompatibleError: This step means nothing for such data; the message says why.
        """
        out = self.out(domain)
        self._domain = domain
        return out

    @abstractmethod
    def out(self, domain: Domain) -> Domain:
        """Return the domain of the results for this domain of inputs.

        Raises:
            IncompatibleError: This step means nothing for such data; the message says why.
        """

    def fit(self, batches: Iterable[Tensor]) -> None:
        """Learn from the training examples, given as this step's inputs; nothing by default."""

    @abstractmethod
    def forward(self, x: Tensor) -> Tensor:
        """Map examples (B, *shape), float32, towards the model."""

    @abstractmethod
    def inverse(self, y: Tensor) -> Tensor:
        """Map the model's means (..., *shape) back to the units that came in."""

    def log_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        """Return log |det dy/dx| for each example in nats, (B,).

        Zero for a map onto levels: a probability mass needs no Jacobian. From levels to real
        numbers, x counts in whole levels (spacing 1), which are the raw units.

        Args:
            x: What came in, (B, *shape).
            y: What went out; a random step needs both.
        """
        return x.new_zeros(x.shape[0])

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.extra_repr()})"

    def extra_repr(self) -> str:
        """Show the options."""
        options = {k: v for k, v in vars(self).items() if not k.startswith("_") and k != "training"}
        return ", ".join(f"{k}={v!r}" for k, v in options.items())


def refuse_outside_unit_interval(step: Transform, domain: Domain) -> None:
    """Raise unless all values of the domain lie in [0, 1].

    Raises:
        IncompatibleError: They do not; the message names the step that would bring them there.
    """
    if not domain.in_unit_interval:
        raise IncompatibleError(
            f"{type(step).__name__} wants values in [0, 1], but these are {domain}. "
            f"Put {'Scale' if domain.levels else 'MinMax(clip=True)'} before it."
        )


def per_example(value: Tensor, x: Tensor) -> Tensor:
    """Sum a value over the dimensions of an example, whether or not it differs by example.

    Args:
        value: (*shape) or (B, *shape) or a scalar, broadcast against x.
        x: (B, *shape), for the sizes.
    """
    return value.expand_as(x).flatten(1).sum(1)


def summarise(batches: Iterable[Tensor], shared: bool) -> dict[str, Tensor]:
    """Return mean, variance (divided by n), min and max of a stream, in float64.

    Chunks are merged by the pairwise update of Chan, Golub & LeVeque (1979), which does not
    cancel: the mean may be a billion times the standard deviation.

    Args:
        batches: (n, *shape) each.
        shared: One number for all dimensions, instead of one each.
    """
    total: Any = None
    for batch in batches:
        x = batch.to(torch.float64)
        x = x.reshape(-1) if shared else x
        n, mean = x.shape[0], x.mean(0)
        part = (n, mean, (x - mean).square().sum(0), x.amin(0), x.amax(0))
        if total is None:
            total = part
            continue
        (n0, mean0, m20, low, high), delta = total, mean - total[1]
        total = (
            n0 + n,
            mean0 + delta * (n / (n0 + n)),
            m20 + part[2] + delta.square() * (n0 * n / (n0 + n)),
            torch.minimum(low, part[3]),
            torch.maximum(high, part[4]),
        )
    n, mean, m2, low, high = total
    return {"mean": mean, "variance": m2 / n, "min": low, "max": high}
