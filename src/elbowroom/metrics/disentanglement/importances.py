"""How much predictors of a factor use each dimension of the code, and how well they predict."""

from typing import Any, TypeAlias

import numpy as np

from elbowroom.metrics.disentanglement.sample import Halves

Used: TypeAlias = tuple[np.ndarray, float]
"""Importance of each dimension, (D,), and how right the predictor is on unseen samples."""

_TREES = 50


def boosted(halves: Halves, factor: int, seed: int) -> Used:
    """Fit gradient-boosted trees: 100 rounds of depth 3, as disentanglement_lib's.

    The importance of a dimension is the sum of the gains of the splits on it. Splits are looked for
    among 64 quantiles: exact ones take minutes for a factor of 40 values, these seconds.
    """
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

    kind = (HistGradientBoostingRegressor if _continuous(halves, factor)
            else HistGradientBoostingClassifier)  # fmt: skip
    predictor = kind(
        max_iter=100, max_depth=3, max_bins=64, early_stopping=False, random_state=seed
    )
    train, test = halves
    predictor.fit(train.codes, _target(halves, factor)[0])
    right = predictor.score(test.codes, _target(halves, factor)[1])
    return _gains(predictor, train.dims), float(right)


def _gains(predictor: Any, dims: int) -> np.ndarray:
    """Sum the gains of the splits of all trees of all rounds by dimension, as shares.

    scikit-learn keeps the trees of a histogram booster but sums nothing up for the reader.
    """
    nodes = np.concatenate([tree.nodes for trees in predictor._predictors for tree in trees])
    split = nodes[nodes["is_leaf"] == 0]
    gains = np.bincount(split["feature_idx"], weights=split["gain"], minlength=dims)
    return gains / (gains.sum() or 1.0)


def forest(halves: Halves, factor: int, seed: int) -> Used:
    """Fit a random forest: 50 trees, all dimensions at each split; the decrease of impurity."""
    from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

    kind = RandomForestRegressor if _continuous(halves, factor) else RandomForestClassifier
    # With all dimensions to choose from, an idle one is not split on for want of a better.
    predictor = kind(_TREES, max_features=None, min_samples_leaf=5, random_state=seed)
    train, test = halves
    predictor.fit(train.codes, _target(halves, factor)[0])
    right = predictor.score(test.codes, _target(halves, factor)[1])
    return np.asarray(predictor.feature_importances_), float(right)


def lasso(halves: Halves, factor: int, seed: int) -> Used:
    """Fit a linear regression with an L1 penalty chosen by cross-validation; |coefficients|.

    The target is the number of the value, standardised; of a factor without order one indicator
    for each value, standardised, whose |coefficients| are averaged by how often the value occurs:
    a sum would weigh a factor by how many values it has. A factor that nothing predicts has small
    ones, and so little weight. Right is the share of variance explained.
    """
    import warnings

    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LassoCV
    from sklearn.metrics import r2_score

    train, test = halves
    targets, unseen = (_numbers(part.values[:, factor], train.factors[factor].kind,
                                train.values[:, factor]) for part in halves)  # fmt: skip
    used, told = np.zeros(train.dims), np.zeros_like(unseen)
    often = targets.mean(0) if train.factors[factor].kind == "categorical" else np.ones(1)
    for column in range(targets.shape[1]):
        scale = targets[:, column].std() or 1.0
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            fitted = LassoCV(cv=3).fit(train.codes, targets[:, column] / scale)
        used += often[column] * np.abs(fitted.coef_)
        told[:, column] = fitted.predict(test.codes) * scale
    return used, float(r2_score(unseen, told))


def _numbers(values: np.ndarray, kind: str, known: np.ndarray) -> np.ndarray:
    if kind == "categorical":
        return (values[:, None] == np.unique(known)).astype(np.float64)
    return values[:, None]


def _continuous(halves: Halves, factor: int) -> bool:
    return halves.train.factors[factor].size is None


def _target(halves: Halves, factor: int) -> tuple[np.ndarray, np.ndarray]:
    """Return what is to be predicted, of the samples to fit on and to judge on."""
    train, test = halves
    if _continuous(halves, factor):
        return train.values[:, factor], test.values[:, factor]
    return train.classes[:, factor], test.classes[:, factor]
