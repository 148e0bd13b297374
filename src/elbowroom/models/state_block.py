"""One level of a very deep VAE: what is read from the state, and what is added to it.

No normalisation: at the smallest resolutions a group has hardly more than one value. Branches that
start at zero, and weights scaled by the depth, keep the state's size (Child 2021).
"""

from typing import TypeAlias

import torch
from torch import Tensor, nn
from torch.distributions import Distribution

from elbowroom.distributions import DiagonalGaussian
from elbowroom.models.conditional import Neural
from elbowroom.networks import Network

Shape: TypeAlias = tuple[int, int, int]

_START = -1.0
"""Log-variance of an untrained posterior. At the prior's own, 0, a unit would have no rate, and an
objective that leaves the first nats free (free bits) nothing to teach its prior."""


class StateBlock(nn.Module):
    """One level of codes: its prior and posterior given the state, and what it adds to the state.

    Args:
        shape: Channels, height and width of the state.
        units: Units of the code at each position.
        enter: What brings the state to this resolution, or nothing where it is there.
        scale: What the first weights from the code to the state are multiplied with.
    """

    def __init__(self, shape: Shape, units: int, enter: Network | None, scale: float) -> None:
        super().__init__()
        channels, height, width = shape
        code, both = DiagonalGaussian(units * height * width), (2 * channels, height, width)
        self.enter = enter or nn.Identity()
        silent = nn.Sequential(*branch(channels, channels, 2 * units, silent=True))
        self.prior = Neural(Network(silent, shape, code.param_shape), code)
        spoken = nn.Sequential(*branch(2 * channels, channels, 2 * units))
        self.posterior = Neural(Network(spoken, both, code.param_shape), code)
        start = torch.tensor([[0.0], [_START]]).expand(code.param_shape)
        self.posterior.network.start_at(start)
        adding = nn.Conv2d(units, channels, 1)
        with torch.no_grad():
            adding.weight.mul_(scale)
        spread = nn.Unflatten(1, (units, height, width))
        self.adding = Network(nn.Sequential(spread, adding), code.event_shape, shape)
        self.leaving = Network(residual(channels), shape, shape)

    def infer(self, state: Tensor, features: Tensor) -> Distribution:
        """Return q(z | state, features); the leading shapes are broadcast."""
        return self.posterior(torch.cat(torch.broadcast_tensors(state, features), -3))

    def forward(self, state: Tensor, z: Tensor) -> Tensor:
        """Return the state with what the code says."""
        return self.leaving(state + self.adding(z))


class Residual(nn.Module):
    """`x + f(x)`, with f a branch that starts at zero."""

    def __init__(self, body: nn.Module) -> None:
        super().__init__()
        self.body = body

    def forward(self, x: Tensor) -> Tensor:
        """Return `x + f(x)`."""
        return x + self.body(x)


def residual(channels: int) -> Residual:
    """Return a residual block of so many channels that starts as the identity."""
    return Residual(nn.Sequential(*branch(channels, channels, channels, silent=True)))


def branch(inputs: int, channels: int, outputs: int, *, silent: bool = False) -> list[nn.Module]:
    """Return two pre-activated 3 x 3 convolutions.

    Args:
        inputs: Channels of the input.
        channels: Channels between the two.
        outputs: Channels of the output.
        silent: Whether the second starts at zero.
    """
    last = nn.Conv2d(channels, outputs, 3, padding=1)
    if silent:
        for parameter in last.parameters():
            nn.init.zeros_(parameter)
    return [nn.SiLU(), nn.Conv2d(inputs, channels, 3, padding=1), nn.SiLU(), last]
