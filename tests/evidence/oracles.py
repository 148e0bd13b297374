"""Models whose log p(x) is known without any of the estimators, each with some examples."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import torch
from torch import Tensor
from torch.distributions import (
    AffineTransform,
    Categorical,
    Distribution,
    Independent,
    MixtureSameFamily,
    MultivariateNormal,
    Normal,
    TransformedDistribution,
)

from elbowroom.distributions import Bernoulli, DiagonalGaussian, Gaussian
from elbowroom.models import VAE, LatentModel, Prior
from elbowroom.networks import MLP
from tests.cases import small_vae, spread
from tests.evidence.two_levels import TwoLevels
from tests.linear_conditional import LinearConditional
from tests.linear_gaussian import LinearGaussian
from tests.linear_ladder import LinearLadder
from tests.planted_codes import grid

EXAMPLES = 13


@dataclass(frozen=True)
class Oracle:
    """A model, examples simulated from it, and their exact log p(x) in float64."""

    model: LatentModel
    x: Tensor
    truth: Tensor


def linear(q: int = 3, size: int = 8, noise: float = 0.6, seed: int = 0) -> LinearGaussian:
    """Return probabilistic PCA with random axes: the posterior's units are correlated."""
    generator = torch.Generator().manual_seed(seed)
    weights = 0.6 * torch.randn(size, q, generator=generator, dtype=torch.float64)
    return LinearGaussian(weights, torch.linspace(-1, 1, size, dtype=torch.float64), noise**2)


def simulated(model: LatentModel, count: int = EXAMPLES, seed: int = 1) -> Tensor:
    """Draw examples from a model."""
    with torch.random.fork_rng(), torch.no_grad():
        torch.manual_seed(seed)
        return model.generate((count,)).px.sample()


def _linear_gaussian() -> Oracle:
    exact = linear()
    model = exact.vae(1.15)
    x = simulated(model)
    return Oracle(model, x, exact.log_evidence(x.double()))


def _non_linear(latent: int) -> Oracle:
    """A decoder with a hidden layer, against quadrature over a grid of codes."""
    with torch.random.fork_rng():
        torch.manual_seed(3)
        model = small_vae(Bernoulli((10,)), latent=latent)
        spread(model.decoder, 2.5)
    x = simulated(model)
    axes, cell = grid(*[(-7.0, 7.0, 561 if latent == 1 else 281)] * latent)
    z = torch.stack([axis.flatten() for axis in axes], -1)
    with torch.no_grad():
        prior = -0.5 * (z.square() + torch.tensor(2 * torch.pi).log()).sum(-1)
        likelihood = model.decoder(z.float()[:, None]).log_prob(x).double()
    joint = likelihood + prior[:, None] + torch.tensor(cell, dtype=torch.float64).log()
    return Oracle(model, x, joint.logsumexp(0))


def _two_levels() -> Oracle:
    model = TwoLevels()
    x = simulated(model)
    return Oracle(model, x, model.log_evidence(x))


class Mixture(Prior):
    """Three normal clouds of codes."""

    def forward(self, *context: Tensor) -> Distribution:
        means, scales, shares = self.parts()
        clouds = Independent(Normal(means, scales, validate_args=False), 1, validate_args=False)
        weights = Categorical(shares, validate_args=False)
        return MixtureSameFamily(weights, clouds, validate_args=False)

    def parts(self) -> tuple[Tensor, Tensor, Tensor]:
        means = torch.linspace(-2.5, 2.5, 3)[:, None] * torch.linspace(1, -0.5, self.latent)
        return (
            means,
            torch.tensor([[0.5], [0.9], [0.4]]).expand(3, self.latent),
            torch.tensor([0.5, 0.2, 0.3]),
        )


def _ladder(direction: str) -> Oracle:
    exact = LinearLadder.random(seed=2)
    model = exact.model(direction, wider=1.1)
    x = simulated(model)
    return Oracle(model, x, exact.log_evidence(x))


def _mixture_prior() -> Oracle:
    """With a linear decoder log p(x) is a mixture of normal densities."""
    exact, prior = linear(q=2), Mixture(2)
    model = with_parts(exact, prior=prior)
    x = simulated(model)
    means, scales, shares = (value.double() for value in prior.parts())
    w = exact.weights
    covariance = (w * scales.square()[:, None]) @ w.T + exact.variance * torch.eye(len(w))
    clouds = MultivariateNormal(means @ w.T + exact.mean, covariance)
    joint = clouds.log_prob(x.double()[:, None]) + shares.log()
    return Oracle(model, x, joint.logsumexp(1))


def flow(base: Distribution) -> Distribution:
    """Return a distribution that knows neither its mean nor its variance, as flows do not."""
    return TransformedDistribution(base, [AffineTransform(0.0, 1.0, 1)], validate_args=False)


class FlowPosterior(DiagonalGaussian):
    """q(z|x) without moments."""

    def forward(self, raw: Tensor) -> Distribution:
        return flow(super().forward(raw))


class FlowPrior(Prior):
    """p(z) = N(0, I) without moments."""

    def forward(self, *context: Tensor) -> Distribution:
        zeros = torch.zeros(self.latent)
        base = Normal(zeros, zeros + 1, validate_args=False)
        return flow(Independent(base, 1, validate_args=False))


def with_parts(exact: LinearGaussian, wider: float = 1.15, **parts: object) -> VAE:
    """Return the linear model with another posterior or prior, but the same weights."""
    plain = exact.vae(wider)
    q = exact.weights.shape[1]
    likelihood = Gaussian(plain.event_shape, scale="fixed", initial=exact.variance**0.5)
    model = VAE.of(likelihood, latent=q, network=MLP(hidden=()), **parts)
    model.load_state_dict(plain.state_dict())
    return model


def _without_moments(**parts: object) -> Oracle:
    exact = linear()
    model = with_parts(exact, **parts)
    x = simulated(model)
    return Oracle(model, x, exact.log_evidence(x.double()))


def _conditional() -> Oracle:
    """A model that is given the conditions of its examples."""
    exact = LinearConditional.random()
    y, x = exact.simulated(EXAMPLES)
    return Oracle(exact.vae().given(y), x, exact.log_evidence(x, y))


_MADE: dict[str, Callable[[], Oracle]] = {
    "linear": _linear_gaussian,
    "non-linear 1-D": lambda: _non_linear(1),
    "non-linear 2-D": lambda: _non_linear(2),
    "two levels": _two_levels,
    "ladder, top-down": lambda: _ladder("top-down"),
    "ladder, bottom-up": lambda: _ladder("bottom-up"),
    "mixture prior": _mixture_prior,
    "posterior without moments": lambda: _without_moments(posterior=FlowPosterior(3)),
    "conditional": _conditional,
    "prior without moments": lambda: _without_moments(prior=FlowPrior(3)),
}
ORACLES = tuple(_MADE)


@cache
def oracle(name: str) -> Oracle:
    """Return an oracle by name; it is made once."""
    return _MADE[name]()
