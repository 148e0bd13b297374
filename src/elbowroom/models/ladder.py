"""VAEs with two and more levels of codes."""

from collections.abc import Callable, Sequence
from typing import Literal, Self, TypeAlias, cast

import torch
from torch import Tensor, nn

from elbowroom.distributions import (
    Ability,
    DiagonalGaussian,
    Likelihood,
    Posterior,
    Space,
)
from elbowroom.distributions.posteriors import check_latent
from elbowroom.errors import ConfigError, IncompatibleError, did_you_mean
from elbowroom.models.bottom_up import BottomUp, climbing
from elbowroom.models.conditional import Neural
from elbowroom.models.inference import Inference, at_mean, drawn, scored
from elbowroom.models.latent_model import Codes, LatentModel, by_level
from elbowroom.models.priors import Prior
from elbowroom.models.priors.plain import plain_prior
from elbowroom.models.top_down import TopDown
from elbowroom.models.trace import Level, Trace
from elbowroom.models.vae import VAE, start_at_mean
from elbowroom.networks import MLP, Architecture

Direction: TypeAlias = Literal["top-down", "bottom-up"]
_DIRECTIONS = {kind.direction: kind for kind in (TopDown, BottomUp)}


class LadderVAE(LatentModel):
    """p(z_L) p(z_{L-1} | z_L) ... p(z_1 | z_2) p(x | z_1), with inference in either direction.

    In a trace the levels stand top first: `levels[0]` is z_L and `levels[-1]` is z_1.

    Args:
        inference: q(z_1, ..., z_L | x).
        given_above: p(z_{L-1} | z_L), ..., p(z_1 | z_2): top first, diagonal Gaussians.
        decoder: p(x | z_1).
        prior: p(z_L).

    Raises:
        ConfigError: If the parts disagree on the number of levels or the shape of a code.
        IncompatibleError: If a posterior has no density, or spreads its mass over another space
            than the prior that it meets.

    Example:
        >>> from elbowroom.distributions import Bernoulli
        >>> model = LadderVAE.of(Bernoulli((1, 8, 8)), latent=4, above=(2,), network=MLP())
        >>> trace = model(torch.zeros(5, 1, 8, 8), samples=3)
        >>> [tuple(level.z.shape) for level in trace.levels]
        [(3, 5, 2), (3, 5, 4)]
        >>> trace.rate.shape
        torch.Size([3, 5])
    """

    def __init__(
        self, inference: Inference, given_above: Sequence[Neural], decoder: Neural, prior: Prior
    ) -> None:
        super().__init__()
        self.inference = inference
        self.given_above = nn.ModuleList(given_above)
        self.decoder = decoder
        self.prior = prior
        _check(inference, given_above, decoder, prior)

    @classmethod
    def of(
        cls,
        likelihood: Likelihood,
        *,
        latent: int,
        above: Sequence[int],
        inference: Direction = "top-down",
        network: Architecture | None = None,
        hidden: tuple[int, ...] = (128,),
        posterior: Callable[[int], Posterior] = DiagonalGaussian,
        prior: Callable[[int, Neural], Prior] | None = None,
    ) -> Self:
        """Build a ladder for a likelihood.

        Args:
            likelihood: Family of p(x | z_1); it knows the shape of the data.
            latent: Units of the lowest level.
            above: Units of the levels above it, upwards.
            inference: Its direction.
            network: Architecture between the data and the lowest level; two hidden layers of 256
                when not given.
            hidden: Widths of the hidden layers between two levels.
            posterior: Makes the family of a level for its number of units: of the topmost level
                where inference goes top-down, of all where it goes bottom-up.
            prior: Makes p(z_L) for its number of units and the topmost level's encoder; the plain
                one over the posterior's space when not given.

        Raises:
            ConfigError: If there is no level above, or a size is out of range.
            IncompatibleError: As for the class.
        """
        sizes = check_sizes(latent, above)
        if inference not in _DIRECTIONS:
            raise ConfigError(
                f"inference goes {' or '.join(_DIRECTIONS)}, got {inference!r}."
                + did_you_mean(inference, _DIRECTIONS)
            )
        network, between = network or MLP(), _between(hidden)
        inferred = _DIRECTIONS[inference].of(
            likelihood.event_shape, sizes, likelihood.facing(network), between, posterior
        )
        code = (latent,)
        decoder = Neural(network.up(code, likelihood.param_shape), likelihood)
        return cls(inferred, _descending(sizes, between), decoder, _made(prior, inferred))

    @classmethod
    def on(
        cls,
        vae: VAE,
        *,
        above: Sequence[int],
        hidden: tuple[int, ...] = (128,),
        posterior: Callable[[int], Posterior] = DiagonalGaussian,
        prior: Callable[[int, Neural], Prior] | None = None,
    ) -> Self:
        """Put levels on top of a VAE, whose encoder and decoder become those of the lowest level.

        The VAE's prior is replaced by p(z_1 | z_2) ..., a prior that can be learned by the rate
        alone while encoder and decoder stay as they are: the two-stage VAE of Dai & Wipf (2019).

        Args:
            vae: The VAE, trained or not; its parts are shared, not copied.
            above: Units of the levels above, upwards.
            hidden: Widths of the hidden layers between two levels.
            posterior: Makes the family of a level above.
            prior: Makes p(z_L), as for `of`.

        Example:
            >>> from elbowroom.distributions import Bernoulli
            >>> vae = VAE.of(Bernoulli((6,)), latent=3)
            >>> LadderVAE.on(vae.requires_grad_(False), above=(3,)).units
            (3, 3)
        """
        sizes, between = check_sizes(vae.latent, above), _between(hidden)
        encoders = [vae.encoder, *climbing(vae.latent, list(map(posterior, above)), between)]
        inferred = BottomUp(encoders)
        return cls(inferred, _descending(sizes, between), vae.decoder, _made(prior, inferred))

    @property
    def likelihood(self) -> Likelihood:
        """The family of p(x | z_1)."""
        return cast(Likelihood, self.decoder.family)

    @property
    def abilities(self) -> frozenset[Ability]:
        """What the posteriors of all levels can be asked for."""
        return frozenset.intersection(*(family.provides for family in self.inference.families))

    @property
    def space(self) -> Space:
        """Where its codes lie."""
        return self.prior.space

    @property
    def learns_prior(self) -> bool:
        """Whether the prior has parameters that training must reach: p of each level has."""
        return True

    @property
    def code_shapes(self) -> tuple[tuple[int, ...], ...]:
        """Shape of the code of each level, top first."""
        return tuple(family.event_shape for family in self.inference.families)

    @property
    def latent(self) -> int:
        """Number of latent units that x is decoded from: those of the lowest level."""
        return self.units[-1]

    @property
    def conditionals(self) -> list[Neural]:
        """p(z_{L-1} | z_L), ..., p(z_1 | z_2)."""
        return cast(list[Neural], list(self.given_above))

    def forward(self, x: Tensor, samples: int = 1, given: Codes | None = None) -> Trace:
        """Infer `samples` codes of each example at each level, or score those given; decode."""
        levels = self.infer(x, samples, given)
        return Trace(x, self.decoder(levels[-1].z), levels)

    def infer(self, x: Tensor, samples: int = 1, given: Codes | None = None) -> tuple[Level, ...]:
        """Infer codes, or score the codes given; no decoder of x runs."""
        take = drawn(samples) if given is None else scored(by_level(given))
        return self.inference(x, self.prior(), self.conditionals, take)

    def centred(self, x: Tensor) -> tuple[Level, ...]:
        """Infer means: of each level's posterior, given the means that it depends on."""
        return self.inference(x, self.prior(), self.conditionals, at_mean)

    def generate(self, shape: tuple[int, ...] = (), given: Codes | None = None) -> Trace:
        """Decode codes drawn from the prior downwards, or the codes given."""
        codes = () if given is None else by_level(given)
        p = self.prior()
        levels = [Level(codes[0] if codes else p.sample(torch.Size(shape)), p)]
        for place, conditional in enumerate(self.conditionals, start=1):
            p = conditional(levels[-1].z)
            levels.append(Level(codes[place] if place < len(codes) else p.sample(), p))
        return Trace(None, self.decoder(levels[-1].z), tuple(levels))

    @torch.no_grad()
    def start_at(self, x: Tensor) -> Self:
        """Start from examples: the decoder at their mean, the prior where it can.

        Args:
            x: Examples as the model sees them, (N, *event).
        """
        start_at_mean(self.decoder, x)
        self.prior.start_at(self.inference.seen_by_top(x))
        return self

    def __repr__(self) -> str:
        units = " -> ".join(map(str, reversed(self.units)))
        parts = ", ".join(type(m).__name__ for m in (self.inference.families[0], self.prior))
        parameters = sum(p.numel() for p in self.parameters())
        return (
            f"LadderVAE({self.event_shape} -> {units} latent units, {self.inference.direction}, "
            f"{self.likelihood.name}, {parts}, {parameters:,} parameters)"
        )


