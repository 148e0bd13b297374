"""Features of a small classifier that is trained on the data themselves."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from elbowroom.errors import DataError, ShapeError
from elbowroom.metrics.sample_quality.frechet import Frechet, frechet_distance
from elbowroom.metrics.sample_quality.rows import Examples, as_array, same_shape, some
from elbowroom.networks import MLP, Architecture, Conv

_ROWS = 20_000
_BATCH = 128
_CLUSTERS = 10


@dataclass(frozen=True, eq=False)
class OwnFeatures:
    """The last hidden layer of a classifier of the data, as a map from examples to features.

    Attributes:
        network: Layers from standardised examples (N, ...) to features (N, F).
        centre: Mean of each value in the training examples.
        scale: Standard deviation over all values.
        accuracy: Share of held-out training examples that the classifier told rightly.
        words: What the features are.
    """

    network: nn.Module
    centre: Tensor
    scale: float
    accuracy: float
    words: str

    @classmethod
    def learn(
        cls,
        train: Examples,
        labels: Examples | None = None,
        *,
        width: int = 32,
        steps: int = 400,
        seed: int = 0,
    ) -> "OwnFeatures":
        """Train the classifier, in seconds: convolutional for images, fully connected for tables.

        Without labels of classes, the classes are 10 clusters that k-means finds in the first 32
        principal components (one round of Caron et al. 2018, https://arxiv.org/abs/1807.05520).

        Args:
            train: Training examples in the units of the data, (N, C, H, W) or (N, D), N at least
                100; 20,000 at random are used.
            labels: Whole numbers, (N,); None, or quantities, for clusters.
            width: Number of features F.
            steps: Steps of Adam on 128 examples each.
            seed: Seed of everything random.

        Raises:
            ShapeError: If there is not one label for each example.
            DataError: If there are too few examples, a value is not finite, or all are equal.
        """
        array = as_array(train, "training", at_least=100)
        targets, words = _targets(array, labels, seed)
        chosen = some(np.arange(len(array)), _ROWS, seed)
        x, y = torch.from_numpy(array[chosen]).float(), torch.from_numpy(targets[chosen])
        centre, scale = x.mean(0), float((x - x.mean(0)).square().mean().sqrt())
        if scale == 0:
            raise DataError("all training examples are equal: there are no features to learn")
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            body, head = _layers(tuple(x.shape[1:]), width, int(y.max()) + 1)
            accuracy = _fit(nn.Sequential(body, head), (x - centre) / scale, y, steps)
        return cls(body, centre, scale, accuracy, f"{width} features of a classifier of {words}")

    @torch.no_grad()
    def __call__(self, examples: Examples) -> np.ndarray:
        """Return the features of examples in the units of the data, (N, F).

        Raises:
            ShapeError: If the examples have another shape than the training examples had.
            DataError: If a value is not finite.
        """
        x = torch.from_numpy(as_array(examples, "given")).float()
        if x.shape[1:] != self.centre.shape:
            raise ShapeError(
                f"these features are of examples of shape {tuple(self.centre.shape)}, "
                f"got {tuple(x.shape[1:])}"
            )
        parts = [self.network((part - self.centre) / self.scale) for part in x.split(1024)]
        return torch.cat(parts).double().numpy()


def frechet_distance_own_features(
    real: Examples,
    generated: Examples,
    *,
    features: OwnFeatures,
    repeats: int = 100,
    seed: int = 0,
) -> Frechet:
    """Return the squared Frechet distance in the features of a classifier of the same data.

    This is not the Frechet inception distance (FID): the network is another for each data set, so
    values compare generators of the same data under the same features, and nothing else. Read it
    beside its floor, the same distance between training and test examples.

    Args:
        real: Real examples in the units of the data, (n, ...), n at least 4 times the number of
            features; not those that the features were learnt on, which they know too well.
        generated: Generated examples, in the same units.
        features: The features, from `OwnFeatures.learn`.
        repeats: As in `frechet_distance`.
        seed: As in `frechet_distance`.

    Raises:
        ShapeError: If the sets differ in the shape of an example.
        DataError: If there are too few examples or a value is not finite.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> train, real, shifted = (rng.normal(m, 1, size=(300, 4)) for m in (0, 0, 1))
        >>> learnt = OwnFeatures.learn(train, train[:, 0] > 0, width=4, steps=50)
        >>> learnt.words
        '4 features of a classifier of 2 labels'
        >>> frechet_distance_own_features(real, shifted, features=learnt).distance.p_value < 0.02
        True
    """
    same_shape({"real": real, "generated": generated})
    return frechet_distance(
        features(real), features(generated), features=features.words, repeats=repeats, seed=seed
    )


def checked_labels(labels: Examples, count: int) -> np.ndarray:
    """Return labels as an array, (N,).

    Raises:
        ShapeError: If there is not one label for each of `count` examples.
    """
    given = np.asarray(labels)
    if given.shape != (count,):
        raise ShapeError(
            f"there are {count} training examples and labels of shape {given.shape}: give one "
            "label for each"
        )
    return given


def _targets(array: np.ndarray, labels: Examples | None, seed: int) -> tuple[np.ndarray, str]:
    """Return class numbers from 0 and what they are."""
    given = None if labels is None else checked_labels(labels, len(array))
    if given is not None and given.dtype.kind != "f":
        classes, numbers = np.unique(given, return_inverse=True)
        if len(classes) > 1:
            return numbers.astype(np.int64), f"{len(classes)} labels"
    from sklearn.cluster import KMeans
    from sklearn.decomposition import PCA

    rows = array.reshape(len(array), -1)
    few = some(rows, _ROWS, seed)
    components = PCA(min(32, *few.shape), random_state=seed).fit(few)
    clusters = KMeans(_CLUSTERS, n_init=1, random_state=seed).fit(components.transform(few))
    numbers = clusters.predict(components.transform(rows))
    return numbers.astype(np.int64), f"{_CLUSTERS} clusters (there are no labels of classes)"


def _layers(shape: tuple[int, ...], width: int, classes: int) -> tuple[nn.Module, nn.Module]:
    """Return the layers up to the features, and the one from them to the classes."""
    network = _architecture(shape, width).down(shape, (classes,)).body
    return nn.Sequential(*list(network.children())[:-1]), nn.Linear(width, classes)


def _architecture(shape: tuple[int, ...], width: int) -> Architecture:
    """Return a network whose last hidden layer has `width` units."""
    if len(shape) != 3:
        return MLP(hidden=(128, width))
    halvings = max(1, int(np.log2(min(shape[1:]))) - 2)
    return Conv(channels=tuple(8 * 2**i for i in range(halvings)), hidden=width)


def _fit(classifier: nn.Module, x: Tensor, y: Tensor, steps: int) -> float:
    """Train on nine tenths and return the accuracy on the rest."""
    order = torch.randperm(len(x))
    held, seen = order[: len(x) // 10], order[len(x) // 10 :]
    optimiser = torch.optim.Adam(classifier.parameters(), lr=2e-3)
    for _ in range(steps):
        batch = seen[torch.randint(len(seen), (_BATCH,))]
        loss = cross_entropy(classifier(x[batch]), y[batch])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    classifier.eval().requires_grad_(False)
    with torch.no_grad():
        right = [classifier(x[part]).argmax(1) == y[part] for part in held.split(1024)]
    return float(torch.cat(right).double().mean())
