"""Importance-sampled log-evidence.

    log p-hat(x) = log 1/K sum_k p(x, z_k) / q(z_k|x),    z_k ~ q(z|x)

An unbiased estimate of p(x); its logarithm is a stochastic lower bound on log p(x) that rises
with K (Burda et al. 2016). The examples are taken in chunks of about `rows` decoder evaluations,
the weights are summed as a stream, and nothing grows with K.
"""

import torch
from torch import Tensor

from elbowroom.evidence.estimate import Estimate
from elbowroom.evidence.rows import chunks, prepared, reproducible
from elbowroom.evidence.weights import RunningWeights, WeightSummary
from elbowroom.models import LatentModel


def importance_sampling(
    model: LatentModel, x: Tensor, *, samples: int = 1000, seed: int = 0, rows: int | None = None
) -> Estimate:
    """Estimate the mean of log p(x) over examples by importance sampling from q(z|x).

    Args:
        model: Model whose posterior has a density.
        x: Examples as the model sees them, (N, *event).
        samples: Number K of codes for each example, 2 or more.
        seed: Seed of the draws; the global random state is left as it was.
        rows: Decoder evaluations at a time; chosen for about 64 MB of activations when not given.

    Returns:
        Estimate in nats per example; `per_example` holds value, error, bias, ess,
        largest_share and k.

    Raises:
        ConfigError: If samples is below 2.
        IncompatibleError: If the posterior has no density.
        SupportError: If x is outside the support of the likelihood.

    Example:
        >>> from elbowroom import VAE, Bernoulli
        >>> model = VAE.of(Bernoulli((4,)), latent=2)
        >>> importance_sampling(model, torch.ones(3, 4), samples=100).examples
        3
    """
    rows = prepared(model, x, samples, rows)
    with reproducible(model, seed):
        parts = [_summarise(model, part, samples, rows) for part in chunks(x, samples, rows)]

    def column(name: str) -> Tensor:
        return torch.cat([getattr(part, name) for part in parts])

    return Estimate.over(
        column("log_p"),
        errors=column("error"),
        biases=column("bias"),
        method="importance sampling",
        samples=samples,
        seed=seed,
        dimensions=x[0].numel(),
        more={name: column(name) for name in ("ess", "largest_share", "k", "log_w_variance")},
    )


def _summarise(model: LatentModel, x: Tensor, samples: int, rows: int) -> WeightSummary:
    running = RunningWeights(samples, len(x))
    at_once = max(rows // len(x), 1)
    for start in range(0, samples, at_once):
        running.add(model(x, min(at_once, samples - start)).log_w)
    return running.summary()
