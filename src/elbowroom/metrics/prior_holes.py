"""Prior holes: where the prior puts samples and the data put no codes.

A decoder is trained on codes z ~ q(z) = E_x[q(z|x)] and asked for samples at z ~ p(z). How well
the second are covered by the first is a two-sample question, and the best statistic for it is the
density ratio (Neyman & Pearson), here with the exact mixture over N examples:

    s(z) = log q_N(z) - log p(z)
    t    = the 1st percentile of s over codes of held-out examples
    share of holes = P(s(z) < t),  z ~ p

so: how much of the prior lies where only 1 % of the codes do. Where the prior is matched, codes of
held-out examples and samples of the prior are the same thing, so that s has one distribution over
both and the share is 1 %: exactly, however rough the mixture over N examples is, because neither
set has a component of its own in it. Too few examples can hide holes, they invent none. That is
what speaks for it against a threshold on q_N(z) alone, which a rough mixture fails everywhere, and
against nearest neighbours, which weigh the units by their spread and not by the density.

Rosca et al. (2018), 'Distribution matching in variational inference', for what holes do.
"""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from elbowroom.distributions.aggregate import Aggregate
from elbowroom.errors import ConfigError, DataError, IncompatibleError
from elbowroom.models import VAE, LatentModel, one_level, raw_posteriors
from elbowroom.models.mode import evaluating

_ENCODED = 1024
_RESAMPLES = 200
_SHOWN = 16


@dataclass(frozen=True, eq=False)
class PriorHoles:
    """How much of the prior the codes do not cover.

    Attributes:
        share: Share of the prior's samples that lie where only `level` of the codes do.
        error: Its standard error, by resampling prior samples and held-out examples.
        level: What `share` is where the prior is matched.
        samples: Samples of the prior.
        codes: Codes of held-out examples.
        population: Examples that the aggregate posterior is over.
        seed: Seed that reproduces it.
        deepest: The samples of the prior with the fewest codes around them, (16, latent), to be
            decoded and looked at.
    """

    share: float
    error: float
    level: float
    samples: int
    codes: int
    population: int
    seed: int
    deepest: Tensor

    def to_dict(self) -> dict[str, Any]:
        """Return the numbers as plain values, for JSON."""
        numbers = {name: value for name, value in vars(self).items() if name != "deepest"}
        return {**numbers, "units": "share of prior samples"}

    def __repr__(self) -> str:
        return (
            f"PriorHoles({self.share:.1%} +- {self.error:.1%} of {self.samples:,} prior samples "
            f"lie where {self.level:.0%} of {self.codes:,} held-out codes do, against "
            f"{self.population:,} examples, seed {self.seed})"
        )


def prior_holes(
    model: LatentModel,
    x: Tensor,
    *,
    held_out: Tensor | None = None,
    samples: int = 1000,
    population: int = 10_000,
    level: float = 0.01,
    seed: int = 0,
) -> PriorHoles:
    """Measure how much of the prior the aggregate posterior does not cover.

    Args:
        model: Model of one level whose posterior has a density at any code.
        x: Examples as the model sees them, (N, *event), that the aggregate posterior is of.
        held_out: Other examples, of the same population, for the codes that set the standard;
            a random half of x, which is then not in the aggregate, when not given.
        samples: Samples of the prior, and codes of held-out examples, one for each example as far
            as they reach, 100 or more.
        population: Most examples that the aggregate is over; random ones where x has more.
        level: Share of the codes that sets the standard, between 0 and 1.
        seed: Seed of all draws; the global random state is left as it was.

    Raises:
        ConfigError: If samples is below 100 or level not between 0 and 1.
        DataError: If x has fewer than 4 examples.
        IncompatibleError: If the model has several levels, or its posterior no density at codes
            that are not its own draws; or if held-out examples are given to a conditional one.

    Example:
        >>> from elbowroom import VAE, Bernoulli
        >>> model = VAE.of(Bernoulli((4,)), latent=2)
        >>> prior_holes(model, torch.eye(4), samples=100).level
        0.01
    """
    if samples < 100:
        raise ConfigError(f"samples must be 100 or more to tell a percentile by, got {samples}")
    if not 0 < level < 1:
        raise ConfigError(f"level must be between 0 and 1, got {level}")
    if len(x) < 4 or (held_out is not None and len(held_out) < 2):
        raise DataError("prior holes need 4 examples or more, and 2 of them held out")
    model = one_level(model, "the share of holes in the prior")
    model.likelihood.check(x)
    model.check_examples(len(x))
    with evaluating(model), torch.no_grad(), torch.random.fork_rng(_cuda(x)):
        torch.manual_seed(seed)
        (known, x), (new, held_out) = _apart(model, x, held_out, population)
        aggregate = Aggregate(model.encoder.family, raw_posteriors(known, x))
        z = model.prior().sample(torch.Size((samples,)))
        ratios, codes = (_log_ratio(model, aggregate, at)
                         for at in (z, _codes(new, held_out, samples)))  # fmt: skip
        share = (ratios < codes.quantile(level)).double().mean()
        error = _error(ratios, codes.reshape(-1, min(len(held_out), samples)), level)
    return PriorHoles(
        share=float(share),
        error=error,
        level=level,
        samples=samples,
        codes=len(codes),
        population=len(x),
        seed=seed,
        deepest=z[ratios.argsort()[:_SHOWN]].cpu(),
    )


def _cuda(x: Tensor) -> list[torch.device]:
    return [x.device] if x.is_cuda else []


def _apart(
    model: VAE, x: Tensor, held_out: Tensor | None, population: int
) -> tuple[tuple[VAE, Tensor], tuple[VAE, Tensor]]:
    """Return the examples of the aggregate and those held out, each with the model of them."""
    order = torch.randperm(len(x))
    if held_out is None:
        tested, order = order[: len(x) // 2], order[len(x) // 2 :]
        return _some(model, x, order[:population]), _some(model, x, tested)
    if model.condition_size:
        raise IncompatibleError(
            "the model is given the conditions of x, and those of the held-out examples are not "
            "known: leave held_out away, and a random half of x is held out"
        )
    return _some(model, x, order[:population]), (model, held_out)


def _some(model: VAE, x: Tensor, which: Tensor) -> tuple[VAE, Tensor]:
    return model.at(which), x[which]


def _codes(model: VAE, x: Tensor, samples: int) -> Tensor:
    """Draw about `samples` codes, as many of each of as many examples as there are."""
    model, x = _some(model, x, torch.randperm(len(x))[:samples])
    draws = -(-samples // len(x))
    parts = [here(part, draws).z for here, part in model.divided(x, _ENCODED)]
    return torch.cat(parts, 1).flatten(0, 1)


def _log_ratio(model: VAE, aggregate: Aggregate, z: Tensor) -> Tensor:
    return (aggregate.log_prob(z) - model.prior().log_prob(z.double())).cpu()


def _error(ratios: Tensor, codes: Tensor, level: float) -> float:
    """Bootstrap the share over prior samples (M,) and over the examples of the codes (K, B)."""
    shares = []
    for _ in range(_RESAMPLES):
        again = ratios[torch.randint(len(ratios), (len(ratios),))]
        others = codes[:, torch.randint(codes.shape[1], (codes.shape[1],))]
        shares.append((again < others.flatten().quantile(level)).double().mean())
    return float(torch.stack(shares).std())
