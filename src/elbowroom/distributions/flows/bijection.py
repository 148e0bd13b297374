"""A bijection: an invertible, differentiable map that knows how it stretches volumes."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import cast

from torch import Tensor, nn

from elbowroom.errors import IncompatibleError


class Bijection(nn.Module, ABC):
    """An invertible map of vectors, which may depend on a context.

    Both directions take vectors (*lead, units) and a context (*batch, features), where `batch` is
    the end of `lead`: several draws of one example share its context. Both return the mapped
    vectors and log |det Jacobian| of the direction taken, (*lead), in nats.
    """

    @abstractmethod
    def forward(self, x: Tensor, context: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Map noise towards codes."""

    @abstractmethod
    def inverse(self, y: Tensor, context: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Map codes towards noise.

        Raises:
            IncompatibleError: If that direction is not to be had.
        """


class Chain(Bijection):
    """One bijection after the other: f = f_n o ... o f_1, all with the same context.

    Args:
        links: The bijections, the one nearest to the noise first.
    """

    def __init__(self, links: Iterable[Bijection]) -> None:
        super().__init__()
        self.links = nn.ModuleList(links)

    def forward(self, x: Tensor, context: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Apply all links."""
        total = x.new_zeros(x.shape[:-1])
        for link in self.links:
            x, log_det = link(x, context)
            total = total + log_det
        return x, total

    def inverse(self, y: Tensor, context: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Undo all links, the last one first."""
        total = y.new_zeros(y.shape[:-1])
        for link in reversed(self.links):
            y, log_det = cast(Bijection, link).inverse(y, context)
            total = total + log_det
        return y, total


class Inverse(Bijection):
    """A bijection read backwards, so that its slow direction becomes the other one.

    Args:
        bijection: The bijection.
    """

    def __init__(self, bijection: Bijection) -> None:
        super().__init__()
        self.bijection = bijection

    def forward(self, x: Tensor, context: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Apply the inverse."""
        return self.bijection.inverse(x, context)

    def inverse(self, y: Tensor, context: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Undo the inverse."""
        return self.bijection(y, context)


class OneWay(Bijection):
    """A bijection whose inverse is refused, because nobody should wait for it.

    Args:
        bijection: The bijection.
        reason: Why, and what to use instead.
    """

    def __init__(self, bijection: Bijection, reason: str) -> None:
        super().__init__()
        self.bijection = bijection
        self.reason = reason

    def forward(self, x: Tensor, context: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Apply the bijection."""
        return self.bijection(x, context)

    def inverse(self, y: Tensor, context: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Refuse.

        Raises:
            IncompatibleError: Always.
        """
        raise IncompatibleError(self.reason)
