"""Memorisation: are generated examples copies of training examples?"""

from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np

from elbowroom.metrics.sample_quality.rank_area import RankArea
from elbowroom.metrics.sample_quality.rows import Examples, flat, same_shape
from elbowroom.metrics.sample_quality.score import Score

_AT_LEAST = 20
_PAIRS = 16
_BOOTSTRAPS = 200


@dataclass(frozen=True, eq=False)
class Memorisation:
    """Distances from generated and from held-out examples to the nearest training example.

    Attributes:
        nearest_in_train: Share of generated examples whose nearest neighbour among training and
            held-out examples together is a training example. By chance it is the share of training
            examples among them, blurred samples included: the measure to go by.
        data_copying: C_T of Meehan et al. 2020: the Mann-Whitney z of the distances of generated
            against those of held-out examples. Far below 0: generated examples are nearer to
            training examples than unseen data are, as copies are, and as blurred ones are too.
        ratio: Median distance of generated over that of held-out examples; 1 by chance.
        very_close: Share of generated examples not further from a training example than the
            nearest 1 % of the held-out ones are.
        pairs: Indices (generated, training) of the closest pairs, nearest first, (P, 2).
        distances: Distance of each generated example to the nearest training example, (G,).
        held_out_distances: The same for held-out examples, (H,).
    """

    nearest_in_train: Score
    data_copying: Score
    ratio: Score
    very_close: Score
    pairs: np.ndarray
    distances: np.ndarray
    held_out_distances: np.ndarray

    @property
    def scores(self) -> tuple[Score, ...]:
        """The four scores, the one to go by first."""
        return self.nearest_in_train, self.data_copying, self.ratio, self.very_close

    def to_dict(self) -> dict[str, Any]:
        """Return the scores and the closest pairs as plain values."""
        pairs = [
            {"generated": int(g), "train": int(t), "distance": float(self.distances[g])}
            for g, t in self.pairs
        ]
        return {"scores": [score.to_dict() for score in self.scores], "closest": pairs}


def memorisation(
    generated: Examples, train: Examples, test: Examples, *, seed: int = 0
) -> Memorisation:
    """Compare how near generated and held-out examples come to training examples.

    All tests are one-sided, towards copying. The first needs only that training and held-out
    examples are exchangeable but for the training: its null holds for any generator that has not
    seen more of the one than of the other. The variance allows for examples that are the nearest
    neighbour of many. C_T (https://arxiv.org/abs/2004.05675, here with all data as one cell) takes
    generated examples to be as sharp as data; far above 0 it says that they lie outside of them.

    Args:
        generated: Generated examples, (G, ...), G at least 20.
        train: The examples that the generator was trained on, all of them, (N, ...).
        test: Examples of the same kind that it has not seen, (H, ...), H at least 20.
        seed: Seed of the bootstrap.

    Raises:
        ShapeError: If the sets differ in the shape of an example.
        DataError: If there are too few examples or a value is not finite.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> train, test = rng.normal(size=(500, 8)), rng.normal(size=(200, 8))
        >>> copies = train[:100] + 0.01 * rng.normal(size=(100, 8))
        >>> found = memorisation(copies, train, test)
        >>> found.nearest_in_train.value, round(found.nearest_in_train.null, 3)
        (1.0, 0.714)
        >>> bool(found.pairs[0, 0] == found.pairs[0, 1]), found.very_close.value
        (True, 1.0)
    """
    same_shape({"generated": generated, "training": train, "held-out": test})
    made = flat(generated, "generated", at_least=_AT_LEAST)
    seen = flat(train, "training", at_least=_AT_LEAST)
    unseen = flat(test, "held-out", at_least=_AT_LEAST)
    to_train, nearest = _nearest(made, seen)
    to_test, nearest_unseen = _nearest(made, unseen)
    held_out, _ = _nearest(unseen, seen)
    sizes = {"real": len(unseen), "generated": len(made), "seed": seed}
    # Equally near ones of both kinds, as in data of few values, count half.
    first = (to_train < to_test) + 0.5 * (to_train == to_test)
    winner = np.where(to_train <= to_test, nearest, len(seen) + nearest_unseen)
    order = np.argsort(to_train, kind="stable")[:_PAIRS]
    return Memorisation(
        nearest_in_train=_nearest_in_train(first, winner, len(seen), len(unseen), sizes),
        data_copying=_data_copying(to_train, held_out, sizes),
        ratio=_ratio(to_train, held_out, sizes),
        very_close=_very_close(to_train, held_out, sizes),
        pairs=np.stack([order, nearest[order]], 1),
        distances=to_train,
        held_out_distances=held_out,
    )


