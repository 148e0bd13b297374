"""What a score is to be compared with: codes that anybody can have, and the truth itself."""

from collections.abc import Callable

import numpy as np

from elbowroom.data.factors import Factors
from elbowroom.metrics.disentanglement.representation import CodesAt, Representation

_FITTED = 5_000
_HIDDEN = 256
_ROWS = 4_096
_ROUNDING = 1e-6
ROTATION, CEILING = "rotated factors", "true factors"


def references(
    representation: Representation, *, seed: int = 0
) -> tuple[dict[str, Representation], dict[str, str]]:
    """Return the same examples in codes that are floors or ceilings, each of as many dimensions.

    A random encoder, principal and independent components have learnt nothing about factors; the
    true factors are the best that there is; a random rotation of these holds all and disentangles
    nothing. A score that does not stand out from the first three, or that the rotation reaches,
    says little; but a metric that asks only what is in a code loses nothing by a rotation, see
    `Metric.keeps_rotated`.

    Args:
        representation: The code that is measured; its examples are wanted for the first three.
        seed: Seed of the random encoder, the rotation and the independent components.

    Returns:
        Representations by name, and the reasons for those that cannot be had by name.

    Example:
        >>> factors = Factors.grid({"size": (1, 2, 3), "hue": tuple(range(10))})
        >>> known = Representation.of_table(factors.values, factors, examples=factors.values)
        >>> sorted(references(known)[0])
        ['ICA', 'PCA', 'random encoder', 'rotated factors', 'true factors']
    """
    made, missing = {}, {}
    for name, make in REFERENCES.items():
        found = make(representation, seed)
        if isinstance(found, str):
            missing[name] = found
        else:
            made[name] = found
    return made, missing


def random_encoder(representation: Representation, seed: int) -> Representation | str:
    """The model's own encoder before training, or else a random network of one hidden layer."""
    if representation.untrained is not None:
        codes_at = representation.untrained
        some = np.arange(min(_FITTED, len(representation)))
        return representation.seen_by(_in_unit_variance(lambda x: x, codes_at(some), codes_at))
    if representation.examples_at is None:
        return _NO_EXAMPLES
    rows, at = _examples(representation, seed)
    rng = np.random.default_rng(seed)
    mean, scale = rows.mean(0), rows.std(0).mean() or 1.0
    first = rng.standard_normal((rows.shape[1], _HIDDEN)) / np.sqrt(rows.shape[1])
    last = rng.standard_normal((_HIDDEN, representation.dims)) / np.sqrt(_HIDDEN)
    # The rows are centred, so that the hidden units are neither all on nor all off.
    return representation.seen_by(
        _in_unit_variance(lambda x: np.tanh((x - mean) / scale @ first) @ last, rows, at)
    )


def pca(representation: Representation, seed: int) -> Representation | str:
    """The first principal components of the examples, each of variance 1."""
    if representation.examples_at is None:
        return _NO_EXAMPLES
    rows, at = _examples(representation, seed)
    components = _components(rows, representation.dims, seed)
    return representation.seen_by(_in_unit_variance(components, rows, at))


def ica(representation: Representation, seed: int) -> Representation | str:
    """The independent components of the examples within their first principal components."""
    if representation.examples_at is None:
        return _NO_EXAMPLES
    import warnings

    from sklearn.decomposition import FastICA
    from sklearn.exceptions import ConvergenceWarning

    rows, at = _examples(representation, seed)
    within = _components(rows, representation.dims, seed)
    turn = FastICA(whiten="unit-variance", random_state=seed, max_iter=500, tol=1e-3)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        fitted = turn.fit(within(rows))
    return representation.seen_by(
        _in_unit_variance(lambda x: fitted.transform(within(x)), rows, at)
    )


def _components(rows: np.ndarray, most: int, seed: int) -> Callable[[np.ndarray], np.ndarray]:
    """Return what takes rows to their first principal components, whitened.

    Components whose variance is below a millionth of the first one's are left out: they are what
    single precision leaves of directions in which the examples do not vary.
    """
    from sklearn.decomposition import PCA

    fitted = PCA(min(most, *rows.shape), whiten=True, random_state=seed).fit(rows)
    variances = fitted.explained_variance_
    held = int((variances > _ROUNDING * variances[0]).sum())
    return lambda x: fitted.transform(x)[:, :held]


def truth(representation: Representation, seed: int) -> Representation:
    """The factors themselves, one dimension each, of variance 1."""
    return representation.seen_by(_standardised(representation.factors))


def rotation(representation: Representation, seed: int) -> Representation | str:
    """The factors of variance 1, turned by a random rotation."""
    count = len(representation.factors.names)
    if count < 2:
        return "a rotation of one factor is the factor itself, or its negative"
    known = _standardised(representation.factors)
    draws = np.random.default_rng(seed).standard_normal((count, count))
    turned, triangle = np.linalg.qr(draws)
    # With the signs of the diagonal every rotation and reflection is as likely as every other.
    turned = turned * np.sign(np.diag(triangle))
    return representation.seen_by(lambda at: known(at) @ turned)


Made = Representation | str
REFERENCES: dict[str, Callable[[Representation, int], Made]] = {
    "random encoder": random_encoder,
    "PCA": pca,
    "ICA": ica,
    ROTATION: rotation,
    CEILING: truth,
}
"""References by name, from floors to the ceiling; each returns a reason where it cannot be had."""

_NO_EXAMPLES = "the examples themselves were not given"


def _examples(
    representation: Representation, seed: int
) -> tuple[np.ndarray, Callable[[np.ndarray], np.ndarray]]:
    """Return some examples as rows to fit on, and what returns any of them."""
    given = representation.examples_at

    def rows(at: np.ndarray) -> np.ndarray:
        found = () if given is None else given(at)
        return np.asarray(found, dtype=np.float64).reshape(len(at), -1)

    count = min(_FITTED, len(representation))
    return rows(representation.positions(count, np.random.default_rng(seed))), rows


def _in_unit_variance(
    encode: Callable[[np.ndarray], np.ndarray],
    fitted_on: np.ndarray,
    rows: Callable[[np.ndarray], np.ndarray],
) -> CodesAt:
    """Scale codes as those of a prior are: a threshold of dead dimensions takes them so."""
    scale = encode(fitted_on).std(0)
    scale = np.where(scale > 0, scale, 1.0)

    def codes(at: np.ndarray) -> np.ndarray:
        # In parts: batches of all examples would be many times the data.
        distinct, places = np.unique(at, return_inverse=True)
        parts = [encode(rows(distinct[start : start + _ROWS])) / scale
                 for start in range(0, len(distinct), _ROWS)]  # fmt: skip
        return np.concatenate(parts)[places]

    return codes


def _standardised(factors: Factors) -> CodesAt:
    every = factors.at(np.linspace(0, len(factors) - 1, min(len(factors), 50_000)).astype(np.int64))
    mean, scale = every.mean(0), every.std(0)
    return lambda at: (factors.at(at) - mean) / np.where(scale > 0, scale, 1.0)
