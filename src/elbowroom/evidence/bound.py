"""The evidence lower bound and its two parts, with their errors.

    ELBO = E_q[log p(x|z)] - KL(q(z|x) || p(z)) = -(distortion + rate)

The rate is in closed form where one exists, so that only the distortion has Monte Carlo error.
"""

from math import sqrt

import torch
from torch import Tensor

from elbowroom.evidence.estimate import Estimate
from elbowroom.evidence.rows import chunks, passes, prepared, reproducible
from elbowroom.models import LatentModel


def lower_bound(
    model: LatentModel, x: Tensor, *, samples: int = 16, seed: int = 0, rows: int | None = None
) -> dict[str, Estimate]:
    """Estimate the ELBO, the distortion and the rate.

    Args:
        model: Model whose posterior has a density.
        x: Examples as the model sees them, (N, *event).
        samples: Number K of codes for each example, 2 or more.
        seed: Seed of the draws; the global random state is left as it was.
        rows: Decoder evaluations at a time.

    Returns:
        Estimates named elbo, distortion and rate, in nats per example; of a model with several
        levels also the rate of each, named as `rate of z2`.

    Raises:
        ConfigError: If samples is below 2.
        IncompatibleError: If the posterior has no density.
        SupportError: If x is outside the support of the likelihood.
    """
    rows = prepared(model, x, samples, rows)
    with reproducible(model, seed):
        parts = [
            _terms(here, part, samples, rows) for here, part in chunks(model, x, samples, rows)
        ]
    distortion, *rates = torch.cat(parts, 2)
    rate = torch.stack(rates).sum(0)
    terms = {"elbo": -(distortion + rate), "distortion": distortion, "rate": rate}
    if len(rates) > 1:
        names = (f"rate of {name}" for name in model.level_names)
        terms |= dict(zip(names, rates, strict=True))
    return {
        name: Estimate.over(
            term.mean(0),
            errors=term.std(0) / sqrt(samples),
            method="mean over q(z|x)",
            samples=samples,
            seed=seed,
            dimensions=x[0].numel() if name == "elbo" else None,
        )
        for name, term in terms.items()
    }


def _terms(model: LatentModel, x: Tensor, samples: int, rows: int) -> Tensor:
    """Return distortions and the rates of the levels, (1 + levels, K, B)."""
    parts = [
        torch.stack([-trace.log_px, *(level.rate for level in trace.levels)]).double().cpu()
        for trace in passes(model, x, samples, rows)
    ]
    return torch.cat(parts, 1)
