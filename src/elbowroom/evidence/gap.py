"""Where the gap between the ELBO and log p(x) comes from.

    log p(x) - ELBO(q) =  [log p(x) - ELBO(q*)]  +  [ELBO(q*) - ELBO(q)]
        total          =        family           +     amortisation

q is the encoder's posterior and q* the best one of its family for this very example. The first
part is KL(q* || p(z|x)): a richer family lowers it. The second is what the encoder loses by
being one network for all examples: a larger encoder, or longer training, lowers it. Cremer et
al. (2018), 'Inference suboptimality in variational autoencoders', who call the first the
approximation gap.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import sqrt
from typing import Any

import torch
from torch import Tensor

from elbowroom.errors import ShapeError
from elbowroom.evidence.best_posterior import (
    AtPosterior,
    BestPosterior,
    best_posterior,
    elbo_terms,
    fresh_noise,
)
from elbowroom.evidence.estimate import Estimate
from elbowroom.evidence.importance import importance_sampling
from elbowroom.evidence.rows import chunks, prepared, reproducible
from elbowroom.models import VAE, LatentModel, one_level


@dataclass(frozen=True, eq=False)
class InferenceGap:
    """The gap and its two parts, each 0 or more up to its Monte Carlo error.

    Attributes:
        total: log p(x) - ELBO of the encoder's posterior, in nats per example.
        family: The part of the posterior family.
        amortisation: The part of the encoder.
        evidence: The log p(x) that was used.
        elbo: ELBO of the encoder's posterior.
        best_elbo: ELBO of the best posterior.
        steps: Steps that the search for the best posterior took.
        converged: Share of the examples for which it ended because nothing improved.
    """

    total: Estimate
    family: Estimate
    amortisation: Estimate
    evidence: Estimate
    elbo: Estimate
    best_elbo: Estimate
    steps: int
    converged: float

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values, for JSON."""
        names = ("total", "family", "amortisation", "evidence", "elbo", "best_elbo")
        numbers = {name: getattr(self, name).to_dict() for name in names}
        return {**numbers, "steps": self.steps, "converged": self.converged}

    def __repr__(self) -> str:
        lines = [f"InferenceGap({self.total.examples} examples, seed {self.total.seed})"]
        lines += [
            f"  {name:<13}{e.value:8.3f} {e.units} +- {e.data_error:.3f} (data) "
            f"+- {e.mc_error:.3f} (Monte Carlo)"
            for name, e in (
                ("total", self.total),
                ("family", self.family),
                ("amortisation", self.amortisation),
            )
        ]
        found = f"best posteriors after {self.steps} steps, {self.converged:.0%} converged"
        flagged = self.evidence.flagged
        doubt = f"; log p(x): {flagged:.0%} flagged by Pareto k" if flagged else ""
        return "\n".join([*lines, f"  {found}{doubt}"])


