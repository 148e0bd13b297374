"""Every model that exists: each posterior, each prior, each structure, the rest as by default.

The tables of objectives x models are made of these, so that a new part is under every law of
training the moment that it is written.
"""

from collections.abc import Callable

from elbowroom.distributions import Ability, Bernoulli, DiagonalGaussian, Likelihood, Posterior
from elbowroom.models import (
    Blueprint,
    LatentModel,
    Neural,
    Prior,
    SingleLevel,
    StandardNormal,
    Structure,
)
from elbowroom.networks import MLP, Architecture
from tests.cases import LIKELIHOODS, POSTERIORS, PRIORS, in_context, parts, variants

Builder = Callable[..., LatentModel]
STRUCTURES: dict[str, Structure] = {
    name: kind(**options) for kind in parts("model.structure") for name, options in variants(kind)
}


def built(
    likelihood: Likelihood,
    *,
    latent: int = 3,
    network: Architecture | None = None,
    posterior: Callable[[int], Posterior] = DiagonalGaussian,
    prior: Callable[..., Prior] = StandardNormal,
    structure: Structure | None = None,
) -> LatentModel:
    """Put a small model together as the configuration does."""

    def make_prior(latent: int, encoder: Neural) -> Prior:
        context = {"latent": latent, "encoder": encoder, "event_shape": likelihood.event_shape}
        return in_context(prior, **context)()

    network = network or MLP(hidden=(16,), activation="tanh")
    parts = Blueprint(likelihood, latent, network, posterior, make_prior)
    return (structure or SingleLevel()).build(parts)


def with_posterior(name: str) -> Builder:
    """Return what builds models with a posterior and the first prior over the same space."""

    def build(likelihood: Likelihood, **options: object) -> LatentModel:
        space = POSTERIORS[name](2).space
        prior = next(kind for kind in FAMILIES_OF_PRIORS if kind.space is space)
        return built(likelihood, posterior=POSTERIORS[name], prior=prior, **options)

    return build


def with_prior(name: str) -> Builder:
    """Return what builds models with a prior and the first posterior over the same space."""

    def build(likelihood: Likelihood, **options: object) -> LatentModel:
        space = PRIORS[name].func.space
        posterior = next(kind for kind in FAMILIES_OF_POSTERIORS if kind.space is space)
        return built(likelihood, prior=PRIORS[name], posterior=posterior, **options)

    return build


def with_structure(name: str) -> Builder:
    """Return what builds models of a structure."""

    def build(likelihood: Likelihood, **options: object) -> LatentModel:
        return built(likelihood, structure=STRUCTURES[name], **options)

    return build


FAMILIES_OF_PRIORS = [StandardNormal, *parts("model.prior")]
FAMILIES_OF_POSTERIORS = [DiagonalGaussian, *parts("model.posterior")]
VAES: dict[str, Builder] = {name: with_posterior(name) for name in POSTERIORS} | {
    name: with_prior(name) for name in PRIORS
}
STAR = [
    *((likelihood, "DiagonalGaussian") for likelihood in LIKELIHOODS),
    *(("Bernoulli", model) for model, build in VAES.items()
      if Ability.DENSITY in build(Bernoulli((1, 8, 8))).abilities),
]  # fmt: skip
"""Every likelihood with the plain model and every model with one likelihood, not all with all."""
MODELS: dict[str, Builder] = VAES | {name: with_structure(name) for name in STRUCTURES}


def able(*abilities: Ability) -> list[str]:
    """Return the models whose posteriors can be asked for all of these."""
    return [
        name
        for name, build in VAES.items()
        if set(abilities) <= build(Bernoulli((1, 8, 8))).abilities
    ]
