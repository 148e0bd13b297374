"""Inference from the data upwards: each level's code is all that the next one sees.

    q(z_1, ..., z_L | x) = q(z_1 | x) q(z_2 | z_1) ... q(z_L | z_{L-1})

Each q may be of any family with a density. The rate does not split into a KL for each level: given
z_{i-1}, the code z_i is drawn before the z_{i+1} that its prior p(z_i | z_{i+1}) needs. Rezende et
al. (2014); as a prior learned over the codes of a trained model, Dai & Wipf (2019).
"""

from collections.abc import Callable, Sequence
from typing import Self, cast

from torch import Tensor, nn
from torch.distributions import Distribution

from elbowroom.distributions import Posterior
from elbowroom.models.conditional import Neural
from elbowroom.models.inference import Inference, Take, at_mean
from elbowroom.models.trace import Level
from elbowroom.networks import MLP, Architecture


class BottomUp(Inference):
    """A chain of encoders.

    Args:
        encoders: q(z_1 | x), q(z_2 | z_1), ..., from the data upwards.
    """

    direction = "bottom-up"

    def __init__(self, encoders: Sequence[Neural]) -> None:
        super().__init__()
        self.encoders = nn.ModuleList(encoders)
        self.families = tuple(encoder.family for encoder in reversed(encoders))

    @classmethod
    def of(
        cls,
        event_shape: tuple[int, ...],
        sizes: Sequence[int],
        network: Architecture,
        between: MLP,
        posterior: Callable[[int], Posterior],
    ) -> Self:
        """Build the encoders.

        Args:
            event_shape: Shape of one example.
            sizes: Units of each level, from the data upwards.
            network: Architecture towards the lowest level.
            between: Architecture between two levels.
            posterior: Makes the family of a level.
        """
        first, *above = map(posterior, sizes)
        encoders = [Neural(network.down(event_shape, first.param_shape), first)]
        return cls([*encoders, *climbing(sizes[0], above, between)])

    @property
    def chain(self) -> list[Neural]:
        """The encoders, from the data upwards."""
        return cast(list[Neural], list(self.encoders))

    @property
    def top(self) -> Neural:
        """q(z_L | z_{L-1})."""
        return self.chain[-1]

    def seen_by_top(self, x: Tensor) -> Tensor:
        """Return the mean code of the level below the top, (B, latent)."""
        for encoder in self.chain[:-1]:
            x, _ = at_mean(encoder(x), 0)
            x = x[0]
        return x

    def forward(
        self, x: Tensor, prior: Distribution, given_above: Sequence[Neural], take: Take
    ) -> tuple[Level, ...]:
        """Infer the codes, from the data upwards; the levels are returned top first."""
        taken, below = [], x
        for number, encoder in enumerate(self.chain, start=1):
            q = encoder(below)
            below, log_q = take(q, len(self.encoders) - number)
            taken.append((below, q, log_q))
        (z, q, log_q), *rest = reversed(taken)
        levels = [Level(z, prior, q, log_q)]
        for conditional, (z, q, log_q) in zip(given_above, rest, strict=True):
            levels.append(Level(z, conditional(levels[-1].z), q, log_q, p_follows=True))
        return tuple(levels)


def climbing(size: int, families: Sequence[Posterior], between: MLP) -> list[Neural]:
    """Return encoders of codes: q(z_2 | z_1), ..., from one of `size` units upwards."""
    encoders = []
    for family in families:
        encoders.append(Neural(between.down((size,), family.param_shape), family))
        size = family.latent
    return encoders
