"""Frechet distance: how far apart two sets of features are, as Gaussians."""

from dataclasses import dataclass

import numpy as np

from elbowroom.errors import ConfigError
from elbowroom.metrics.sample_quality.rows import Examples, equal_numbers, pair
from elbowroom.metrics.sample_quality.score import Score


@dataclass(frozen=True)
class Frechet:
    """The squared Frechet distance of two sets of features.

    Attributes:
        distance: The plain estimate, too high by a bias of order 1 / n; its null is the mean over
            random divisions of all examples into two sets.
        extrapolated: The estimate for infinitely many examples, 2 d(n) - d(n / 2), whose null is
            about 0; below 0 is possible.
        features: What the features are.
    """

    distance: Score
    extrapolated: Score
    features: str


def frechet_distance(
    real: Examples,
    generated: Examples,
    *,
    features: str = "as given",
    repeats: int = 100,
    seed: int = 0,
) -> Frechet:
    """Return the squared Frechet distance between Gaussians fitted to two sets of features.

    d^2 = |m - m'|^2 + tr(S + S' - 2 (S^1/2 S' S^1/2)^1/2), with means m and covariances S.
    With n examples a side and F features it is too high by about
    (tr S + tr S') / n + a term of order F tr S / (4 n), so values for different n must not be
    compared; the extrapolation to infinite n (Chong & Forsyth 2020,
    https://arxiv.org/abs/1911.07023, here with two sizes, n and n / 2) takes that off. The larger
    set is cut to the size of the smaller.

    Near the null the bootstrap's error is up to twice too large: there, use `null_error`.

    Args:
        real: Features of real examples, (n, F), n at least 4 F.
        generated: Features of generated examples.
        features: What the features are, for tables.
        repeats: Bootstrap samples for the errors, and random divisions for the null.
        seed: Seed of all of these.

    Raises:
        ConfigError: If repeats is below 2.
        ShapeError: If the sets differ in the number of features.
        DataError: If there are too few examples or a value is not finite.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> found = frechet_distance(rng.normal(size=(4000, 2)), rng.normal(1, 2, size=(4000, 2)))
        >>> abs(found.extrapolated.value - (2 * 1 + 2 * 1)) < 3 * found.extrapolated.error
        True
    """
    if repeats < 2:
        raise ConfigError(f"repeats must be 2 or more to have a spread, got {repeats}")
    width = int(np.prod(real.shape[1:]))
    x, y = equal_numbers(*pair(real, generated, at_least=max(8, 4 * width)), seed)
    rng = np.random.default_rng(seed)
    n = len(x)
    value = _plain_and_extrapolated(rng.permutation(x), rng.permutation(y))
    resampled = np.array([
        _plain_and_extrapolated(x[rng.integers(n, size=n)], y[rng.integers(n, size=n)])
        for _ in range(repeats)
    ])  # fmt: skip
    pooled = np.concatenate([x, y])
    shuffled = np.array([
        _plain_and_extrapolated(mixed[:n], mixed[n:])
        for mixed in (rng.permutation(pooled) for _ in range(repeats))
    ])  # fmt: skip
    scores = [
        Score(
            name=name,
            value=float(value[i]),
            error=float(resampled[:, i].std(ddof=1)),
            null=float(shuffled[:, i].mean()),
            null_error=float(shuffled[:, i].std(ddof=1)),
            p_value=float((1 + (shuffled[:, i] >= value[i]).sum()) / (1 + repeats)),
            real=n,
            generated=n,
            seed=seed,
        )
        for i, name in enumerate(("Frechet distance", "Frechet distance at n = infinity"))
    ]
    return Frechet(*scores, features=features)


def gaussian_distance(
    mean: np.ndarray, covariance: np.ndarray, other_mean: np.ndarray, other_covariance: np.ndarray
) -> float:
    """Return the squared Frechet (2-Wasserstein) distance between two Gaussians.

    The trace of (S^1/2 S' S^1/2)^1/2 is the sum of the singular values of S^1/2 S'^1/2: stable for
    singular covariances, where a square root of the matrix S S' fails or comes out complex.

    Args:
        mean: (F,).
        covariance: (F, F).
        other_mean: (F,).
        other_covariance: (F, F).

    Example:
        >>> one, zero = np.eye(1), np.zeros(1)
        >>> gaussian_distance(zero, one, zero + 3, 4 * one)
        10.0
    """
    roots = _root(covariance), _root(other_covariance)
    overlap = np.linalg.svd(roots[0] @ roots[1], compute_uv=False).sum()
    spread = np.trace(covariance) + np.trace(other_covariance) - 2 * overlap
    # A distance of 0 comes out a rounding below it.
    return max(0.0, float(np.square(mean - other_mean).sum() + spread))


def _root(covariance: np.ndarray) -> np.ndarray:
    values, vectors = np.linalg.eigh(covariance)
    return (vectors * np.sqrt(values.clip(min=0))) @ vectors.T


def _distance(x: np.ndarray, y: np.ndarray) -> float:
    moments = [(rows.mean(0), np.atleast_2d(np.cov(rows, rowvar=False))) for rows in (x, y)]
    return gaussian_distance(*moments[0], *moments[1])


def _plain_and_extrapolated(x: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    """Return d(n) and 2 d(n) - d(n / 2), the latter over the two halves of rows in random order."""
    half = len(x) // 2
    plain = _distance(x, y)
    halves = (_distance(x[:half], y[:half]) + _distance(x[half:], y[half:])) / 2
    return plain, 2 * plain - halves
