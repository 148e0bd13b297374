"""The bound against the number of samples: how far importance sampling still has to rise.

    L_K = E[log 1/K sum_k w_k],   L_1 = ELBO <= L_K <= L_{K+1} <= log p(x)       Burda et al. (2016)

One stream of log-weights gives all K: the first K weights of each example give L_K, so that the
points of a curve share their noise and its rise is not hidden by it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from elbowroom.errors import ConfigError
from elbowroom.evidence import Estimate, RunningWeights
from elbowroom.evidence.importance import gathered
from elbowroom.evidence.rows import chunks, passes, prepared, reproducible
from elbowroom.models import LatentModel

COUNTS = (5, 15, 50, 150, 500, 1500, 5000)
SHOWN = (50, 500, 5000)


@dataclass(frozen=True, eq=False)
class Curve:
    """Bounds on log p(x) of the same examples with more and more samples.

    Attributes:
        elbo: K = 1 in expectation, the mean of the log-weights.
        bounds: Importance-sampled bounds by K.
        reference: What they should rise to, by the method of the evaluation.
    """

    elbo: Estimate
    bounds: Mapping[int, Estimate]
    reference: Estimate

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values, for JSON."""
        return {
            "examples": self.elbo.examples,
            "elbo": self.elbo.to_dict(),
            "bounds": [bound.to_dict() for bound in self.bounds.values()],
            "reference": self.reference.to_dict(),
        }


def bound_curve(
    model: LatentModel,
    x: Tensor,
    *,
    counts: Sequence[int] = COUNTS,
    seed: int = 0,
    rows: int | None = None,
) -> tuple[Estimate, dict[int, Estimate]]:
    """Estimate the ELBO and the importance-sampled bounds at several K from one stream.

    Args:
        model: Model whose posterior has a density.
        x: Examples as the model sees them, (N, *event).
        counts: The numbers K of samples, each 2 or more.
        seed: Seed of the draws; the global random state is left as it was.
        rows: Decoder evaluations at a time.

    Returns:
        The ELBO, and the bounds by K, in nats per example.

    Raises:
        ConfigError: If there is no K, or one below 2.
        IncompatibleError: If the posterior has no density.
        SupportError: If x is outside the support of the likelihood.

    Example:
        >>> from elbowroom import VAE, Bernoulli
        >>> model = VAE.of(Bernoulli((4,)), latent=2)
        >>> elbo, bounds = bound_curve(model, torch.ones(3, 4), counts=(5, 50))
        >>> list(bounds), bounds[50].samples
        ([5, 50], 50)
    """
    counts = sorted(set(counts))
    if not counts:
        raise ConfigError("a curve of bounds needs at least one number of samples K")
    rows = prepared(model, x, counts[0], rows)
    most, blocks = counts[-1], []
    with reproducible(model, seed):
        for here, part in chunks(model, x, most, rows):
            running = {count: RunningWeights(count, len(part)) for count in counts}
            seen = 0
            for trace in passes(here, part, most, rows):
                for count, weights in running.items():
                    if seen < count:
                        weights.add(trace.log_w[: count - seen])
                seen += len(trace.log_w)
            blocks.append({count: weights.summary() for count, weights in running.items()})
    last = [block[most] for block in blocks]
    elbo = Estimate.over(
        torch.cat([one.log_w_mean for one in last]),
        errors=(torch.cat([one.log_w_variance for one in last]) / most).sqrt(),
        method="mean of log-weights",
        samples=most,
        seed=seed,
        dimensions=x[0].numel(),
    )
    bounds = {
        count: gathered([block[count] for block in blocks], "importance sampling", count, seed, x)
        for count in counts
    }
    return elbo, bounds
