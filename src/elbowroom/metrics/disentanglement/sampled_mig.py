"""Mutual information gap by sampling from q(z|x) (the protocol of Chen et al. 2018)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from elbowroom.errors import ConfigError
from elbowroom.metrics.disentanglement.information import entropy, gap
from elbowroom.metrics.disentanglement.metric import Metric, without_replacement
from elbowroom.metrics.disentanglement.parting import redrawn
from elbowroom.metrics.disentanglement.representation import Representation

_CELLS = 2**22
_OWN, _PART = 0.1, 4


@dataclass(frozen=True, eq=False)
class Pointwise:
    """What each of S draws tells.

    Attributes:
        told: log q(z_j | v_f) - log q(z_j) at each draw, (S, D, F), in nats.
        own: Mean share of the draw's own example in q(z_j | v_f), (D, F).
        entropies: H(v_f), (F,), in nats.
        factors: Names of the F factors.
        components: Number of examples that the means are over, N.
    """

    told: np.ndarray
    own: np.ndarray
    entropies: np.ndarray
    factors: tuple[str, ...]
    components: int

    def __len__(self) -> int:
        return len(self.told)


class SampledMIG(Metric[Pointwise]):
    """Mutual information gap of draws from the posterior.

        MIG = mean_f (I(z_a; v_f) - I(z_b; v_f)) / H(v_f)
        I(z_j; v_f) = E[log q(z_j | v_f) - log q(z_j)]

    where q(z_j) is the mean of q(z_j|x) over all examples and q(z_j | v_f) that over the examples
    with the same value of f; the expectation is over examples x and draws z from q(z|x), so the
    entropies are those of codes with their noise, not of means. q(z|x) must be a Gaussian of
    independent units. No bins of codes: continuous factors are cut into 20 of equal frequency.

    The mean over few examples is a mixture of few components, and the example that z was drawn
    from is one of them. Where posteriors are narrow it outweighs all others: q(z_j | v_f) is then
    its own density over n, every dimension seems to tell all about every factor, and the gap
    vanishes. One code scored .09, .14 and .18 with 800, 2,000 and 20,000 examples. So N is part of
    the protocol, and a note says where the own example is more than a tenth of the mixture.

    Chen et al. use all 737,280 images of dSprites and four factors of five, not the shape: leave it
    out, with factors.only(...) or --ignore shape, for theirs.

    Errors are from subsamples of a quarter of the examples and of the draws, drawn without
    replacement: one drawn twice would be in the mixture twice.

    Chen et al. 2018, https://arxiv.org/abs/1802.04942.

    Args:
        samples: Draws to evaluate the densities at.
        examples: Examples to take the means over, at most; time grows with the product of the two.
    """

    protocol: ClassVar[str] = "Chen et al.: draws from q(z|x), densities by sampling"
    paper: ClassVar[str] = "Chen et al. 2018"
    names: ClassVar[tuple[str, ...]] = ("MIG (draws from q)",)
    least: ClassVar[int] = 20
    """Components of the mixture for each value."""
    seeds: ClassVar[int] = 2
    resamples: ClassVar[int] = 12

    def __init__(self, *, samples: int = 1_000, examples: int = 20_000) -> None:
        super().__init__(samples=samples)
        if examples < 2:
            raise ConfigError(f"examples must be 2 or more, got {examples}")
        self.examples = examples

    def used(self, representation: Representation) -> int:
        """Return the number of examples that the means are over."""
        return min(self.examples, len(representation))

    def said(self, representation: Representation) -> str:
        """Return the protocol with the number of factors and of examples."""
        count = len(representation.factors.names)
        return (
            f"{self.protocol}; {count} factor{'s' if count > 1 else ''}, means over "
            f"{self.used(representation):,} examples"
        )

    def remarks(self, drawn: Sequence[Pointwise]) -> Iterator[str]:
        """Say where a draw meets hardly any example but its own."""
        own = np.mean([one.own for one in drawn], axis=0)
        dim, factor = np.unravel_index(own.argmax(), own.shape)
        if own[dim, factor] > _OWN:
            yield (
                f"Of {self.names[0]}: on average {own[dim, factor]:.0%} of the density of a draw, "
                f"given its {drawn[0].factors[factor]!r}, comes from the example that it was drawn "
                f"from, in the dimension where that is most. {drawn[0].components:,} examples are "
                f"too few for posteriors so narrow (above {_OWN:.0%}): dimensions seem to tell "
                "more than they do, the score changes with the number of examples, and only "
                "scores of the same number can be compared."
            )

    def draw(self, representation: Representation, rng: np.random.Generator) -> Pointwise:
        """Draw codes from q(z|x) and evaluate the densities there."""
        return self._evaluated(representation, self.used(representation), self.samples, rng)

    def again(
        self, drawn: Sequence[Pointwise], representation: Representation, rng: np.random.Generator
    ) -> list[Pointwise]:
        """Draw from a quarter of the examples, once for each seed."""
        count = len(representation)
        rows = redrawn(
            representation.every_class, lambda: rng.permutation(count)[: max(2, count // _PART)]
        )
        some = representation.subset(rows)
        examples = min(max(2, self.used(representation) // _PART), len(some))
        samples = max(2, min(self.samples, self.used(representation)) // _PART)
        return [self._evaluated(some, examples, samples, rng) for _ in drawn]

    def scaling(self, drawn: Pointwise, again: Pointwise) -> float:
        """Return sqrt(m / (n - m)) for m examples of n."""
        return without_replacement(again.components, drawn.components)

    def score(self, material: Pointwise, seed: int) -> tuple[float, ...]:
        """Return the mean gap."""
        told = np.maximum(material.told.mean(0), 0.0)
        return (float((gap(told) / material.entropies).mean()),)

    def _evaluated(
        self, representation: Representation, examples: int, samples: int, rng: np.random.Generator
    ) -> Pointwise:
        at = representation.positions(examples, rng)
        sample, scales = representation.sample(at), representation.scales(at)
        chosen = np.arange(min(samples, len(at)))
        z = sample.codes[chosen] + scales[chosen] * rng.standard_normal((len(chosen), sample.dims))
        told, own = zip(
            *(
                _told(z[:, j], sample.codes[:, j], scales[:, j], sample.classes)
                for j in range(sample.dims)
            ),
            strict=True,
        )
        names = representation.factors.names
        return Pointwise(np.stack(told, 1), np.stack(own), entropy(sample.classes), names, len(at))


def _told(
    z: np.ndarray, means: np.ndarray, scales: np.ndarray, classes: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Evaluate the densities of one dimension at the draws of the first examples.

    Args:
        z: Draws, (S,), one from the posterior of each of the first S examples.
        means: Means of q(z|x), (N,).
        scales: Standard deviations, (N,).
        classes: Classes of the factors, (N, F).

    Returns:
        log q(z | v_f) - log q(z), (S, F), and the mean share of the own example in q(z | v_f),
        (F,).
    """
    members = [[classes[:, f] == v for v in range(classes[:, f].max() + 1)]
               for f in range(classes.shape[1])]  # fmt: skip
    indicators = np.stack([np.ones(len(means)), *(m for of in members for m in of)], 1)
    sizes = indicators.sum(0)
    offsets = 1 + np.cumsum([0, *(len(of) for of in members[:-1])])
    found, shares = [], []
    rows = max(1, _CELLS // len(means))
    for start in range(0, len(z), rows):
        part = z[start : start + rows, None]
        at = np.arange(len(part))
        logs = -0.5 * ((part - means) / scales) ** 2 - np.log(scales)
        densities = np.exp(logs - logs.max(1, keepdims=True))
        # One product sums the densities over all examples and over those with each value.
        sums = densities @ indicators
        places = offsets + classes[start : start + len(part)]
        given = np.maximum(sums[at[:, None], places], np.finfo(float).tiny)
        found.append(np.log(given / sizes[places]) - np.log(sums[:, :1] / sizes[0]))
        shares.append(densities[at, start + at][:, None] / given)
    return np.concatenate(found), np.concatenate(shares).mean(0)