def check_sizes(latent: int, above: Sequence[int]) -> tuple[int, ...]:
    """Return the units of all levels, upwards.

    Raises:
        ConfigError: If there is no level above the lowest, or a size is not a positive number.
    """
    if not above:
        raise ConfigError(
            "a ladder needs the size of one level or more above the lowest, such as latents = [4], "
            "and got none: for one level in all use the single-level structure"
        )
    return tuple(map(check_latent, (latent, *above)))


def _between(hidden: tuple[int, ...]) -> MLP:
    if not hidden:
        raise ConfigError("hidden must have one width or more for the networks between levels")
    return MLP(hidden=hidden, activation="silu")


def _descending(sizes: tuple[int, ...], between: MLP) -> list[Neural]:
    """Return p(z_{L-1} | z_L), ..., p(z_1 | z_2)."""
    steps = list(zip(sizes[1:], map(DiagonalGaussian, sizes), strict=False))
    return [Neural(between.up((size,), below.param_shape), below) for size, below in steps[::-1]]


def _made(prior: Callable[[int, Neural], Prior] | None, inference: Inference) -> Prior:
    family = cast(Posterior, inference.families[0])
    if prior is None:
        return plain_prior(family.space, family.latent)
    return prior(family.latent, inference.top)


def _check(
    inference: Inference, given_above: Sequence[Neural], decoder: Neural, prior: Prior
) -> None:
    shapes = [family.event_shape for family in inference.families]
    spoken = [tuple(prior().event_shape), *(one.family.event_shape for one in given_above)]
    heard = [*(one.in_shape for one in given_above), decoder.in_shape]
    if shapes != spoken or shapes != heard:
        raise ConfigError(
            f"the parts disagree on the codes' shapes, top first: inferred {shapes}, generated "
            f"{spoken}, decoded {heard}"
        )
    if not isinstance(decoder.family, Likelihood):
        raise ConfigError(
            f"the decoder's family must be a likelihood, got {type(decoder.family).__name__}"
        )
    spaces = [prior.space, *(Space.REAL for _ in given_above)]
    for family, space in zip(inference.families, spaces, strict=True):
        name, own = type(family).__name__, cast(Posterior, family).space
        if Ability.DENSITY not in family.provides:
            raise IncompatibleError(
                f"each level of a ladder is a rate between q and p, and {name} codes have no "
                "density to have one with: use the diagonal-gaussian posterior, or the "
                "single-level structure"
            )
        if own is not space:
            raise IncompatibleError(
                f"{name} codes lie in {own}, the mass of what they meet in {space}: there is no "
                "finite rate between them. The levels below the top are Gaussian given the level "
                "above: use the diagonal-gaussian posterior, or, for a sphere at the top, "
                "inference = 'top-down' with the sphere-uniform prior"
            )
