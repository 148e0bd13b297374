"""Inference from the top downwards, sharing the generative model's own way (ladder VAE).

A deterministic pass goes up from the example and says of each level what the data say of it, a
Gaussian; on the way down the prior p(z_i | z_{i+1}) says what the codes above say of it, and the
posterior is their product, in which each weighs by its precision:

    N(z; a, A) N(z; b, B) ~ N(z; (a/A + b/B) / (1/A + 1/B), 1 / (1/A + 1/B))

At the top there is nothing above: q(z_L | x) is of any family. Sonderby et al. (2016), 'Ladder
variational autoencoders'. Given the draws above, q and p of a level are independent normal units,
so that the rate of each is in closed form.

A level that says little at the start is soon told by its prior alone, so features are normalised
before they are read. The paper takes batch normalisation; layer normalisation serves as well, and
leaves what is inferred from an example independent of its batch.
"""

from collections.abc import Callable, Sequence
from typing import Self, cast

import torch
from torch import Tensor, nn
from torch.distributions import Distribution, Independent, Normal

from elbowroom.distributions import DiagonalGaussian, Posterior
from elbowroom.models.conditional import Neural
from elbowroom.models.inference import Inference, Take
from elbowroom.models.trace import Level
from elbowroom.networks import MLP, Architecture, Network
from elbowroom.networks.architecture import activation_layer


class TopDown(Inference):
    """A deterministic way up, read at each level, and products of Gaussians on the way down.

    Args:
        trunk: Networks of the way up, each from the features before it (the first: from the
            example) to its own.
        readings: What the features of each level say of its code, from the data upwards. The
            last, at the top, is of any family, the others are diagonal Gaussians.
    """

    direction = "top-down"

    def __init__(self, trunk: Sequence[Network], readings: Sequence[Neural]) -> None:
        super().__init__()
        self.trunk = nn.ModuleList(trunk)
        self.readings = nn.ModuleList(readings)
        self.families = tuple(reading.family for reading in reversed(readings))

    @classmethod
    def of(
        cls,
        event_shape: tuple[int, ...],
        sizes: Sequence[int],
        network: Architecture,
        between: MLP,
        posterior: Callable[[int], Posterior],
    ) -> Self:
        """Build the way up.

        Args:
            event_shape: Shape of one example.
            sizes: Units of each level, from the data upwards.
            network: Architecture from the example to the features of the lowest level.
            between: Architecture between the features of two levels; they are as many as its
                last hidden layer is wide.
            posterior: Makes the family of the top level.
        """
        width = (between.hidden[-1],)
        trunk = [network.down(event_shape, width)]
        trunk += [_of_features(between.down(width, width), between) for _ in sizes[1:]]
        families = [*map(DiagonalGaussian, sizes[:-1]), posterior(sizes[-1])]
        head = MLP(hidden=(), activation=between.activation)
        readings = [
            Neural(_of_features(head.down(width, f.param_shape), between), f) for f in families
        ]
        return cls(trunk, readings)

    @property
    def top(self) -> Neural:
        """q(z_L | x)."""
        reading = cast(Neural, self.readings[-1])
        whole = nn.Sequential(*self.trunk, reading.network)
        shapes = cast(Network, self.trunk[0]).in_shape, reading.network.out_shape
        return Neural(Network(whole, *shapes), reading.family)

    def seen_by_top(self, x: Tensor) -> Tensor:
        """Return the examples: the top is inferred from them directly."""
        return x

    def forward(
        self, x: Tensor, prior: Distribution, given_above: Sequence[Neural], take: Take
    ) -> tuple[Level, ...]:
        """Infer the codes, from the top downwards."""
        said = []
        for step, reading in zip(self.trunk, self.readings, strict=True):
            x = step(x)
            said.append(reading(x))
        p, q = prior, said.pop()
        z, log_q = take(q, 0)
        levels = [Level(z, p, q, log_q)]
        for place, conditional in enumerate(given_above, start=1):
            p = conditional(z)
            q = product_of(p, said.pop())
            z, log_q = take(q, place)
            levels.append(Level(z, p, q, log_q))
        return tuple(levels)


def product_of(one: Distribution, other: Distribution) -> Independent:
    """Return the normalised product of the densities of two diagonal Gaussians.

    Written with log-precisions, so that neither precision overflows.

    Args:
        one: Independent normal units.
        other: Independent normal units; the batch shapes are broadcast.

    Example:
        >>> wide = Independent(Normal(torch.zeros(1), 2 * torch.ones(1)), 1)
        >>> narrow = Independent(Normal(torch.ones(1), torch.ones(1)), 1)
        >>> product_of(wide, narrow).mean, product_of(wide, narrow).variance
        (tensor([0.8000]), tensor([0.8000]))
    """
    (a, log_a), (b, log_b) = (
        (units.loc, -2 * units.scale.log())
        for units in (cast(Normal, cast(Independent, both).base_dist) for both in (one, other))
    )
    log_precision = torch.logaddexp(log_a, log_b)
    mean = a + (log_b - log_precision).exp() * (b - a)
    units = Normal(mean, (-0.5 * log_precision).exp(), validate_args=False)
    return Independent(units, 1, validate_args=False)


def _of_features(network: Network, like: MLP) -> Network:
    """Return a network of features that normalises and activates them first."""
    (width,) = network.in_shape
    body = nn.Sequential(nn.LayerNorm(width), activation_layer(like.activation), network.body)
    return Network(body, network.in_shape, network.out_shape)
