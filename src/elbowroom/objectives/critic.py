"""A critic: a network that tells two sets of examples apart, and what it sees on the way.

Trained to say 1 for examples of p and 0 for those of q by the cross entropy of sigmoid(d), its
logit d approaches log p(x) - log q(x): a density ratio learned from draws alone.
"""

from math import log2
from typing import NamedTuple

from torch import Tensor, nn
from torch.nn.functional import layer_norm

from elbowroom.errors import ConfigError, IncompatibleError
from elbowroom.networks import MLP, Architecture, Conv, Network
from elbowroom.objectives.player import Player

_SMALLEST_FOR_CONV = 16
_WIDEST = 256


class Judgement(NamedTuple):
    """What a critic says: how real each example is, (*lead,), and what it saw, (*lead, *seen)."""

    logit: Tensor
    features: Tensor


class Critic(Player):
    """A network with one output, cut in two at the layer whose output is what it sees.

    That layer is the middle one of those that still know where in an image something is, or of the
    hidden ones of a network without images: later ones know little but who is real, and a distance
    between their outputs does not hold an example to its reconstruction. Features are normalised
    over each example (layer normalisation without weights), so that a distance between
    them has a scale that the critic cannot move. Nothing is normalised over a batch: that would
    change under a held critic, and an example's judgement would depend on its neighbours.

    Args:
        network: From an example to one logit; its body is an `nn.Sequential`.

    Raises:
        ConfigError: If the network has another number of outputs, or is no sequence of layers.

    Example:
        >>> import torch
        >>> critic = Critic.of((1, 28, 28))
        >>> judgement = critic(torch.zeros(5, 1, 28, 28))
        >>> judgement.logit.shape, judgement.features.shape
        (torch.Size([5]), torch.Size([5, 32, 14, 14]))
    """

    role = "critic"

    def __init__(self, network: Network) -> None:
        super().__init__()
        if network.out_shape != (1,):
            raise ConfigError(f"a critic has one output, this one has {network.out_shape}")
        if not isinstance(network.body, nn.Sequential):
            raise ConfigError(
                "a critic is cut in two at a hidden layer, so its network must be an "
                f"nn.Sequential, not {type(network.body).__name__}: use the mlp, conv or resnet "
                "architecture"
            )
        layers = list(network.body)
        cut = _middle(layers)
        self.eye, self.verdict = nn.Sequential(*layers[:cut]), nn.Sequential(*layers[cut:])
        self.in_shape = network.in_shape

    @classmethod
    def of(cls, shape: tuple[int, ...], architecture: Architecture | None = None) -> "Critic":
        """Build a critic for examples of a shape.

        Args:
            shape: Shape of one example.
            architecture: Its network; when not given, convolutions down to about 4 pixels a side
                for images of 16 pixels or more, else two fully connected layers.
        """
        return cls((architecture or fitting_architecture(shape)).down(shape, (1,)))

    def forward(self, x: Tensor) -> Judgement:
        """Judge examples (*lead, *in_shape), whatever their leading shape."""
        lead = x.shape[: x.dim() - len(self.in_shape)]
        hidden = self.eye(x.reshape(-1, *self.in_shape))
        logit = self.verdict(hidden).float()
        features = layer_norm(hidden.float(), hidden.shape[1:])
        return Judgement(logit.reshape(lead), features.reshape(*lead, *hidden.shape[1:]))

    def check(self, shape: tuple[int, ...], what: str) -> None:
        """Refuse to judge what this critic was not built for.

        Raises:
            IncompatibleError: With both shapes.
        """
        if self.in_shape != tuple(shape):
            raise IncompatibleError(
                f"the critic takes examples of shape {self.in_shape}, but {what} have shape "
                f"{tuple(shape)}: build it with Critic.of({tuple(shape)})"
            )

    def __repr__(self) -> str:
        return "critic"


def fitting_architecture(shape: tuple[int, ...]) -> Architecture:
    """Return an architecture for a critic over examples of a shape.

    >>> fitting_architecture((3, 64, 64)).channels, fitting_architecture((1, 8, 8)).hidden
    ((32, 64, 128, 256), (256, 256))
    """
    if len(shape) != 3 or min(shape[1:]) < _SMALLEST_FOR_CONV:
        return MLP(hidden=(256, 256), activation="leaky-relu")
    stages = int(log2(min(shape[1:]) / 4))
    channels = tuple(min(32 * 2**stage, _WIDEST) for stage in range(stages))
    return Conv(channels=channels, hidden=256, activation="leaky-relu")


def _middle(layers: list[nn.Module]) -> int:
    """Return the place between two layers where a critic is cut.

    Places are in front of layers with weights, so after activations (which may work in place), and
    in front of the layer that flattens images. Of an even number it is the lower one in the middle.

    >>> [_middle(list(arch.down((1, 28, 28), (1,)).body)) for arch in (MLP(), Conv())]
    [3, 4]
    """
    flat = next((place for place, layer in enumerate(layers) if isinstance(layer, nn.Flatten)), 0)
    with_weights = [i for i, layer in enumerate(layers) if any(True for _ in layer.parameters())]
    places = [i for i in with_weights[1:] if not flat or i < flat] + [flat] * bool(flat)
    return places[(len(places) - 1) // 2] if places else len(layers) - 1
