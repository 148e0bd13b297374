"""The plain convolutional network, for images of any size and number of channels."""

from itertools import pairwise
from math import prod

from torch import nn

from elbowroom.networks.architecture import (
    Activation,
    Architecture,
    Shape,
    activation_layer,
    channels_last,
    check_widths,
    image_shape,
)
from elbowroom.networks.network import Network
from elbowroom.networks.pyramid import pyramid


class Conv(Architecture):
    """Convolutions that halve the image at each stage, then one fully connected layer.

    Weights are laid out channels-last, which PyTorch's CPU and GPU convolutions run faster
    (about 1.4 times on a CPU with AVX2).

    Args:
        channels: Channels of each stage from the data towards the code; every stage halves the
            image.
        hidden: Width of the fully connected layer between the last stage and the code.
        activation: Non-linearity after each layer.

    Raises:
        ConfigError: If the data are no images, or an option is out of range.

    Example:
        >>> import torch
        >>> Conv(channels=(8, 16)).up((5,), (1, 3, 33, 20))(torch.zeros(2, 5)).shape
        torch.Size([2, 1, 3, 33, 20])
    """

    def __init__(
        self,
        *,
        channels: tuple[int, ...] = (32, 64, 128),
        hidden: int = 256,
        activation: Activation = "relu",
    ) -> None:
        self.channels = check_widths("channels", channels, at_least=1)
        (self.hidden,) = check_widths("hidden", (hidden,), at_least=1)
        self.activation: Activation = activation
        activation_layer(activation)

    def down(self, in_shape: Shape, out_shape: Shape) -> Network:
        """Build the network from images to posterior parameters."""
        inputs, height, width = image_shape(in_shape, "conv")
        stages = pyramid(height, width, len(self.channels))
        layers: list[nn.Module] = []
        for stage, pair in zip(stages, pairwise((inputs, *self.channels)), strict=True):
            layers += [stage.down(*pair), activation_layer(self.activation)]
        flat = self.channels[-1] * prod(stages[-1].small)
        layers += [nn.Flatten(), nn.Linear(flat, self.hidden), activation_layer(self.activation)]
        return channels_last(
            nn.Sequential(*layers, nn.Linear(self.hidden, prod(out_shape))), in_shape, out_shape
        )

    def up(self, in_shape: Shape, out_shape: Shape) -> Network:
        """Build the network from codes to likelihood parameters."""
        outputs, height, width = image_shape(out_shape, "conv")
        stages = pyramid(height, width, len(self.channels))[::-1]
        small = (self.channels[-1], *stages[0].small)
        layers: list[nn.Module] = [
            *(nn.Flatten(), nn.Linear(prod(in_shape), self.hidden)),
            *(activation_layer(self.activation), nn.Linear(self.hidden, prod(small))),
            nn.Unflatten(1, small),
        ]
        for stage, pair in zip(stages, pairwise((*self.channels[::-1], outputs)), strict=True):
            layers += [activation_layer(self.activation), stage.up(*pair)]
        return channels_last(nn.Sequential(*layers), in_shape, out_shape)
