"""Autoregressive bijections: each unit is mapped by what the units before it say.

The units are in groups, and the map of a unit in group g has parameters that depend on the input's
units in earlier groups, so that the Jacobian is triangular:

    y_i = t(x_i; c_i(x_<g(i), h)),    log |det dy/dx| = sum_i log t'(x_i)

Two methods are the same map with other groups. With a group for each unit it is the masked
autoregressive flow (Papamakarios et al. 2017) or, read in the other direction, the inverse
autoregressive flow (Kingma et al. 2016). With two groups it is a coupling (Dinh et al. 2017) that
also maps the units it is conditioned on, each by itself. One direction takes one pass through the
conditioner, the other as many as there are groups.
"""

from collections.abc import Callable

from torch import Tensor

from elbowroom.distributions.flows.bijection import Bijection, Chain
from elbowroom.distributions.flows.conditioner import Conditioner
from elbowroom.distributions.flows.elementwise import TRANSFORMS, Elementwise, TransformName
from elbowroom.errors import ConfigError

Grouping = Callable[[int, int], tuple[int, ...]]
"""From the number of units and the place of a layer to the group of each unit."""


class Autoregressive(Bijection):
    """Map each unit by what the units of earlier groups, and the context, say.

    Args:
        groups: Group of each unit; all numbers from 0 to the last one occur.
        transform: Map of one unit.
        hidden: Widths of the conditioner's hidden layers.
        context: Features of the context; 0 for none.

    Example:
        >>> import torch
        >>> f = Autoregressive((0, 1, 2), TRANSFORMS["spline"](), hidden=(8,))
        >>> y, log_det = f(torch.tensor([[0.5, 1.0, -7.0]]))  # untrained, it is the identity
        >>> torch.allclose(y, torch.tensor([[0.5, 1.0, -7.0]])), log_det.shape
        (True, torch.Size([1]))
    """

    def __init__(
        self,
        groups: tuple[int, ...],
        transform: Elementwise,
        hidden: tuple[int, ...],
        context: int = 0,
    ) -> None:
        super().__init__()
        self.passes = max(groups) + 1
        self.transform = transform
        self.conditioner = Conditioner(groups, transform.size, hidden, context)

    def forward(self, x: Tensor, context: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Map all units in one pass."""
        y, log_slope = self.transform.forward(x, self.conditioner(x, context))
        return y, log_slope.sum(-1)

    def inverse(self, y: Tensor, context: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Undo the map, one group in each pass.

        The parameters of a group are right once the groups before it are.
        """
        x, log_slope = self.transform.inverse(y, self.conditioner(y, context))
        for _ in range(1, self.passes):
            x, log_slope = self.transform.inverse(y, self.conditioner(x, context))
        return x, log_slope.sum(-1)


def each_alone(units: int, layer: int) -> tuple[int, ...]:
    """Return a group for each unit, in turn in their order and against it.

    >>> each_alone(4, 0), each_alone(4, 1)
    ((0, 1, 2, 3), (3, 2, 1, 0))
    """
    order = range(units)
    return tuple(order if layer % 2 == 0 else reversed(order))


def halves(units: int, layer: int) -> tuple[int, ...]:
    """Return two groups, in turn either way round.

    The units are told apart by a binary digit of their number, each digit in turn, so that any two
    units are in different groups in some layer.

    >>> [halves(4, layer) for layer in range(3)]
    [(0, 1, 0, 1), (1, 0, 1, 0), (0, 0, 1, 1)]
    """
    digit = layer // 2 % max((units - 1).bit_length(), 1)
    groups = [(unit >> digit & 1) ^ (layer % 2) for unit in range(units)]
    return tuple(groups) if len(set(groups)) > 1 else (0,) * units


def stacked(
    grouping: Grouping,
    units: int,
    *,
    layers: int,
    transform: TransformName,
    hidden: tuple[int, ...],
    context: int = 0,
) -> Chain:
    """Return autoregressive bijections one after the other, the identity until trained.

    Args:
        grouping: Groups of the units in each layer.
        units: Number of units.
        layers: Number of bijections.
        transform: Name of the map of one unit.
        hidden: Widths of each conditioner's hidden layers.
        context: Features of the context; 0 for none.

    Raises:
        ConfigError: If there is no layer, no hidden layer, or no such transform.
    """
    if transform not in TRANSFORMS:
        raise ConfigError(f"transform must be one of {', '.join(TRANSFORMS)}, got {transform!r}")
    return Chain(
        Autoregressive(grouping(units, layer), TRANSFORMS[transform](), hidden, context)
        for layer in range(check_layers(layers))
    )


def check_layers(layers: int) -> int:
    """Return the number of layers, or say what is wrong with it.

    Raises:
        ConfigError: If it is not a whole number, 1 or more.
    """
    if int(layers) != layers or layers < 1:
        raise ConfigError(f"layers must be a whole number, 1 or more, got {layers}")
    return int(layers)