def _nearest(rows: np.ndarray, among: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    from sklearn.neighbors import NearestNeighbors

    middle = among.mean(0)
    finder = NearestNeighbors(n_neighbors=1, algorithm="brute").fit(among - middle)
    indices = finder.kneighbors(rows - middle, return_distance=False)[:, 0]
    # Measured again: distances by matrix products are not 0 for equal rows.
    return np.linalg.norm(rows - among[indices], axis=1), indices


def _nearest_in_train(
    first: np.ndarray, winner: np.ndarray, train: int, test: int, sizes: dict[str, int]
) -> Score:
    """Compare with random labels of 'training' on the examples, as many as there are.

    With h_i the number of generated examples that example i is nearest to, the share has variance
    p (1 - p) P / (P - 1) sum_i (h_i - mean h)^2 / G^2 over the labels of all P examples.
    """
    from scipy.stats import norm

    pool, made = train + test, len(winner)
    p, hits = train / pool, np.bincount(winner, minlength=pool)
    variance = p * (1 - p) * pool / (pool - 1) * np.square(hits - hits.mean()).sum() / made**2
    value, null_error = float(first.mean()), sqrt(variance)
    # Generated examples with the same nearest neighbour share its fate: one draw, not many.
    together = np.bincount(winner, weights=first - value, minlength=pool)
    return Score(
        name="nearest in train",
        value=value,
        error=max(sqrt(np.square(together).sum()), 0.5) / made,
        null=p,
        null_error=null_error,
        p_value=float(norm.sf((value - p) / null_error)),
        **sizes,
    )


def _data_copying(made: np.ndarray, held_out: np.ndarray, sizes: dict[str, int]) -> Score:
    from scipy.stats import norm

    area = RankArea.between(made, held_out)
    z, error = (area.value - 0.5) / area.null_error, area.error / area.null_error
    return Score("data copying C_T", z, error, 0.0, 1.0, float(norm.cdf(z)), **sizes)


def _ratio(made: np.ndarray, held_out: np.ndarray, sizes: dict[str, int]) -> Score:
    resampled = [_resampled(made, sizes["seed"]), _resampled(held_out, sizes["seed"] + 1)]
    # A held-out median of 0 (data of few values) leaves nothing to compare with.
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = np.median(resampled[0], axis=1) / np.median(resampled[1], axis=1)
        value = float(np.median(made) / np.median(held_out))
    error = float(ratios.std(ddof=1)) if np.isfinite(ratios).all() else float("nan")
    return Score("median distance ratio", value, error, 1.0, None, None, **sizes)


def _resampled(values: np.ndarray, seed: int) -> np.ndarray:
    """Return bootstrap samples of values (N,), (200, N)."""
    rng = np.random.default_rng(seed)
    return values[rng.integers(len(values), size=(_BOOTSTRAPS, len(values)))]


def _very_close(made: np.ndarray, held_out: np.ndarray, sizes: dict[str, int]) -> Score:
    """Count what is not above the r-th smallest held-out distance, r about 1 % of H.

    Under equal continuous distributions that number is beta-binomial(G, r, H + 1 - r), exactly.
    """
    from scipy.stats import betabinom

    g, h = len(made), len(held_out)
    bound = np.quantile(held_out, 0.01, method="higher")
    r, close = int((held_out <= bound).sum()), int((made <= bound).sum())
    by_chance = betabinom(g, r, h + 1 - r)
    bounds = np.sort(_resampled(held_out, sizes["seed"]))[:, r - 1]
    shares = (_resampled(made, sizes["seed"] + 1) <= bounds[:, None]).mean(1)
    return Score(
        name="closer than 1 % of held-out",
        value=close / g,
        error=max(float(shares.std(ddof=1)), 0.5 / g),
        null=float(by_chance.mean()) / g,
        null_error=float(by_chance.std()) / g,
        p_value=float(by_chance.sf(close - 1)),
        **sizes,
    )
