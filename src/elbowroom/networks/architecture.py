"""An architecture: a recipe for the networks towards the code and back from it."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import partial
from math import prod
from typing import Literal, get_args

import torch
from torch import nn

from elbowroom.errors import ConfigError, did_you_mean
from elbowroom.networks.joint import Joint
from elbowroom.networks.network import Network

Activation = Literal["relu", "leaky-relu", "elu", "gelu", "silu", "softplus", "tanh"]
Shape = tuple[int, ...]


class Architecture(ABC):
    """What an encoder's and a decoder's network have in common; they mirror each other."""

    @abstractmethod
    def down(self, in_shape: Shape, out_shape: Shape) -> Network:
        """Build the network from data of `in_shape` to posterior parameters of `out_shape`."""

    @abstractmethod
    def up(self, in_shape: Shape, out_shape: Shape) -> Network:
        """Build the network from a code of `in_shape` to likelihood parameters of `out_shape`."""

    def beside(self, shape: Shape, condition: int) -> Shape:
        """Return the shape of data with a condition of so many values beside them: more channels.

        A network without a use for where a value is may take one vector instead.
        """
        return (shape[0] + condition, *shape[1:])

    def down_given(self, in_shape: Shape, out_shape: Shape, condition: int) -> Network:
        """Build the network from data and a condition of so many values, if any, as `down`."""
        if not condition:
            return self.down(in_shape, out_shape)
        body = self.down(self.beside(in_shape, condition), out_shape)
        return Joint(body, in_shape, condition)

    def up_given(self, in_shape: Shape, out_shape: Shape, condition: int) -> Network:
        """Build the network from a code and a condition of so many values, if any, as `up`."""
        if not condition:
            return self.up(in_shape, out_shape)
        return Joint(self.up((prod(in_shape) + condition,), out_shape), in_shape, condition)

    def __repr__(self) -> str:
        options = ", ".join(f"{name}={value!r}" for name, value in vars(self).items())
        return f"{type(self).__name__}({options})"


# In place: a layer's output is not needed to differentiate the layer, and writing the activation
# over it halves the memory that a step touches.
_ACTIVATIONS: dict[str, Callable[[], nn.Module]] = {
    "relu": partial(nn.ReLU, inplace=True),
    "leaky-relu": partial(nn.LeakyReLU, inplace=True),
    "elu": nn.ELU,
    "gelu": nn.GELU,
    "silu": nn.SiLU,
    "softplus": nn.Softplus,
    "tanh": nn.Tanh,
}


def activation_layer(name: str) -> nn.Module:
    """Return a new layer for an activation's name.

    Raises:
        ConfigError: If there is no activation of that name.

    Example:
        >>> activation_layer("tanh")
        Tanh()
    """
    if name not in _ACTIVATIONS:
        known = ", ".join(get_args(Activation))
        raise ConfigError(
            f"there is no activation {name!r}: choose one of {known}."
            + did_you_mean(name, _ACTIVATIONS)
        )
    return _ACTIVATIONS[name]()


def check_widths(what: str, widths: tuple[int, ...], *, at_least: int) -> tuple[int, ...]:
    """Return the widths as a tuple of positive integers, or say what is wrong with them."""
    widths = tuple(widths)
    if len(widths) < at_least or any(int(w) != w or w < 1 for w in widths):
        raise ConfigError(f"{what} must be {at_least} or more positive whole numbers, got {widths}")
    return tuple(int(w) for w in widths)


def image_shape(shape: Shape, architecture: str) -> tuple[int, int, int]:
    """Return `(channels, height, width)`, or say that this architecture is for images.

    Posterior and likelihood parameters put their own dimensions in front; they are channels here.
    """
    if len(shape) < 3:
        raise ConfigError(
            f"the {architecture} network is for images of shape (channels, height, width), "
            f"the data have shape {tuple(shape)}: use the mlp network"
        )
    *channels, height, width = shape
    return prod(channels), height, width


def channels_last(body: nn.Module, in_shape: Shape, out_shape: Shape) -> Network:
    """Make a network whose weights are laid out as PyTorch's convolutions run fastest."""
    # torch's type stubs of Module.to do not know memory_format alone.
    body.to(memory_format=torch.channels_last)  # ty: ignore[no-matching-overload]
    return Network(body, in_shape, out_shape)
