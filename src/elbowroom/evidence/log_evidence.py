"""One door to all estimators of log p(x)."""

from collections.abc import Callable
from inspect import signature
from typing import Any

from torch import Tensor

from elbowroom.errors import ConfigError, did_you_mean
from elbowroom.evidence.adaptive import adaptive
from elbowroom.evidence.annealed import annealed
from elbowroom.evidence.bound import lower_bound
from elbowroom.evidence.estimate import Estimate
from elbowroom.evidence.importance import importance_sampling, pareto_smoothed, prior_sampling
from elbowroom.models import LatentModel


def elbo_estimate(
    model: LatentModel, x: Tensor, *, samples: int = 16, seed: int = 0, rows: int | None = None
) -> Estimate:
    """Estimate the evidence lower bound; see `lower_bound`."""
    return lower_bound(model, x, samples=samples, seed=seed, rows=rows)["elbo"]


METHODS: dict[str, Callable[..., Estimate]] = {
    "prior-sampling": prior_sampling,
    "elbo": elbo_estimate,
    "importance-sampling": importance_sampling,
    "pareto-smoothed": pareto_smoothed,
    "annealed": annealed,
    "adaptive": adaptive,
}
"""Estimators by name, from the least to the most that can be trusted."""


def log_evidence(
    model: LatentModel, x: Tensor, *, method: str = "adaptive", **options: Any
) -> Estimate:
    """Estimate the mean of log p(x) over examples, by any of the methods.

    Args:
        model: The model.
        x: Examples as the model sees them, (N, *event).
        method: 'adaptive' to a target error; 'importance-sampling' from q(z|x), 'pareto-smoothed';
            'annealed' from prior or posterior; the 'elbo'; or 'prior-sampling', to see it fail.
        options: Options of the method: samples, seed, rows, target_error, ...

    Returns:
        Estimate in nats per example.

    Raises:
        ConfigError: If there is no such method or option, or an option is out of range.
        IncompatibleError: If the method needs a posterior density and there is none.
        SupportError: If x is outside the support of the likelihood.

    Example:
        >>> import torch
        >>> from elbowroom import VAE, Bernoulli
        >>> model = VAE.of(Bernoulli((4,)), latent=2)
        >>> log_evidence(model, torch.ones(3, 4), method="annealed", steps=10, samples=4).method
        'annealed importance sampling'
    """
    if method not in METHODS:
        raise ConfigError(
            f"there is no method {method!r}: choose one of {', '.join(METHODS)}."
            + did_you_mean(method, METHODS)
        )
    estimator = METHODS[method]
    known = {p.name for p in signature(estimator).parameters.values() if p.kind is p.KEYWORD_ONLY}
    for name in options.keys() - known:
        raise ConfigError(
            f"the method {method} has no option {name!r}; its options are: "
            f"{', '.join(sorted(known))}." + did_you_mean(name, known)
        )
    return estimator(model, x, **options)
