"""Mutual information gap by sampling from q(z|x) (the protocol of Chen et al. 2018)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from elbowroom.errors import ConfigError
from elbowroom.metrics.disentanglement.information import entropy, gap
from elbowroom.metrics.disentanglement.metric import Metric
from elbowroom.metrics.disentanglement.representation import Representation

_CELLS = 2**22


@dataclass(frozen=True, eq=False)
class Pointwise:
    """What each of S draws tells.

    Attributes:
        told: log q(z_j | v_f) - log q(z_j) at each draw, (S, D, F), in nats.
        entropies: H(v_f), (F,), in nats.
    """

    told: np.ndarray
    entropies: np.ndarray

    def __len__(self) -> int:
        return len(self.told)

    def again(self, rng: np.random.Generator, share: float = 1.0) -> "Pointwise":
        """Return a bootstrap resample of the draws."""
        rows = rng.integers(len(self), size=max(2, round(share * len(self))))
        return Pointwise(self.told[rows], self.entropies)


class SampledMIG(Metric[Pointwise]):
    """Mutual information gap of draws from the posterior.

        MIG = mean_f (I(z_a; v_f) - I(z_b; v_f)) / H(v_f)
        I(z_j; v_f) = E[log q(z_j | v_f) - log q(z_j)]

    where q(z_j) is the mean of q(z_j|x) over all examples and q(z_j | v_f) that over the examples
    with the same value of f; the expectation is over examples x and draws z from q(z|x), so the
    entropies are those of codes with their noise, not of means. q(z|x) must be a Gaussian of
    independent units. No bins of codes: continuous factors are cut into 20 of equal frequency.

    The mean over few examples is a mixture of few components: with n of them for each value the
    information is overestimated as soon as they do not overlap. Chen et al. use all 737,280 images
    of dSprites, and four factors of five (not the shape).

    Chen et al. 2018, https://arxiv.org/abs/1802.04942.

    Args:
        samples: Draws to evaluate the densities at.
        examples: Examples to take the means over, at most; time grows with the product of the two.
    """

    protocol: ClassVar[str] = "Chen et al.: draws from q(z|x), densities by sampling"
    paper: ClassVar[str] = "Chen et al. 2018"
    names: ClassVar[tuple[str, ...]] = ("MIG (draws from q)",)
    seeds: ClassVar[int] = 2

    def __init__(self, *, samples: int = 1_000, examples: int = 20_000) -> None:
        super().__init__(samples=samples)
        if examples < 2:
            raise ConfigError(f"examples must be 2 or more, got {examples}")
        self.examples = examples

    def least(self, sizes: Mapping[str, int]) -> int:
        """Twenty components of the mixture for each value."""
        return 20 * max(sizes.values())

    def draw(self, representation: Representation, rng: np.random.Generator) -> Pointwise:
        """Draw codes from q(z|x) and evaluate the densities there."""
        at = representation.positions(min(self.examples, len(representation)), rng)
        sample, scales = representation.sample(at), representation.scales(at)
        chosen = np.arange(min(self.samples, len(at)))
        z = sample.codes[chosen] + scales[chosen] * rng.standard_normal((len(chosen), sample.dims))
        told = np.stack(
            [_told(z[:, j], sample.codes[:, j], scales[:, j], sample.classes) for j in
             range(sample.dims)], 1,
        )  # fmt: skip
        return Pointwise(told, entropy(sample.classes))

    def score(self, material: Pointwise, seed: int) -> tuple[float, ...]:
        """Return the mean gap."""
        told = np.maximum(material.told.mean(0), 0.0)
        return (float((gap(told) / material.entropies).mean()),)


def _told(z: np.ndarray, means: np.ndarray, scales: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """Return log q(z | v_f) - log q(z) of one dimension at the draws of the first examples, (S, F).

    Args:
        z: Draws, (S,), one from the posterior of each of the first S examples.
        means: Means of q(z|x), (N,).
        scales: Standard deviations, (N,).
        classes: Classes of the factors, (N, F).
    """
    members = [[classes[:, f] == v for v in range(classes[:, f].max() + 1)]
               for f in range(classes.shape[1])]  # fmt: skip
    indicators = np.stack([np.ones(len(means)), *(m for of in members for m in of)], 1)
    offsets = 1 + np.cumsum([0, *(len(of) for of in members[:-1])])
    found = []
    rows = max(1, _CELLS // len(means))
    for start in range(0, len(z), rows):
        part = z[start : start + rows, None]
        logs = -0.5 * ((part - means) / scales) ** 2 - np.log(scales)
        top = logs.max(1, keepdims=True)
        # One product sums the densities over all examples and over those with each value.
        sums = np.exp(logs - top) @ indicators / indicators.sum(0)
        own = sums[np.arange(len(part))[:, None], offsets + classes[start : start + len(part)]]
        found.append(np.log(np.maximum(own, np.finfo(float).tiny)) - np.log(sums[:, :1]))
    return np.concatenate(found)
