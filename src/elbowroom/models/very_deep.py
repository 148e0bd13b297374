"""A deep hierarchy of codes for images, after Child (2021), 'Very deep VAEs', in its simple form.

A state of some channels starts as a learned constant at the smallest resolution and is grown to
that of the image. On its way, block after block adds to it what a code says:

    z_i ~ q(z_i | state, features of the example at this resolution)    inferring
    z_i ~ p(z_i | state)                                                generating
    state <- f(state + W z_i),      p(x | all z) from the last state

The state carries everything from one level to the next, so that x depends on all codes and no
level can be skipped without being missed. Layers that come last in a branch start at zero: an
untrained prior is the standard normal, and an untrained block passes the state on as it is. A code
has some units at each position; it is kept as one vector, channel by channel.
"""

from collections.abc import Callable, Sequence
from math import prod, sqrt
from typing import Self, TypeAlias, cast

import torch
from torch import Tensor, nn
from torch.distributions import Distribution

from elbowroom.distributions import Ability, Likelihood
from elbowroom.errors import IncompatibleError
from elbowroom.models.conditional import Neural
from elbowroom.models.inference import Take, at_mean, drawn, scored
from elbowroom.models.latent_model import Codes, LatentModel, by_level
from elbowroom.models.state_block import Shape, StateBlock, branch, residual
from elbowroom.models.trace import Level, Trace
from elbowroom.models.vae import start_at_mean
from elbowroom.networks import Network
from elbowroom.networks.architecture import check_widths, image_shape
from elbowroom.networks.pyramid import Stage, pyramid

_Inferring: TypeAlias = Callable[[int, Tensor], Distribution | None]


