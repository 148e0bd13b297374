"""The masked network (MADE, Germain et al. 2015) that gives each unit's map its parameters."""

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

from elbowroom.errors import ConfigError
from elbowroom.networks.architecture import check_widths


class Conditioner(nn.Module):
    """A network (*lead, units) -> (*lead, units, size) in which a unit sees earlier groups only.

    The parameters of a unit in group g depend on the units of groups 0 to g - 1, and on the
    context. Where there is nothing to depend on, as for a single unit without a context, they are
    constants. All start at zero: the last layer has no weights yet.

    Args:
        groups: Group of each unit, counted from 0.
        size: Parameters for each unit.
        hidden: Widths of the hidden layers.
        context: Features of the context; 0 for none.

    Raises:
        ConfigError: If there is no hidden layer, a width is not a positive whole number, or the
            context has less than no features.
    """

    def __init__(
        self, groups: tuple[int, ...], size: int, hidden: tuple[int, ...], context: int = 0
    ) -> None:
        super().__init__()
        widths = check_widths("hidden", hidden, at_least=1)
        if int(context) != context or context < 0:
            raise ConfigError(
                f"context must be a whole number of features, 0 or more, got {context}"
            )
        self.shape = (len(groups), size)
        self.constants = nn.Parameter(torch.zeros(self.shape))
        self.first: MaskedLinear | None = None
        # A hidden unit of degree d sees groups up to d; those of degree -1 see the context alone.
        lowest, highest = -1 if context else 0, max(groups) - 1
        if highest < lowest:
            return
        degrees = [torch.linspace(lowest, highest, width).round() for width in widths]
        seen = torch.tensor(groups)
        self.first = MaskedLinear(seen <= degrees[0][:, None])
        self.context = nn.Linear(context, widths[0], bias=False) if context else None
        self.deeper = nn.ModuleList(
            MaskedLinear(low <= high[:, None]) for low, high in pairwise(degrees)
        )
        self.last = MaskedLinear(degrees[-1] < seen.repeat_interleave(size)[:, None], bias=False)
        nn.init.zeros_(self.last.weight)

    def forward(self, x: Tensor, context: Tensor | None = None) -> Tensor:
        """Return the raw parameters of each unit's map, in the precision of x."""
        constants = self.constants.to(x.dtype)
        if self.first is None:
            return constants
        with torch.autocast(x.device.type, enabled=False):
            h = self.first(x)
            if self.context is not None and context is not None:
                h = h + functional.linear(context.to(x.dtype), self.context.weight.to(x.dtype))
            for layer in self.deeper:
                h = layer(functional.elu(h))
            return self.last(functional.elu(h)).unflatten(-1, self.shape) + constants


class MaskedLinear(nn.Linear):
    """A linear layer some of whose weights are 0 for good; it computes in its input's precision.

    Args:
        mask: Which weights are not, (outputs, inputs).
        bias: Add a bias.
    """

    def __init__(self, mask: Tensor, *, bias: bool = True) -> None:
        super().__init__(mask.shape[1], mask.shape[0], bias=bias)
        self.mask: Tensor
        self.register_buffer("mask", mask.float(), persistent=False)

    def forward(self, input: Tensor) -> Tensor:
        """Apply the weights that there are."""
        weight = (self.weight * self.mask).to(input.dtype)
        bias = None if self.bias is None else self.bias.to(input.dtype)
        return functional.linear(input, weight, bias)
