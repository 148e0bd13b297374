"""Unsupervised disentanglement ranking (UDR): do models of one kind agree on the dimensions?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from torch import Tensor

from elbowroom.errors import ConfigError, DataError, ShapeError
from elbowroom.metrics.disentanglement.code_tables import varies

Similarity = Literal["lasso", "spearman"]
_LEAST = 100
_PENALTY = 0.1


@dataclass(frozen=True, eq=False)
class Ranking:
    """How much each of several models agrees with the others.

    Attributes:
        scores: UDR of each model, (M,), from 0 to 1.
        errors: Bootstrap standard errors over examples, (M,).
        pairs: UDR of each pair, (M, M); NaN for a model and itself.
        similarity: How dimensions of two models are compared.
        samples: Number of examples.
        seed: Seed of the bootstrap.
    """

    scores: np.ndarray
    errors: np.ndarray
    pairs: np.ndarray
    similarity: Similarity
    samples: int
    seed: int

    def to_dict(self) -> dict[str, Any]:
        """Return the numbers as plain values, for JSON."""
        return {
            "scores": self.scores.tolist(),
            "errors": self.errors.tolist(),
            "protocol": f"UDR-{self.similarity}",
            "samples": self.samples,
            "seed": self.seed,
        }

    def __repr__(self) -> str:
        listed = ", ".join(f"{s:.3f} +- {e:.1g}" for s, e in zip(self.scores, self.errors,
                                                                 strict=True))  # fmt: skip
        return f"UDR-{self.similarity} {listed} ({self.samples:,} samples)"


def unsupervised_disentanglement_ranking(
    codes: Sequence[np.ndarray | Tensor],
    rates: Sequence[np.ndarray | Tensor] | None = None,
    *,
    similarity: Similarity = "lasso",
    resamples: int = 10,
    seed: int = 0,
) -> Ranking:
    """Rank models by how well their dimensions match those of the others; no factors are needed.

    For models i and j of the same kind and different seeds, R_ab says how similar dimension a of
    one and b of the other are: |coefficient| of a lasso (penalty 0.1) from one code to the other,
    or |rank correlation|; codes are standardised. With r_a = max_b R_ab,

        UDR_ij = (mean_b r_b^2 / sum_a R_ab + mean_a r_a^2 / sum_b R_ab) / 2

    over informative dimensions, whose rate is above 0.01 nats. A model's UDR is the median over
    the others. It is 1 when every dimension of one is one of the other; a rotated pair that
    agrees in subspaces only has less. Models that all fail in the same way agree too.

    Duan et al. 2020, https://arxiv.org/abs/1905.12614.

    Args:
        codes: Codes of the same N examples by M models, each (N, D), D may differ.
        rates: Rate of each dimension of each model in nats, each (D,); when not given, every
            dimension that varies is informative.
        similarity: 'lasso' or 'spearman'.
        resamples: Bootstrap resamples of the examples.
        seed: Seed of the bootstrap.

    Returns:
        The ranking.

    Raises:
        ConfigError: If there are fewer than two models, or an option is unknown.
        DataError: If there are too few examples, codes are not finite, or a model has no
            informative dimension.
        ShapeError: If the codes are not of the same examples.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> z = rng.normal(size=(500, 3))
        >>> found = unsupervised_disentanglement_ranking([z, -z[:, [2, 0, 1]]])
        >>> found.scores.round(1)
        array([0.9, 0.9])
    """
    if similarity not in _SIMILARITIES:
        raise ConfigError(f"similarity must be lasso or spearman, got {similarity!r}")
    if resamples < 2:
        raise ConfigError(f"resamples must be 2 or more, to have a spread; got {resamples}")
    tables = _checked(codes, rates)
    pairs = _pairs(tables, similarity)
    rng = np.random.default_rng(seed)
    count = len(tables[0])
    again = []
    for _ in range(resamples):
        rows = rng.integers(count, size=count)
        again.append(np.nanmedian(_pairs([table[rows] for table in tables], similarity), axis=1))
    return Ranking(
        np.nanmedian(pairs, axis=1), np.std(again, axis=0, ddof=1), pairs, similarity, count, seed
    )


def _checked(
    codes: Sequence[np.ndarray | Tensor], rates: Sequence[np.ndarray | Tensor] | None
) -> list[np.ndarray]:
    """Return the informative dimensions of each model."""
    if len(codes) < 2:
        raise ConfigError(f"a ranking compares models: give codes of 2 or more, got {len(codes)}")
    tables = [_array(table) for table in codes]
    shapes = [table.shape for table in tables]
    if any(table.ndim != 2 or len(table) != len(tables[0]) for table in tables):
        raise ShapeError(
            f"codes have shapes {', '.join(map(str, shapes))}: give the codes (N, D) of the same "
            "examples by every model"
        )
    if len(tables[0]) < _LEAST:
        raise DataError(f"{len(tables[0])} examples are too few: UDR needs {_LEAST} or more")
    if rates is not None and [len(rate) for rate in rates] != [shape[1] for shape in shapes]:
        raise ShapeError("rates must be one for each dimension of each model")
    kept = []
    for number, table in enumerate(tables):
        if not np.isfinite(table).all():
            raise DataError(f"the codes of model {number} hold NaN or infinity: remove those rows")
        informative = varies(table)
        if rates is not None:
            informative &= _array(rates[number]) > 0.01
        if not informative.any():
            raise DataError(
                f"model {number} has no informative dimension: it has collapsed; leave it out"
            )
        kept.append(table[:, informative])
    return kept


def _pairs(tables: list[np.ndarray], similarity: Similarity) -> np.ndarray:
    # A dimension that varies on few examples may vary on none of a resample.
    varying = [table[:, varies(table)] for table in tables]
    scaled = [(table - table.mean(0)) / table.std(0) for table in varying]
    pairs = np.full((len(tables), len(tables)), np.nan)
    for i, one in enumerate(scaled):
        for j, other in enumerate(scaled):
            if i != j and not (one.size and other.size):
                pairs[i, j] = 0.0
            elif i != j:
                pairs[i, j] = _agreement(_SIMILARITIES[similarity](other, one))
    return pairs


def _agreement(similar: np.ndarray) -> float:
    """Return the mean over rows and columns of the squared largest entry over their sum."""
    sides = []
    for axis in (0, 1):
        total = similar.sum(axis)
        most = similar.max(axis)
        sides.append(np.mean(np.where(total > 0, most**2 / np.where(total > 0, total, 1.0), 0.0)))
    return float(np.mean(sides))


def _lasso(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    from sklearn.linear_model import Lasso

    return np.abs(np.atleast_2d(Lasso(alpha=_PENALTY).fit(one, other).coef_)).T


def _spearman(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    from scipy.stats import rankdata

    both = np.hstack([rankdata(one, axis=0), rankdata(other, axis=0)])
    return np.abs(np.corrcoef(both, rowvar=False))[: one.shape[1], one.shape[1] :]


_SIMILARITIES = {"lasso": _lasso, "spearman": _spearman}


def _array(values: np.ndarray | Tensor) -> np.ndarray:
    found = values.detach().cpu().numpy() if isinstance(values, Tensor) else values
    return np.asarray(found, dtype=np.float64)
