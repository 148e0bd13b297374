"""What an encoder sees of examples that a network cannot use as they are."""

import torch
from torch import Tensor, nn

from elbowroom.networks import Architecture, Joint, Network

Shape = tuple[int, ...]


class View(nn.Module):
    """A map from examples (N, *event_shape) to what a network is to see of them, (N, *shape).

    Args:
        shape: Shape of what is seen of one example.
    """

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = tuple(shape)


class Logarithm(View):
    """log(x + offset) of numbers that range over powers of ten, such as counts or incomes.

    A count of 5,000 as it is would swamp every other input of a network, and its gradients.

    Args:
        shape: Shape of one example.
        offset: What is added first: 1 for counts, so that 0 stays 0; 0 for positive numbers.

    Example:
        >>> Logarithm((2,), offset=1.0)(torch.tensor([[0.0, 999.0]]))
        tensor([[0.0000, 6.9078]])
    """

    def __init__(self, shape: Shape, offset: float) -> None:
        super().__init__(shape)
        self.offset = offset

    def forward(self, x: Tensor) -> Tensor:
        """Show examples; inputs that are learned may stray below 0, where the logarithm stops."""
        return (x.clamp(min=0) + self.offset).clamp(min=torch.finfo(x.dtype).tiny).log()

    def extra_repr(self) -> str:
        """Show the offset."""
        return f"offset={self.offset:g}"


class Facing(Architecture):
    """An architecture whose networks from examples see them through a view.

    Networks from anything of another shape, and those towards examples, are the architecture's own.

    Args:
        inner: The architecture.
        view: The view.
        event_shape: Shape of one example.
    """

    def __init__(self, inner: Architecture, view: View, event_shape: Shape) -> None:
        self.inner, self.view, self.event_shape = inner, view, tuple(event_shape)

    def down(self, in_shape: Shape, out_shape: Shape) -> Network:
        """Build the network from examples, the view in front."""
        if tuple(in_shape) != self.event_shape:
            return self.inner.down(in_shape, out_shape)
        body = self.inner.down(self.view.shape, out_shape)
        return Network(nn.Sequential(self.view, body), in_shape, out_shape)

    def beside(self, shape: Shape, condition: int) -> Shape:
        """Return the shape of data with a condition beside them, as the architecture has it."""
        return self.inner.beside(shape, condition)

    def down_given(self, in_shape: Shape, out_shape: Shape, condition: int) -> Network:
        """Build the network from examples, seen through the view, and a condition."""
        if not condition or tuple(in_shape) != self.event_shape:
            return super().down_given(in_shape, out_shape, condition)
        body = self.inner.down(self.beside(self.view.shape, condition), out_shape)
        return Joint(body, in_shape, condition, self.view)

    def up(self, in_shape: Shape, out_shape: Shape) -> Network:
        """Build the network from a code."""
        return self.inner.up(in_shape, out_shape)
