"""The multi-layer perceptron, for tables and for small images."""

from itertools import pairwise
from math import prod

from torch import nn

from elbowroom.networks.architecture import (
    Activation,
    Architecture,
    Shape,
    activation_layer,
    check_widths,
)
from elbowroom.networks.network import Network


class MLP(Architecture):
    """Fully connected layers; any shape of data, seen as one vector.

    Args:
        hidden: Widths of the hidden layers from the data towards the code; the decoder has them
            in reverse. Empty for a linear map.
        activation: Non-linearity after each hidden layer.

    Raises:
        ConfigError: If a width is not a positive whole number or the activation is unknown.

    Example:
        >>> MLP(hidden=(400,)).down((1, 28, 28), (2, 20))
        Network(
          (1, 28, 28) -> (2, 20)
          (body): Sequential(
            (0): Flatten(start_dim=1, end_dim=-1)
            (1): Linear(in_features=784, out_features=400, bias=True)
            (2): ReLU(inplace=True)
            (3): Linear(in_features=400, out_features=40, bias=True)
          )
        )
    """

    def __init__(
        self, *, hidden: tuple[int, ...] = (256, 256), activation: Activation = "relu"
    ) -> None:
        self.hidden = check_widths("hidden", hidden, at_least=0)
        self.activation: Activation = activation
        activation_layer(activation)

    def down(self, in_shape: Shape, out_shape: Shape) -> Network:
        """Build the network from data to posterior parameters."""
        return self._network(in_shape, self.hidden, out_shape)

    def up(self, in_shape: Shape, out_shape: Shape) -> Network:
        """Build the network from a code to likelihood parameters."""
        return self._network(in_shape, self.hidden[::-1], out_shape)

    def beside(self, shape: Shape, condition: int) -> Shape:
        """Return the shape of data with a condition beside them: one vector of both."""
        return (prod(shape) + condition,)

    def _network(self, in_shape: Shape, hidden: tuple[int, ...], out_shape: Shape) -> Network:
        widths = (prod(in_shape), *hidden, prod(out_shape))
        layers: list[nn.Module] = [nn.Flatten()]
        for inputs, outputs in pairwise(widths):
            layers += [nn.Linear(inputs, outputs), activation_layer(self.activation)]
        return Network(nn.Sequential(*layers[:-1]), in_shape, out_shape)
