"""The probability that a value of one set exceeds a value of another, with its errors."""

from math import sqrt
from typing import NamedTuple

import numpy as np


class RankArea(NamedTuple):
    """P(a > b) + P(a = b) / 2: the area under a receiver operating characteristic.

    Attributes:
        value: The probability; 0.5 for equal distributions.
        error: Its standard error (DeLong et al. 1988).
        null_error: Its standard deviation for equal distributions (Mann & Whitney 1947).
    """

    value: float
    error: float
    null_error: float

    @classmethod
    def between(cls, a: np.ndarray, b: np.ndarray) -> "RankArea":
        """Compare values (N,) with values (M,), both 2 or more.

        Example:
            >>> RankArea.between(np.array([1.0, 2, 3]), np.array([0.0, 2])).value
            0.75
        """
        from scipy.stats import rankdata

        n, m = len(a), len(b)
        ranks = rankdata(np.concatenate([a, b]))
        # For each value, the share of the other set that is on its right side.
        below_a = (ranks[:n] - rankdata(a)) / m
        above_b = 1 - (ranks[n:] - rankdata(b)) / n
        return cls(
            float(below_a.mean()),
            sqrt(below_a.var(ddof=1) / n + above_b.var(ddof=1) / m),
            sqrt((n + m + 1) / (12 * n * m)),
        )
