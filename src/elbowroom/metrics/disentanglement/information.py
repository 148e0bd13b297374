"""Mutual information of binned codes and factors, in nats."""

import numpy as np


def equal_width(codes: np.ndarray, bins: int = 20) -> np.ndarray:
    """Cut each dimension into bins of equal width between its extremes.

    Args:
        codes: (N, D).
        bins: Number of bins.

    Returns:
        Numbers of the bins, int64 (N, D), from 0.

    Example:
        >>> equal_width(np.array([[0.0], [0.1], [0.9], [1.0]]), 2).ravel().tolist()
        [0, 0, 1, 1]
    """
    edges = [np.histogram_bin_edges(column, bins)[1:-1] for column in codes.T]
    cut = [np.searchsorted(e, c, side="right") for e, c in zip(edges, codes.T, strict=True)]
    return np.stack(cut, 1).astype(np.int64)


def entropy(classes: np.ndarray) -> np.ndarray:
    """Return H(v) = -sum p log p of each column of whole numbers (N, F), in nats (F,).

    >>> entropy(np.array([[0, 0], [1, 0], [0, 1], [1, 1]])).round(4)
    array([0.6931, 0.6931])
    """
    return np.array([_of_counts(np.bincount(column)) for column in classes.T])


def information(binned: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """Return I(z_j; v_f) = H(z_j) + H(v_f) - H(z_j, v_f) of every pair, in nats.

    The estimate from counts is biased upwards by about (bins - 1)(classes - 1) / 2N.

    Args:
        binned: Bins of D code dimensions, whole numbers (N, D).
        classes: Classes of F factors, whole numbers (N, F).

    Returns:
        (D, F), dimensions by factors.

    Example:
        >>> v = np.array([[0, 0], [1, 0], [0, 1], [1, 1]])
        >>> information(v[:, :1], v).round(4)
        array([[0.6931, 0.    ]])
    """
    sizes = classes.max(0) + 1
    joint = np.array([
        [_of_counts(np.bincount(z * size + v)) for v, size in zip(classes.T, sizes, strict=True)]
        for z in binned.T
    ])  # fmt: skip
    return np.maximum(entropy(binned)[:, None] + entropy(classes)[None] - joint, 0.0)


def gap(scores: np.ndarray) -> np.ndarray:
    """Return the largest minus the second largest of each column of (D, F); a second of 0 if D = 1.

    >>> gap(np.array([[0.5, 0.1], [0.25, 0.4]])).round(2)
    array([0.25, 0.3 ])
    """
    ranked = np.sort(np.vstack([np.zeros((2, scores.shape[1])), scores]), axis=0)
    return ranked[-1] - ranked[-2]


def _of_counts(counts: np.ndarray) -> float:
    shares = counts[counts > 0] / counts.sum()
    return float(-(shares * np.log(shares)).sum())
