"""How scores agree over runs, and how far they would by chance."""

import numpy as np

FEWEST_RUNS = 8
"""Runs below which a rank correlation says nothing."""

LEVEL = 0.05
"""Share of pairs of unrelated scores whose rank correlation is taken for one by mistake."""


def rank_correlations(table: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return Spearman's rank correlation of each pair of columns, over the rows that have both.

    Args:
        table: Scores, (runs, scores); NaN where there is none.

    Returns:
        Correlations, (scores, scores), NaN of fewer than `FEWEST_RUNS` runs or of a constant score;
        and the number of runs of each pair, (scores, scores).

    Example:
        >>> rows = np.stack([np.arange(8.0), np.arange(8.0) ** 2, -np.arange(8.0)], axis=1)
        >>> rank_correlations(rows)[0][0].round(2).tolist()
        [1.0, 1.0, -1.0]
    """
    from scipy.stats import rankdata

    known = np.isfinite(table)
    counts = known.T.astype(int) @ known.astype(int)
    found = np.full(counts.shape, np.nan)
    for i, j in zip(*np.nonzero(counts >= FEWEST_RUNS), strict=True):
        both = known[:, i] & known[:, j]
        one, other = (rankdata(table[both, column]) for column in (i, j))
        if np.ptp(one) > 0 and np.ptp(other) > 0:
            found[i, j] = np.corrcoef(one, other)[0, 1]
    return found, counts


def chance_level(runs: int) -> float:
    """Return the rank correlation that 5 % of unrelated scores exceed, of either sign.

    Of unrelated scores rho sqrt((n - 2) / (1 - rho^2)) is distributed as Student's t with n - 2
    degrees of freedom, nearly so from 8 runs on.

    Args:
        runs: Number of runs n, 3 or more.

    Example:
        >>> round(chance_level(10), 2), round(chance_level(100), 2)
        (0.63, 0.2)
    """
    from scipy.stats import t

    quantile = float(t.ppf(1 - LEVEL / 2, runs - 2))
    return quantile / float(np.sqrt(runs - 2 + quantile**2))