def inference_gap(
    model: LatentModel,
    x: Tensor,
    *,
    evidence: Estimate | None = None,
    samples: int = 1000,
    steps: int = 1000,
    tolerance: float = 1e-3,
    seed: int = 0,
    rows: int | None = None,
) -> InferenceGap:
    """Split log p(x) - ELBO into the part of the posterior family and that of the encoder.

    Both bounds are measured on the same noise, which the search for q* has not seen. Known
    biases: log p(x) by importance sampling is too low, and with it the total and the family's
    part (`bias` says by about how much); a search that ended early leaves some of the encoder's
    part in the family's.

    Args:
        model: Model of one level whose posterior has a density.
        x: Examples as the model sees them, (N, *event).
        evidence: log p(x) of these examples as the model sees them; importance sampling with q*
            as the proposal when not given.
        samples: Codes for each bound and for log p(x), 2 or more.
        steps: Most steps of the search for q*.
        tolerance: Gain in 25 steps, in nats per example, below which that search slows down.
        seed: Seed of all noise; the global random state is left as it was.
        rows: Decoder evaluations at a time.

    Returns:
        Estimates in nats per example; `per_example` holds each example's part.

    Raises:
        ConfigError: If samples is below 2 or steps below 1.
        ShapeError: If the evidence is of another number of examples.
        IncompatibleError: If the posterior has no density, or the model several levels.
        SupportError: If x is outside the support of the likelihood.

    Example:
        >>> from elbowroom import VAE, Bernoulli
        >>> gap = inference_gap(VAE.of(Bernoulli((4,)), latent=2), torch.ones(3, 4), samples=50)
        >>> abs(gap.total.value - gap.family.value - gap.amortisation.value) < 1e-9
        True
    """
    rows = prepared(model, x, samples, rows)
    model = one_level(model, "the gap of the posterior's family")
    if evidence is not None and evidence.examples != len(x):
        raise ShapeError(
            f"the evidence is of {evidence.examples} examples and x holds {len(x)}: estimate "
            "log p(x) of the same examples"
        )
    best = best_posterior(model, x, steps=steps, tolerance=tolerance, seed=seed, rows=rows)
    with reproducible(model, seed + 1):
        bounds = _bounds(model, x, best, samples, rows)
        if evidence is None:
            evidence = _weighed(model, x, best, samples, seed, rows)
    terms = _parts(bounds, evidence)
    estimates = {
        name: Estimate.over(
            term.value,
            errors=term.error,
            biases=term.bias,
            method="encoder against the best of its family",
            samples=samples,
            seed=seed,
        )
        for name, term in terms.items()
    }
    return InferenceGap(**estimates, evidence=evidence, steps=best.steps, converged=best.converged)


@dataclass(frozen=True, eq=False)
class _Term:
    """Per-example numbers, (N,)."""

    value: Tensor
    error: Tensor
    bias: Tensor

    @classmethod
    def of(cls, terms: Tensor) -> "_Term":
        mean = terms.mean(0).cpu()
        return cls(mean, terms.std(0).cpu() / sqrt(len(terms)), torch.zeros_like(mean))

    @classmethod
    def joined(cls, parts: list["_Term"]) -> "_Term":
        return cls(*(torch.cat([getattr(p, n) for p in parts]) for n in ("value", "error", "bias")))

    def __sub__(self, other: "_Term") -> "_Term":
        """The difference of numbers whose errors are independent."""
        return _Term(
            self.value - other.value,
            torch.hypot(self.error, other.error),
            self.bias - other.bias,
        )


def _bounds(
    model: VAE, x: Tensor, best: BestPosterior, samples: int, rows: int
) -> Mapping[str, _Term]:
    """Measure both bounds, and their difference, on common noise."""
    found: dict[str, list[_Term]] = {"elbo": [], "best_elbo": [], "amortisation": []}
    both = [chunks(AtPosterior(model, raw), x, samples, rows) for raw in (best.start, best.raw)]
    for pair in zip(*both, strict=True):
        noise = fresh_noise()
        own, other = (
            elbo_terms(here, part, samples=samples, noise=noise, rows=rows) for here, part in pair
        )
        found["elbo"].append(_Term.of(own))
        found["best_elbo"].append(_Term.of(other))
        found["amortisation"].append(_Term.of(other - own))
    return {name: _Term.joined(terms) for name, terms in found.items()}


def _weighed(
    model: VAE, x: Tensor, best: BestPosterior, samples: int, seed: int, rows: int
) -> Estimate:
    """Importance-sample log p(x) from the best posteriors."""
    found = importance_sampling(
        AtPosterior(model, best.raw), x, samples=samples, seed=fresh_noise(), rows=rows
    )
    return replace(found, method="importance sampling from the best posteriors", seed=seed)


def _parts(bounds: Mapping[str, _Term], evidence: Estimate) -> Mapping[str, _Term]:
    columns = (evidence.per_example[name].double().cpu() for name in ("value", "error", "bias"))
    log_p = _Term(*columns)
    gaps = {"total": log_p - bounds["elbo"], "family": log_p - bounds["best_elbo"]}
    return {**bounds, **gaps}
