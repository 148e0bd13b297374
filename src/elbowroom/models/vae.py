"""The variational autoencoder (Kingma & Welling 2014; Rezende et al. 2014)."""

from typing import Self, cast

import torch
from torch import Tensor

from elbowroom.distributions import Ability, DiagonalGaussian, Likelihood, Posterior, draw
from elbowroom.errors import ConfigError
from elbowroom.models.conditional import Conditional, Neural
from elbowroom.models.latent_model import Codes, LatentModel, by_level
from elbowroom.models.priors import Prior, StandardNormal
from elbowroom.models.trace import Level, Trace
from elbowroom.networks import MLP, Architecture


class VAE(LatentModel):
    """Encoder q(z|x), decoder p(x|z) and prior p(z), each a distribution given a context.

    Args:
        encoder: Posterior q(z|x).
        decoder: Likelihood p(x|z).
        prior: Prior p(z).

    Raises:
        ConfigError: If the parts have different latent sizes.

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

    def __init__(self, encoder: Neural, decoder: Neural, prior: Conditional) -> None:
        super().__init__()
        codes = encoder.family.event_shape
        if decoder.network.in_shape != codes or tuple(prior().event_shape) != codes:
            raise ConfigError(
                f"the parts disagree on the code's shape: encoder {codes}, decoder "
                f"{decoder.network.in_shape}, prior {tuple(prior().event_shape)}"
            )
        if not isinstance(decoder.family, Likelihood):
            raise ConfigError(
                f"the decoder's family must be a likelihood, got {type(decoder.family).__name__}"
            )
        self.encoder = encoder
        self.decoder = decoder
        self.prior = prior

    @classmethod
    def of(
        cls,
        likelihood: Likelihood,
        *,
        latent: int,
        network: Architecture | None = None,
        posterior: Posterior | None = None,
        prior: Prior | None = None,
    ) -> Self:
        """Build a VAE for a likelihood, with mirrored networks.

        Args:
            likelihood: Family of p(x|z); it knows the shape of the data.
            latent: Number of latent units.
            network: Architecture of both networks; two hidden layers of 256 when not given.
            posterior: Family of q(z|x); diagonal Gaussian when not given.
            prior: p(z); standard normal when not given.

        Raises:
            ConfigError: If latent is below 1 or the parts disagree on it.
        """
        posterior = posterior or DiagonalGaussian(latent)
        network = network or MLP()
        return cls(
            Neural(network.down(likelihood.event_shape, posterior.param_shape), posterior),
            Neural(network.up(posterior.event_shape, likelihood.param_shape), likelihood),
            prior or StandardNormal(latent),
        )

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

    def forward(self, x: Tensor, samples: int = 1, given: Codes | None = None) -> Trace:
        """Infer `samples` codes of each example, or score the codes given, and decode them."""
        levels = self.infer(x, samples, given)
        return Trace(x, self.decoder(levels[0].z), levels)

    def infer(self, x: Tensor, samples: int = 1, given: Codes | None = None) -> tuple[Level, ...]:
        """Infer codes, or score the codes given; no decoder runs."""
        q = self.encoder(x)
        z, log_q = draw(q, (samples,)) if given is None else (*by_level(given), None)
        return (Level(z, self.prior(), q, log_q),)

    def generate(self, shape: tuple[int, ...] = (), given: Codes | None = None) -> Trace:
        """Decode codes drawn from the prior, or the codes given."""
        p = self.prior()
        (z,) = (p.sample(torch.Size(shape)),) if given is None else by_level(given)
        return Trace(None, self.decoder(z), (Level(z, p),))

    @torch.no_grad()
    def start_at(self, x: Tensor) -> Self:
        """Set the decoder's output bias so that it starts at the mean of the examples x.

        Args:
            x: Examples as the model sees them, (N, *event).
        """
        x = x.double()
        mean, variance = x.mean(0).float(), x.var(0, correction=0).float()
        self.decoder.network.start_at(self.likelihood.start(mean, variance))
        return self

    def __repr__(self) -> str:
        parameters = sum(p.numel() for p in self.parameters())
        parts = ", ".join(type(m).__name__ for m in (self.encoder.family, self.prior))
        return (
            f"VAE({self.event_shape} -> {self.latent} latent units, {self.likelihood.name}, "
            f"{parts}, {parameters:,} parameters)"
        )
