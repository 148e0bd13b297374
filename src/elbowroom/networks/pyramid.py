"""The geometry of convolutional networks: halving an image of any size and growing it back.

A stage halves each side with kernel 4, stride 2 and padding 1 (every input pixel is seen equally
often, so the transposed form leaves no checkerboard); a side of one pixel stays as it is. Odd
sides lose a row on the way down; the output padding gives it back on the way up.
"""

from typing import NamedTuple

from torch import nn


class Side(NamedTuple):
    """How one side of an image passes one stage."""

    large: int
    small: int
    kernel: int
    stride: int

    @property
    def output_padding(self) -> int:
        """Rows that the transposed convolution must add to come back to `large`."""
        return self.large - ((self.small - 1) * self.stride - 2 + self.kernel)


def halved(large: int) -> Side:
    """Plan one stage for a side of `large` pixels.

    >>> halved(7), halved(7).output_padding
    (Side(large=7, small=3, kernel=4, stride=2), 1)
    >>> halved(1).small
    1
    """
    return Side(large, large // 2, 4, 2) if large > 1 else Side(1, 1, 3, 1)


class Stage(NamedTuple):
    """One stage of an image pyramid."""

    height: Side
    width: Side

    @property
    def small(self) -> tuple[int, int]:
        """Size of the image after the stage."""
        return self.height.small, self.width.small

    def down(self, inputs: int, outputs: int) -> nn.Conv2d:
        """Build the convolution from the large to the small image."""
        kernel = (self.height.kernel, self.width.kernel)
        stride = (self.height.stride, self.width.stride)
        return nn.Conv2d(inputs, outputs, kernel, stride, padding=1)

    def up(self, inputs: int, outputs: int) -> nn.ConvTranspose2d:
        """Build the transposed convolution from the small to the large image."""
        kernel = (self.height.kernel, self.width.kernel)
        stride = (self.height.stride, self.width.stride)
        extra = (self.height.output_padding, self.width.output_padding)
        return nn.ConvTranspose2d(inputs, outputs, kernel, stride, padding=1, output_padding=extra)


def pyramid(height: int, width: int, depth: int) -> list[Stage]:
    """Plan `depth` stages from the full image to the smallest.

    >>> [stage.small for stage in pyramid(28, 20, 3)]
    [(14, 10), (7, 5), (3, 2)]
    """
    stages = []
    for _ in range(depth):
        stage = Stage(halved(height), halved(width))
        stages.append(stage)
        height, width = stage.small
    return stages