class VeryDeepVAE(LatentModel):
    """p(z_L) p(z_{L-1} | z_L) ... p(z_1 | z_2, ..., z_L) p(x | z_1, ..., z_L) for images.

    Args:
        trunk: Networks that take an image to its features, resolution by resolution, the largest
            first.
        blocks: The levels, top first.
        resolutions: Which of the features each level sees, top first.
        decoder: p(x | the last state).

    Example:
        >>> from elbowroom.distributions import Bernoulli
        >>> model = VeryDeepVAE.of(Bernoulli((1, 8, 8)), latent=2, blocks=(2, 1), channels=8)
        >>> model.units  # one level at 2 x 2 and two at 4 x 4, with 2 units at each position
        (8, 32, 32)
        >>> model(torch.zeros(5, 1, 8, 8), samples=3).log_w.shape
        torch.Size([3, 5])
    """

    def __init__(
        self,
        trunk: Sequence[Network],
        blocks: Sequence[StateBlock],
        resolutions: Sequence[int],
        decoder: Neural,
    ) -> None:
        super().__init__()
        self.trunk = nn.ModuleList(trunk)
        self.blocks = nn.ModuleList(blocks)
        self.resolutions = tuple(resolutions)
        self.decoder = decoder
        self.start = nn.Parameter(torch.zeros(trunk[-1].out_shape))

    @classmethod
    def of(
        cls,
        likelihood: Likelihood,
        *,
        latent: int,
        blocks: tuple[int, ...] = (1, 1),
        channels: int = 32,
    ) -> Self:
        """Build the model for a likelihood over images.

        Args:
            likelihood: Family of p(x | z).
            latent: Units of each code at each position.
            blocks: Levels at each resolution, upwards: the first at half the image's, the next at
                a quarter of it, and so on.
            channels: Channels of the state.

        Raises:
            ConfigError: If an option is out of range.
            IncompatibleError: If the data are no images.
        """
        _check_images(likelihood)
        check_widths("blocks", blocks, at_least=1)
        check_widths("channels", (channels,), at_least=1)
        check_widths("latent", (latent,), at_least=1)
        inputs, height, width = image_shape(likelihood.event_shape, "very-deep")
        stages = pyramid(height, width, len(blocks))
        shapes = [(channels, *stage.small) for stage in stages]
        ins = [likelihood.event_shape, *shapes]
        trunk = [
            _sinking(stage, inputs if number == 0 else channels, ins[number], shapes[number])
            for number, stage in enumerate(stages)
        ]
        levels, seen = [], []
        for number in reversed(range(len(blocks))):
            above = None if number == len(blocks) - 1 else _rising(stages[number + 1], channels)
            for enter in (above, *[None] * (blocks[number] - 1)):
                levels.append(StateBlock(shapes[number], latent, enter, 1 / sqrt(sum(blocks))))
                seen.append(number)
        return cls(trunk, levels, seen, _decoder(stages[0], shapes[0], likelihood))

    @property
    def likelihood(self) -> Likelihood:
        """The family of p(x|z)."""
        return cast(Likelihood, self.decoder.family)

    @property
    def abilities(self) -> frozenset[Ability]:
        """Everything: each level is Gaussian."""
        return frozenset(Ability)

    @property
    def learns_prior(self) -> bool:
        """Whether the prior has parameters that training must reach: p of each level has."""
        return True

    @property
    def levels(self) -> list[StateBlock]:
        """The blocks, top first."""
        return cast(list[StateBlock], list(self.blocks))

    @property
    def code_shapes(self) -> tuple[tuple[int, ...], ...]:
        """Shape of the code of each level, top first."""
        return tuple(block.prior.family.event_shape for block in self.levels)

    def forward(self, x: Tensor, samples: int = 1, given: Codes | None = None) -> Trace:
        """Infer `samples` codes of each example at each level, or score those given; decode."""
        take = drawn(samples) if given is None else scored(by_level(given))
        levels, state = self._down(self._inferring(x), take)
        return Trace(x, self.decoder(state), levels)

    def infer(self, x: Tensor, samples: int = 1, given: Codes | None = None) -> tuple[Level, ...]:
        """Infer codes, or score the codes given; the decoder of x does not run."""
        take = drawn(samples) if given is None else scored(by_level(given))
        return self._down(self._inferring(x), take)[0]

    def centred(self, x: Tensor) -> tuple[Level, ...]:
        """Infer means: of each level's posterior, given the means above it."""
        return self._down(self._inferring(x), at_mean)[0]

    def generate(self, shape: tuple[int, ...] = (), given: Codes | None = None) -> Trace:
        """Decode codes drawn from the prior downwards, or the codes given."""
        codes = () if given is None else by_level(given)

        def take(p: Distribution, place: int) -> tuple[Tensor, None]:
            lead = torch.Size(shape if place == 0 else ())
            return codes[place] if place < len(codes) else p.sample(lead), None

        levels, state = self._down(lambda place, state: None, take)
        return Trace(None, self.decoder(state), levels)

    @torch.no_grad()
    def start_at(self, x: Tensor) -> Self:
        """Start from examples: the decoder at their mean.

        Args:
            x: Examples as the model sees them, (N, *event).
        """
        start_at_mean(self.decoder, x)
        return self

    def _inferring(self, x: Tensor) -> _Inferring:
        """Return what makes the posterior of a level from the state there."""
        features = []
        for step in self.trunk:
            x = step(x)
            features.append(x)
        blocks = self.levels
        return lambda place, state: blocks[place].infer(state, features[self.resolutions[place]])

    def _down(self, inferring: _Inferring, take: Take) -> tuple[tuple[Level, ...], Tensor]:
        """Go from the top down, and return the levels and the last state."""
        state, levels = cast(Tensor, self.start), []
        for place, block in enumerate(self.levels):
            state = block.enter(state)
            p, q = block.prior(state), inferring(place, state)
            z, log_q = take(q or p, place)
            levels.append(Level(z, p, q, log_q))
            state = block(state, z)
        return tuple(levels), state

    def __repr__(self) -> str:
        sizes = " -> ".join(map(str, reversed(self.units)))
        parameters = sum(p.numel() for p in self.parameters())
        return (
            f"VeryDeepVAE({self.event_shape} -> {sizes} latent units, {self.likelihood.name}, "
            f"{parameters:,} parameters)"
        )


def _check_images(likelihood: Likelihood) -> None:
    if len(likelihood.event_shape) != 3:
        raise IncompatibleError(
            "the very-deep structure keeps a code at each position of several resolutions, so it "
            f"is for images of shape (channels, height, width); the data have shape "
            f"{likelihood.event_shape}. Use the ladder structure for several levels of codes of "
            "any data"
        )


def _sinking(stage: Stage, inputs: int, shape: tuple[int, ...], out: Shape) -> Network:
    """Return the way from one resolution to the next smaller."""
    return Network(nn.Sequential(stage.down(inputs, out[0]), residual(out[0])), shape, out)


def _rising(stage: Stage, channels: int) -> Network:
    """Return the way from the small resolution of a stage to its large one."""
    large = (stage.height.large, stage.width.large)
    return Network(stage.up(channels, channels), (channels, *stage.small), (channels, *large))


def _decoder(stage: Stage, shape: Shape, likelihood: Likelihood) -> Neural:
    channels = shape[0]
    outputs = prod(likelihood.param_shape) // prod(likelihood.event_shape[1:])
    body = nn.Sequential(
        stage.up(channels, channels), residual(channels), *branch(channels, channels, outputs)
    )
    return Neural(Network(body, shape, likelihood.param_shape), likelihood)
