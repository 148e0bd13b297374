"""How scores agree over runs, and how far they would by chance.

Runs of one seed begin with the same weights and are measured on the same examples, so that a seed
may raise all scores of all methods. Runs are therefore ranked among those of their own seed: with
r the rank of a run among the m of its seed, less the mean (m + 1) / 2,

    rho = sum r r' / sqrt(sum r^2 sum r'^2)

over all runs. Of one block this is Spearman's rank correlation; of blocks of one size, the mean of
Spearman's over these. Chance is what permutations within seeds give.
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

FEWEST_RUNS = 8
"""Runs below which a rank correlation says nothing."""

LEVEL = 0.05
"""Largest share of pairs of unrelated scores whose rank correlation is taken for one."""

_PERMUTATIONS = 20_000


def blocks_of(seeds: Sequence[int]) -> np.ndarray:
    """Return which runs are ranked together: those of a seed, or all where no two share one.

    Example:
        >>> blocks_of([0, 0, 1, 1]).tolist(), blocks_of([0, 1, 2]).tolist()
        ([0, 0, 1, 1], [0, 0, 0])
    """
    given = np.asarray(seeds)
    return given if len(np.unique(given)) < len(given) else np.zeros_like(given)


def rank_correlations(table: np.ndarray, blocks: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the rank correlation of each pair of columns, over the rows that have both.

    Args:
        table: Scores, (runs, scores); NaN where there is none.
        blocks: Which runs are ranked together, (runs,).

    Returns:
        Correlations, (scores, scores), NaN of fewer than `FEWEST_RUNS` runs or of a score that is
        constant in every block; and what chance does not exceed, (scores, scores).

    Example:
        >>> rows = np.stack([np.arange(8.0), np.arange(8.0) ** 2, -np.arange(8.0)], axis=1)
        >>> rank_correlations(rows, np.zeros(8, int))[0][0].round(2).tolist()
        [1.0, 1.0, -1.0]
    """
    known = np.isfinite(table)
    shape = (table.shape[1], table.shape[1])
    found, levels = np.full(shape, np.nan), np.full(shape, np.nan)
    for i, j in zip(*np.triu_indices(len(found)), strict=True):
        both = known[:, i] & known[:, j]
        if both.sum() < FEWEST_RUNS:
            continue
        one, other = (_ranks(table[both, column], blocks[both]) for column in (i, j))
        length = np.sqrt((one @ one) * (other @ other))
        if length > 0:
            found[i, j] = found[j, i] = one @ other / length
            levels[i, j] = levels[j, i] = chance_level(_sizes(blocks[both]))
    return found, levels


@lru_cache
def chance_level(sizes: tuple[int, ...]) -> float:
    """Return what the rank correlation of unrelated scores exceeds in 5 % of cases at most.

    The runs of each block are permuted at random, of either sign. Of one block of n runs rho
    sqrt((n - 2) / (1 - rho^2)) is distributed nearly as Student's t with n - 2 degrees of freedom.

    Args:
        sizes: Number of runs in each block, some of 2 or more.

    Example:
        >>> round(chance_level((10,)), 2), round(chance_level((5, 5)), 2), chance_level((2, 2))
        (0.64, 0.7, 1.0)
    """
    rng = np.random.default_rng(0)
    products, squares = np.zeros(_PERMUTATIONS), 0.0
    for size in sizes:
        ranks = np.arange(size) - (size - 1) / 2
        products += rng.permuted(np.tile(ranks, (_PERMUTATIONS, 1)), axis=1) @ ranks
        squares += ranks @ ranks
    # Ranks take few values: what is attained by chance too often does not count as exceeding it.
    return float(np.quantile(np.abs(products) / squares, 1 - LEVEL, method="inverted_cdf"))


def _sizes(blocks: np.ndarray) -> tuple[int, ...]:
    return tuple(sorted(np.unique(blocks, return_counts=True)[1].tolist()))


def _ranks(scores: np.ndarray, blocks: np.ndarray) -> np.ndarray:
    """Return the rank of each score within its block, less their mean."""
    from scipy.stats import rankdata

    ranks = np.empty(len(scores))
    for block in np.unique(blocks):
        own = blocks == block
        ranks[own] = rankdata(scores[own]) - (own.sum() + 1) / 2
    return ranks
