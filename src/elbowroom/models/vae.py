"""The variational autoencoder (Kingma & Welling 2014; Rezende et al. 2014)."""

from collections.abc import Callable, Iterator
from typing import Self, TypeGuard, cast

import torch
from torch import Tensor

from elbowroom.distributions import (
    Ability,
    DiagonalGaussian,
    Likelihood,
    Posterior,
    Space,
    centre_of,
    draw,
)
from elbowroom.errors import ConfigError, IncompatibleError, ShapeError
from elbowroom.models.bound import Condition, neural, rows_of
from elbowroom.models.conditional import Neural
from elbowroom.models.latent_model import Codes, LatentModel, by_level
from elbowroom.models.priors import Prior, plain_prior
from elbowroom.models.trace import Level, Trace
from elbowroom.networks import MLP, Architecture

_ENCODED = 1024
"""Examples that are encoded at a time."""


class VAE(LatentModel):
    """Encoder q(z|x), decoder p(x|z) and prior p(z), each a distribution given a context.

    Args:
        encoder: Posterior q(z|x).
        decoder: Likelihood p(x|z).
        prior: Prior p(z).

    Raises:
        ConfigError: If the parts have different latent sizes.
        IncompatibleError: If posterior and prior spread their mass over different spaces.

    Example:
        >>> from elbowroom.distributions import Bernoulli
        >>> model = VAE.of(Bernoulli((1, 8, 8)), latent=2, network=MLP(hidden=(32,)))
        >>> trace = model(torch.zeros(5, 1, 8, 8), samples=3)
        >>> trace.log_w.shape
        torch.Size([3, 5])
        >>> model.generate((4,)).px.mean.shape
        torch.Size([4, 1, 8, 8])
        >>> model
        VAE((1, 8, 8) -> 2 latent units, Bernoulli, DiagonalGaussian, StandardNormal, ...)
    """

    def __init__(self, encoder: Neural, decoder: Neural, prior: Prior) -> None:
        super().__init__()
        codes = encoder.family.event_shape
        if decoder.in_shape != codes or tuple(prior().event_shape) != codes:
            raise ConfigError(
                f"the parts disagree on the code's shape: encoder {codes}, decoder "
                f"{decoder.in_shape}, prior {tuple(prior().event_shape)}"
            )
        check_spaces(encoder, prior)
        if not isinstance(decoder.family, Likelihood):
            raise ConfigError(
                f"the decoder's family must be a likelihood, got {type(decoder.family).__name__}"
            )
        self.encoder = encoder
        self.decoder = decoder
        self.prior = prior
        self.condition = Condition()

    @classmethod
    def of(
        cls,
        likelihood: Likelihood,
        *,
        latent: int,
        network: Architecture | None = None,
        posterior: Posterior | None = None,
        prior: Prior | Callable[[Neural], Prior] | None = None,
        condition: int = 0,
    ) -> Self:
        """Build a VAE for a likelihood, with mirrored networks.

        Args:
            likelihood: Family of p(x|z); it knows the shape of the data.
            latent: Number of latent units.
            network: Architecture of both networks; two hidden layers of 256 when not given.
            posterior: Family of q(z|x); diagonal Gaussian when not given.
            prior: p(z), or what makes it from the encoder (VampPrior); when not given, standard
                normal, and uniform for codes on the sphere.
            condition: Number of values in y of a conditional model q(z|x,y), p(x|z,y), which is
                used as `model.given(y)`; 0 for none.

        Raises:
            ConfigError: If latent is below 1 or the parts disagree on it.
            IncompatibleError: If posterior and prior spread their mass over different spaces.
        """
        posterior = posterior or DiagonalGaussian(latent)
        network = network or MLP()
        shape, code = likelihood.event_shape, posterior.event_shape
        facing = likelihood.facing(network)
        encoder = neural(facing.down_given(shape, posterior.param_shape, condition), posterior)
        decoder = neural(network.up_given(code, likelihood.param_shape, condition), likelihood)
        if not isinstance(prior, Prior):
            prior = prior(encoder) if prior else plain_prior(posterior.space, latent)
        return cls(encoder, decoder, prior)

    @property
    def likelihood(self) -> Likelihood:
        """The family of p(x|z)."""
        return cast(Likelihood, self.decoder.family)

    @property
    def latent(self) -> int:
        """Number of latent units."""
        return self.encoder.family.event_shape[0]

    @property
    def abilities(self) -> frozenset[Ability]:
        """What the posterior can be asked for."""
        return self.encoder.family.provides

    @property
    def space(self) -> Space:
        """Where its codes lie."""
        return self.prior.space

    @property
    def learns_prior(self) -> bool:
        """Whether p(z) has parameters that training must reach."""
        return any(parameter.requires_grad for parameter in self.prior.parameters())

    @property
    def condition_size(self) -> int:
        """Number of values in y of a conditional model; 0 of any other."""
        return max(self.encoder.condition_size, self.decoder.condition_size)

    def given(self, y: Tensor) -> "VAE":
        """Return the model of x given y, (B, c), with the same weights."""
        size = self.condition_size
        if not size:
            super().given(y)
        if y.dim() != 2 or y.shape[1] != size:
            raise ShapeError(
                f"this model is conditional on {size} value{'s' * (size > 1)}: y must have shape "
                f"(examples, {size}), a row for each example; it has shape {tuple(y.shape)}"
            )
        return self.bound_to(Condition(y))

    def bound_to(self, condition: Condition) -> "VAE":
        """Return the model bound to conditions that may change; itself where it has none."""
        if not self.condition_size:
            return self
        parts = (part.bound_to(condition) for part in (self.encoder, self.decoder))
        bound = VAE(*parts, self.prior)
        bound.condition, bound.training = condition, self.training
        return bound

    def at(self, index: Tensor | slice) -> "VAE":
        """Return the model of some of the examples that it is bound to."""
        y = self.condition.y
        return self if y is None else self.bound_to(Condition(rows_of(y, index)))

    def check_examples(self, count: int) -> None:
        """Refuse another number of examples than the model is bound to."""
        y = self.condition.y
        if y is not None and len(y) != count:
            raise ShapeError(
                f"the model is given the conditions of {len(y)} examples, and there are {count}: "
                "model.given(y) takes one row for each example"
            )

    def forward(self, x: Tensor, samples: int = 1, given: Codes | None = None) -> Trace:
        """Infer `samples` codes of each example, or score the codes given, and decode them."""
        levels = self.infer(x, samples, given)
        return Trace(x, self.decoder(levels[0].z), levels)

    def infer(self, x: Tensor, samples: int = 1, given: Codes | None = None) -> tuple[Level, ...]:
        """Infer codes, or score the codes given; no decoder runs."""
        q = self.encoder(x)
        z, log_q = draw(q, (samples,)) if given is None else (*by_level(given), None)
        return (Level(z, self.prior(), q, log_q),)

    def centred(self, x: Tensor) -> tuple[Level, ...]:
        """Infer the centres of q(z|x), K = 1; nothing is drawn."""
        q = self.encoder(x)
        return (Level(centre_of(q)[None], self.prior(), q),)

    @property
    def code_shapes(self) -> tuple[tuple[int, ...], ...]:
        """Shape of the code of its one level."""
        return (self.encoder.family.event_shape,)

    def generate(self, shape: tuple[int, ...] = (), given: Codes | None = None) -> Trace:
        """Decode codes drawn from the prior, or the codes given."""
        p = self.prior()
        (z,) = (p.sample(torch.Size(shape)),) if given is None else by_level(given)
        return Trace(None, self.decoder(z), (Level(z, p),))

    @torch.no_grad()
    def start_at(self, x: Tensor) -> Self:
        """Start from examples: the decoder at their mean, the prior where it can.

        Args:
            x: Examples as the model sees them, (N, *event).
        """
        start_at_mean(self.decoder, x)
        self.prior.start_at(x)
        return self

    def __repr__(self) -> str:
        parameters = sum(p.numel() for p in self.parameters())
        parts = ", ".join(type(m).__name__ for m in (self.encoder.family, self.prior))
        given = f"given {self.condition_size} values, " if self.condition_size else ""
        return (
            f"VAE({self.event_shape} -> {self.latent} latent units, {self.likelihood.name}, "
            f"{parts}, {given}{parameters:,} parameters)"
        )


