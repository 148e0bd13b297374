"""Which combinations of a grid to take: all, some at random, or some with correlated factors."""

import math
from dataclasses import dataclass

import numpy as np

from elbowroom.data.factors import Factors
from elbowroom.data.source import Request
from elbowroom.errors import ConfigError, DataError

MOST = 100_000
"""Examples of correlated factors, unless a number is asked for."""


@dataclass(frozen=True)
class Drawn:
    """Rows of a grid.

    Args:
        rows: Their numbers, each at most once, in random order; None for all in order.
        notes: How they were drawn, as sentences.
    """

    rows: np.ndarray | None = None
    notes: tuple[str, ...] = ()


def draw(factors: Factors, request: Request) -> Drawn:
    """Draw rows of a grid.

    No row is drawn twice, so that sets made by a split share no image. A correlated pair of
    factors has p(u, v) proportional to exp(-(u - v)^2 / (2 sigma^2)), with u and v their codes on a
    scale from 0 to 1 (Traeuble et al. 2021); how often a pair of values occurs is right to within
    one example, and all other factors are uniform.

    Args:
        factors: The grid.
        request: Its `examples`, `draw_seed`, `correlated` and `correlation_sigma`.

    Raises:
        ConfigError: An unknown factor, no pair, or a number that makes no sense.
        DataError: More examples than there are.
    """
    count = request.examples
    if count is not None and not 2 <= count <= len(factors):
        raise ConfigError(
            f"examples={count} was asked for; there are {len(factors):,} combinations of "
            f"{', '.join(factors.names)}, so use 2 to {len(factors):,}."
        )
    rng = np.random.default_rng(request.draw_seed)
    if not request.correlated:
        if count is None:
            return Drawn()
        note = f"{count:,} of {len(factors):,} combinations, drawn with seed {request.draw_seed}."
        return Drawn(rng.permutation(len(factors))[:count], (note,))
    pairs = [_pair(factors, words) for words in request.correlated]
    _refuse_overlap(factors, pairs)
    rows = _correlated(factors, pairs, request.correlation_sigma, count, rng)
    said = ", ".join(" with ".join(factors.names[i] for i in pair) for pair in pairs)
    note = (
        f"{len(rows):,} of {len(factors):,} combinations, drawn with seed {request.draw_seed}; "
        f"correlated: {said}, sigma {request.correlation_sigma:g}."
    )
    return Drawn(rows, (note,))


def _pair(factors: Factors, words: str) -> tuple[int, int]:
    """Read 'scale:x-position'."""
    names = [name.strip() for name in words.split(":")]
    if len(names) != 2:
        raise ConfigError(
            f"correlated={words!r} is no pair of factors. Join two names by a colon, like "
            f"'{factors.names[0]}:{factors.names[1]}'."
        )
    first, second = (factors.number(name) for name in names)
    return first, second


def _refuse_overlap(factors: Factors, pairs: list[tuple[int, int]]) -> None:
    used = [number for pair in pairs for number in pair]
    twice = [factors.names[number] for number in set(used) if used.count(number) > 1]
    if twice:
        raise ConfigError(f"correlated names {', '.join(twice)} twice; a factor has one partner.")


def _correlated(
    factors: Factors,
    pairs: list[tuple[int, int]],
    sigma: float,
    count: int | None,
    rng: np.random.Generator,
) -> np.ndarray:
    """Draw rows whose pairs of factors lie near a line."""
    if not (math.isfinite(sigma) and sigma > 0):
        raise ConfigError(f"correlation_sigma={sigma:g} was asked for; it must be above 0.")
    sizes = [factor.size or 1 for factor in factors.factors]
    tied = [number for pair in pairs for number in pair]
    free = [number for number in range(len(sizes)) if number not in tied]
    share = np.ones(1)
    for first, second in pairs:
        u, v = np.linspace(0, 1, sizes[first])[:, None], np.linspace(0, 1, sizes[second])
        share = np.outer(share, np.exp(-((u - v) ** 2) / (2 * sigma**2)).ravel()).ravel()
    share /= share.sum()
    each = math.prod(sizes[number] for number in free)
    most = int(each / share.max())
    count = min(most, MOST) if count is None else count
    if count > most:
        raise DataError(
            f"examples={count:,} with correlation_sigma={sigma:g}: the most frequent values of "
            f"{', '.join(factors.names[n] for n in tied)} would be needed "
            f"{math.ceil(count * share.max()):,} times, but there are {each:,} images of them. "
            f"Use at most {most:,} examples, or a larger sigma."
        )
    # evenly spaced places on the line of all shares: each cell gets its due to within one
    places = (np.arange(count) + rng.uniform()) / count
    cells = np.minimum(np.searchsorted(share.cumsum(), places, side="right"), len(share) - 1)
    wanted = np.minimum(np.bincount(cells, minlength=len(share)), each)
    shuffled = rng.random((len(share), each)).argsort(axis=1)
    cell, place = np.nonzero(np.arange(each) < wanted[:, None])
    codes = np.empty((len(sizes), len(cell)), dtype=np.int64)
    codes[tied] = np.unravel_index(cell, [sizes[number] for number in tied])
    codes[free] = np.unravel_index(shuffled[cell, place], [sizes[n] for n in free] or [1])[
        : len(free)
    ]
    return rng.permutation(np.ravel_multi_index(tuple(codes), sizes))
