"""How concentrated a matrix of importances is on one entry of each row, or of each column."""

import numpy as np


def disentanglement_of(importances: np.ndarray) -> float:
    """Return the disentanglement of importances: whether each dimension serves one factor.

    With P_jf = R_jf / sum_f R_jf, normalised for each dimension j, and weights
    rho_j = sum_f R_jf / sum R,

        D = sum_j rho_j (1 - H(P_j) / log F)

    Args:
        importances: R, 0 or more, (D, F): dimensions by factors.

    Returns:
        From 0 (all dimensions serve all factors alike, or none is of importance) to 1.

    Example:
        >>> disentanglement_of(np.array([[5.0, 0.0], [0.0, 0.1], [0.0, 0.0]]))
        1.0
        >>> round(disentanglement_of(np.array([[1.0, 1.0], [0.0, 2.0]])), 6)
        0.5
    """
    total = importances.sum(1)
    if total.sum() == 0:
        return 0.0
    if importances.shape[1] == 1:
        return 1.0
    shares = importances / np.where(total > 0, total, 1.0)[:, None]
    logs = np.log(np.where(shares > 0, shares, 1.0))
    concentrated = 1 + (shares * logs).sum(1) / np.log(importances.shape[1])
    return float((concentrated * total).sum() / total.sum())


def completeness_of(importances: np.ndarray) -> float:
    """Return the completeness of importances: whether each factor is held by one dimension.

    The same as `disentanglement_of` with dimensions and factors exchanged: normalised for each
    factor, entropies in units of log D.

    Example:
        >>> completeness_of(np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 1.0]])).__round__(3)
        0.579
    """
    return disentanglement_of(importances.T)
