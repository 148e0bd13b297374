"""What the rate is made of, over a finite data set.

With n one of the N examples at random, z ~ q(z|x_n) and q(z) = 1/N sum_n q(z|x_n):

    E[KL(q(z|x_n) || p(z))] = I(n; z) + KL(q(z) || p(z))            Hoffman & Johnson (2016)
    KL(q(z) || p(z)) = KL(q(z) || prod_i q(z_i)) + sum_i KL(q(z_i) || p(z_i))
                       total correlation           dimension-wise KL      Chen et al. (2018)

the second for a prior with independent units. Each term is the mean of a log-ratio over codes
z, log q(z) and log q(z_i) being exact mixtures over all N examples, so that:

- for these N examples as they are, every estimate is unbiased, and the identities hold sample by
  sample;
- the mutual information cannot exceed log N, whatever the model: near it, every code tells its
  example and the number says more about N than about the model;
- as a statement about the population, or about a larger data set of which these are a subsample,
  the mutual information is too low and the marginal KL too high by the same amount (entropy is
  concave), the sum being unbiased; the dimension-wise KL is too high, the total correlation as a
  rule too high, because the joint is the rougher mixture.
"""

from dataclasses import dataclass
from math import log, sqrt
from typing import Any

import torch
from torch import Tensor
from torch.distributions import Distribution, Independent

from elbowroom.distributions import draw
from elbowroom.distributions.aggregate import Aggregate, log_prob_per_unit
from elbowroom.errors import ConfigError
from elbowroom.evidence.estimate import Estimate
from elbowroom.evidence.rows import prepared, reproducible
from elbowroom.models import LatentModel, one_level, raw_posteriors

_WORDS = {
    "rate": "rate",
    "mutual_information": "mutual information",
    "marginal_kl": "marginal KL",
    "total_correlation": "total correlation",
    "dimension_wise_kl": "dimension-wise KL",
}


@dataclass(frozen=True, eq=False)
class RateParts:
    """The rate and its parts, in nats, as means over the same codes.

    The data errors are those of other examples from the same population, to first order; where
    codes were drawn of some of the N examples only, they are the errors for all N as well.

    Attributes:
        rate: E[KL(q(z|x) || p(z))].
        mutual_information: I(n; z), what a code tells about which example it is of.
        marginal_kl: KL(q(z) || p(z)), how far the codes as a whole are from the prior.
        total_correlation: KL(q(z) || prod_i q(z_i)), or None where units have no marginals.
        dimension_wise_kl: sum_i KL(q(z_i) || p(z_i)), or None likewise.
        population: Number N of examples that the mixture is over.
    """

    rate: Estimate
    mutual_information: Estimate
    marginal_kl: Estimate
    total_correlation: Estimate | None
    dimension_wise_kl: Estimate | None
    population: int

    @property
    def ceiling(self) -> float:
        """Log N, which the mutual information cannot exceed."""
        return log(self.population)

    @property
    def saturated(self) -> bool:
        """Whether the mutual information is within a nat of log N.

        Then it, the marginal KL and the total correlation say more about N than about the model.
        """
        return self.mutual_information.value > self.ceiling - 1

    @property
    def estimates(self) -> dict[str, Estimate]:
        """Those that could be had, by name."""
        return {name: part for name in _WORDS if (part := getattr(self, name)) is not None}

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values, for JSON."""
        numbers = {name: estimate.to_dict() for name, estimate in self.estimates.items()}
        return {**numbers, "population": self.population, "ceiling": self.ceiling,
                "saturated": self.saturated}  # fmt: skip

    def __repr__(self) -> str:
        lines = [
            f"RateParts({self.rate.examples} examples x {self.rate.samples} codes against "
            f"{self.population:,} examples, seed {self.rate.seed})"
        ]
        for name, e in self.estimates.items():
            lines.append(
                f"  {_WORDS[name]:<20}{e.value:8.3f} {e.units} +- {e.data_error:.3f} (data) "
                f"+- {e.mc_error:.3f} (Monte Carlo)"
            )
        near = ": too near for all but the rate to mean much" if self.saturated else ""
        lines.append(f"  mutual information is at most log N = {self.ceiling:.3f}{near}")
        return "\n".join(lines)


def rate_parts(
    model: LatentModel, x: Tensor, *, examples: int = 500, samples: int = 2, seed: int = 0
) -> RateParts:
    """Split the rate over a data set into mutual information, total correlation and the rest.

    Time grows as examples x samples x N x latent: 10^9 such terms take some 10 s on one core.

    Args:
        model: Model of one level whose posterior has a density.
        x: All N examples as the model sees them, (N, *event); up to some 50,000 of them.
        examples: How many of them, drawn at random without replacement, to draw codes of; all
            where N is smaller.
        samples: Codes for each, 2 or more.
        seed: Seed of the draws; the global random state is left as it was.

    Raises:
        ConfigError: If samples is below 2 or examples below 1.
        IncompatibleError: If the posterior has no density, or the model several levels.
        SupportError: If x is outside the support of the likelihood.

    Example:
        >>> from elbowroom import VAE, Bernoulli
        >>> parts = rate_parts(VAE.of(Bernoulli((4,)), latent=2), torch.eye(4))
        >>> parts.mutual_information.value < parts.ceiling
        True
        >>> abs(parts.rate.value - parts.mutual_information.value - parts.marginal_kl.value) < 1e-9
        True
    """
    prepared(model, x, samples, None)
    model = one_level(model, "the split of the rate")
    if examples < 1:
        raise ConfigError(f"examples must be 1 or more, got {examples}")
    with reproducible(model, seed):
        raw = raw_posteriors(model, x)
        chosen = torch.randperm(len(x))[:examples].to(raw.device)
        q = model.encoder.family(raw[chosen])
        z, log_q = draw(q, (samples,))
        z = z.double()
        inferred = q.log_prob(z) if log_q is None else log_q.double()
        terms = _terms(inferred, z, Aggregate(model.encoder.family, raw), model.prior())
    parts = {
        name: Estimate.over(
            term.mean(0).cpu(),
            errors=term.std(0).cpu() / sqrt(samples),
            method=f"codes against the exact mixture of {len(x)} posteriors",
            samples=samples,
            seed=seed,
        )
        for name, term in terms.items()
    }
    return RateParts(
        rate=parts["rate"],
        mutual_information=parts["mutual_information"],
        marginal_kl=parts["marginal_kl"],
        total_correlation=parts.get("total_correlation"),
        dimension_wise_kl=parts.get("dimension_wise_kl"),
        population=len(x),
    )


def _terms(
    log_q: Tensor, z: Tensor, aggregate: Aggregate, prior: Distribution
) -> dict[str, Tensor]:
    """Return the log-ratio of each part at each code, (K, B)."""
    lead, codes = z.shape[:2], z.flatten(0, 1)
    log_p = prior.log_prob(z)
    if not (aggregate.factors and isinstance(prior, Independent)):
        marginal, split = aggregate.log_prob(codes).reshape(lead), {}
    else:
        joint, units = aggregate.log_prob_and_units(codes)
        product = units.sum(-1)
        each = (units - log_prob_per_unit(prior, codes)).sum(-1)
        marginal = joint.reshape(lead)
        split = {
            "total_correlation": (joint - product).reshape(lead),
            "dimension_wise_kl": each.reshape(lead),
        }
    return {
        "rate": log_q - log_p,
        "mutual_information": log_q - marginal,
        "marginal_kl": marginal - log_p,
        **split,
    }
