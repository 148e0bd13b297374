"""The shape k of the generalised Pareto distribution that fits the largest importance weights.

How many moments the weights have is what decides whether an importance-sampled mean can be
trusted: with tail P(w > t) ~ t^(-1/k), the variance is finite for k < 1/2 and the mean for k < 1.
The fit is Zhang & Stephens' (2009) empirical-Bayes estimator, shrunk towards 1/2 by a weak prior
as in Vehtari et al. (2024), 'Pareto smoothed importance sampling', appendix C.
"""

from math import log10, sqrt

import torch
from torch import Tensor


def tail_length(samples: int) -> int:
    """How many of the largest weights make up the tail: min(K/5, 3 sqrt K)."""
    return int(min(0.2 * samples, 3 * sqrt(samples)))


def threshold(samples: int) -> float:
    """The k above which K samples are too few: min(1 - 1/log10 K, 0.7).

    >>> round(threshold(1000), 3), threshold(100_000)
    (0.667, 0.7)
    """
    return min(1 - 1 / log10(samples), 0.7) if samples > 10 else 0.0


def pareto_k(largest: Tensor, samples: int) -> Tensor:
    """Fit the tail shape of log-weights, for many examples at once.

    Args:
        largest: The `tail_length(samples) + 1` largest log-weights of each example, shape
            (M + 1, B), in any order; the smallest of them is the threshold.
        samples: Number K of weights that they are the largest of.

    Returns:
        k of each example, (B,); NaN where the tail has fewer than 5 weights, -inf where the
        weights of the tail agree to a hundredth (there is nothing to fit, and nothing to fear).
    """
    ordered = largest.double().sort(0).values
    excess = (ordered[1:] - ordered[-1]).exp() - (ordered[:1] - ordered[-1]).exp()
    tail = excess.shape[0]
    if tail < 5:
        return excess.new_full(excess.shape[1:], float("nan"))
    # Differences this small are the rounding of log-weights that a model computed in float32, not
    # a tail; and weights that agree to a hundredth do no harm whatever their shape.
    equal = excess[-1] <= 0.01
    k, sigma = _fit(excess.clamp(min=0).where(~equal, torch.linspace(0.1, 1, tail)[:, None]))
    shrunk = (k * tail + 0.5 * 10) / (tail + 10)
    return shrunk.where(~equal & (sigma > 0), torch.tensor(float("-inf"), dtype=k.dtype))


def smoothed_tail(largest: Tensor, k: Tensor) -> Tensor:
    """Return the tail's weights as quantiles of the fitted distribution, relative to the largest.

    w_j = u + sigma ((1 - p_j)^-k - 1) / k at p_j = (j - 1/2) / M, no larger than the largest seen.
    Where there is nothing to fit, the weights stay as they are.

    Args:
        largest: As for `pareto_k`, sorted from the largest down; the last is the threshold u.
        k: Shape, (B,), as `pareto_k` returns it.

    Returns:
        M weights for each example, (M, B), from the largest down.
    """
    weights = (largest - largest[:1]).exp()
    above, u = weights[:-1], weights[-1:]
    m = above.shape[0]
    if m < 5:
        return above
    _, sigma = _fit((above - u).flip(0).clamp(min=1e-300))
    p = (torch.arange(m, 0, -1, dtype=above.dtype)[:, None] - 0.5) / m
    safe = torch.where(k.abs() < 1e-6, torch.full_like(k, 1e-6), k)
    fitted = u + sigma * torch.expm1(-safe * torch.log1p(-p)) / safe
    usable = k.isfinite() & sigma.isfinite()
    return torch.where(usable, fitted.clamp(max=1.0), above)


def _fit(x: Tensor) -> tuple[Tensor, Tensor]:
    """Zhang & Stephens' profile-likelihood average over theta = -k/sigma, for sorted x (M, B)."""
    n = x.shape[0]
    grid = 30 + int(sqrt(n))
    quartile = x[int(n / 4 + 0.5) - 1].clamp(min=torch.finfo(x.dtype).tiny)
    steps = torch.arange(1, grid + 1, dtype=x.dtype)[:, None]
    theta = 1 / x[-1] + (1 - (grid / (steps - 0.5)).sqrt()) / (3 * quartile)
    k = torch.log1p(-theta[:, None] * x).mean(1)
    profile = n * ((-theta / k).log() - k - 1)
    weight = torch.softmax(profile.nan_to_num(nan=float("-inf")), 0)
    best = (weight * theta).sum(0)
    k = torch.log1p(-best * x).mean(0)
    return k, -k / best
