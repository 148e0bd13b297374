"""A small residual network, for images of any size and number of channels."""

from itertools import pairwise
from math import gcd, prod

from torch import Tensor, nn

from elbowroom.networks.architecture import (
    Architecture,
    Shape,
    channels_last,
    check_widths,
    image_shape,
)
from elbowroom.networks.network import Network
from elbowroom.networks.pyramid import pyramid


class ResidualBlock(nn.Module):
    """`x + f(x)` with f two pre-activated 3x3 convolutions (He et al. 2016, identity mappings).

    Group normalisation, not batch normalisation: an example's likelihood must not depend on which
    other examples share its batch. The last convolution starts at zero, so that an untrained
    network is the plain one.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        last = nn.Conv2d(channels, channels, 3, padding=1)
        nn.init.zeros_(last.weight)
        self.body = nn.Sequential(
            *_normalised(channels), nn.Conv2d(channels, channels, 3, padding=1),
            *_normalised(channels), last,
        )  # fmt: skip

    def forward(self, x: Tensor) -> Tensor:
        """Return `x + f(x)`."""
        return x + self.body(x)


class ResNet(Architecture):
    """Residual blocks at every resolution, halving the image between them.

    Args:
        channels: Channels of each stage from the data towards the code; every stage halves the
            image.
        blocks: Residual blocks per stage.

    Raises:
        ConfigError: If the data are no images, or an option is out of range.

    Example:
        >>> import torch
        >>> net = ResNet(channels=(8, 16), blocks=1)
        >>> net.down((3, 32, 32), (2, 10))(torch.zeros(4, 3, 32, 32)).shape
        torch.Size([4, 2, 10])
    """

    def __init__(self, *, channels: tuple[int, ...] = (32, 64, 128), blocks: int = 1) -> None:
        self.channels = check_widths("channels", channels, at_least=1)
        (self.blocks,) = check_widths("blocks", (blocks,), at_least=1)

    def down(self, in_shape: Shape, out_shape: Shape) -> Network:
        """Build the network from images to posterior parameters."""
        inputs, height, width = image_shape(in_shape, "resnet")
        stages = pyramid(height, width, len(self.channels))
        layers: list[nn.Module] = []
        for stage, pair in zip(stages, pairwise((inputs, *self.channels)), strict=True):
            layers += [stage.down(*pair), *self._blocks(pair[1])]
        flat = self.channels[-1] * prod(stages[-1].small)
        layers += [
            *_normalised(self.channels[-1]), nn.Flatten(), nn.Linear(flat, prod(out_shape)),
        ]  # fmt: skip
        return channels_last(nn.Sequential(*layers), in_shape, out_shape)

    def up(self, in_shape: Shape, out_shape: Shape) -> Network:
        """Build the network from codes to likelihood parameters."""
        outputs, height, width = image_shape(out_shape, "resnet")
        stages = pyramid(height, width, len(self.channels))[::-1]
        small = (self.channels[-1], *stages[0].small)
        layers: list[nn.Module] = [
            *(nn.Flatten(), nn.Linear(prod(in_shape), prod(small)), nn.Unflatten(1, small)),
        ]
        widths = (*self.channels[::-1], self.channels[0])
        for stage, (wide, narrow) in zip(stages, pairwise(widths), strict=True):
            layers += [*self._blocks(wide), stage.up(wide, narrow)]
        layers += [*_normalised(widths[-1]), nn.Conv2d(widths[-1], outputs, 3, padding=1)]
        return channels_last(nn.Sequential(*layers), in_shape, out_shape)

    def _blocks(self, channels: int) -> list[nn.Module]:
        return [ResidualBlock(channels) for _ in range(self.blocks)]


def _normalised(channels: int) -> tuple[nn.Module, nn.Module]:
    return nn.GroupNorm(gcd(channels, 8), channels), nn.SiLU()
