"""A baseline generator: a Gaussian in the principal components of the training examples."""

import numpy as np

from elbowroom.metrics.sample_quality.rows import Examples, as_array


def pca_gaussian(train: Examples, count: int, *, components: int = 32, seed: int = 0) -> np.ndarray:
    """Draw from probabilistic PCA fitted to training examples, as a generator to do better than.

    Draws are cut to the range of the training examples and, where those are whole numbers, rounded,
    so that they are not told from data by that alone.

    Args:
        train: Training examples, (N, ...), N at least 2.
        count: Number of draws.
        components: Principal components; the rest of the variance is noise, alike everywhere.
        seed: Seed of the draws.

    Returns:
        Draws in the units of the data, (count, ...), float64.

    Raises:
        DataError: If there are too few examples or a value is not finite.

    Example:
        >>> pca_gaussian(np.eye(5), 3).shape
        (3, 5)
    """
    from sklearn.decomposition import PCA

    array = as_array(train, "training", at_least=2)
    rows = array.reshape(len(array), -1)
    pca = PCA(min(components, *rows.shape), random_state=seed).fit(rows)
    rng = np.random.default_rng(seed)
    # Components hold the noise too: Tipping & Bishop 1999.
    spread = np.sqrt((pca.explained_variance_ - pca.noise_variance_).clip(min=0))
    codes = rng.normal(size=(count, len(spread))) * spread
    noise = np.sqrt(pca.noise_variance_) * rng.normal(size=(count, rows.shape[1]))
    draws = (pca.mean_ + codes @ pca.components_ + noise).clip(rows.min(), rows.max())
    whole = bool((rows == np.rint(rows)).all())
    return (np.rint(draws) if whole else draws).reshape(count, *array.shape[1:])