@torch.no_grad()
def start_at_mean(decoder: Neural, x: Tensor) -> None:
    """Let an untrained decoder say the mean and the spread of examples, whatever the code.

    Args:
        decoder: p(x|z).
        x: Examples as the model sees them, (N, *event).
    """
    decoder.network.start_at(cast(Likelihood, decoder.family).start_from(x))


def one_level(model: LatentModel, what: str) -> VAE:
    """Return a model as the VAE that it is, or refuse one with several levels of codes.

    Args:
        model: Any model.
        what: What is asked of it, the subject of the sentence.

    Raises:
        IncompatibleError: If it has several levels.
    """
    if isinstance(model, VAE):
        return model
    raise IncompatibleError(
        f"{what} asks for q(z|x), one distribution for each example, and {type(model).__name__} "
        f"has {len(model.code_shapes)} levels of codes, of which all but the first that is "
        "inferred have one for each draw of the others. Use a model of one level, such as "
        "structure = 'single-level'"
    )


def raw_posteriors(model: VAE, x: Tensor) -> Tensor:
    """Return the raw parameters of q(z|x) of all examples, (N, *param_shape)."""
    parts = cast(Iterator[tuple[VAE, Tensor]], model.divided(x, _ENCODED))
    return torch.cat([here.encoder.raw(part) for here, part in parts])


def has_aggregate(model: LatentModel) -> TypeGuard[VAE]:
    """Tell whether the codes of a data set are a mixture of densities that are known everywhere.

    That takes one q(z|x) for each example, with a density at codes that it did not draw itself.
    """
    return isinstance(model, VAE) and Ability.ANYWHERE in model.abilities


def check_spaces(encoder: Neural, prior: Prior) -> None:
    """Refuse a posterior and a prior that spread their mass over different spaces.

    Raises:
        IncompatibleError: With the reason and the priors that fit.
    """
    family = cast(Posterior, encoder.family)
    if family.space is not prior.space:
        raise IncompatibleError(
            f"{type(family).__name__} codes lie in {family.space}, the mass of "
            f"{type(prior).__name__} in {prior.space}: there is no finite rate between them. "
            "Use the von-mises-fisher posterior with the sphere-uniform prior, and any other "
            "posterior with any other prior"
        )
