"""All measures of samples at once, beside what they are for real examples."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from rich.console import Group
from rich.table import Table

from elbowroom.errors import ConfigError
from elbowroom.metrics.sample_quality.density_coverage import density_coverage
from elbowroom.metrics.sample_quality.memorisation import Memorisation, memorisation
from elbowroom.metrics.sample_quality.mmd import mmd
from elbowroom.metrics.sample_quality.own_features import (
    OwnFeatures,
    checked_labels,
    frechet_distance_own_features,
)
from elbowroom.metrics.sample_quality.pca_gaussian import pca_gaussian
from elbowroom.metrics.sample_quality.precision_recall import precision_recall
from elbowroom.metrics.sample_quality.rows import Examples, as_array, same_shape, some
from elbowroom.metrics.sample_quality.score import Score
from elbowroom.metrics.sample_quality.two_sample import (
    ACCURACY,
    Classifier,
    classifier_two_sample,
)

_AT_LEAST = 128
_SPLIT_DIFFERS = 0.001


@dataclass(frozen=True, eq=False)
class SampleQuality:
    """What generated examples are worth, measured against examples that nobody has seen.

    Attributes:
        generated: Scores of the generated examples against the test examples.
        floor: The same scores of as many training examples: what real examples achieve.
        baseline: The same of draws from a Gaussian in principal components; empty if not asked for.
        memorisation: Whether generated examples are copies of training examples.
        features: What the Frechet distance is in.
        notes: What a reader must know to use the numbers.
    """

    generated: tuple[Score, ...]
    floor: tuple[Score, ...]
    baseline: tuple[Score, ...]
    memorisation: Memorisation
    features: str
    notes: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the numbers as plain values, for JSON."""
        return {
            "generated": [score.to_dict() for score in self.generated],
            "floor": [score.to_dict() for score in self.floor],
            "baseline": [score.to_dict() for score in self.baseline],
            "memorisation": self.memorisation.to_dict(),
            "features": self.features,
            "notes": list(self.notes),
        }

    def table(self) -> Group:
        """Return the numbers as a table for the terminal."""
        first = self.generated[0]
        title = (
            f"{first.generated:,} generated against {first.real:,} test examples, seed {first.seed}"
        )
        table = Table(title=title, title_justify="left")
        table.add_column("sample quality")
        columns = ("generated", "p", "null", "train", *(["PCA"] if self.baseline else []))
        for heading in columns:
            table.add_column(heading, justify="right")
        for i, score in enumerate(self.generated):
            others = [_with_error(self.floor[i])]
            others += [_with_error(self.baseline[i])] if self.baseline else []
            table.add_row(score.name, *_cells(score), *others)
        table.add_section()
        for score in self.memorisation.scores:
            table.add_row(score.name, *_cells(score))
        return Group(table, *(f"[dim]-[/] {note}" for note in self.notes))


def sample_quality(
    generated: Examples,
    train: Examples,
    test: Examples,
    labels: Examples | None = None,
    seed: int = 0,
    *,
    limit: int = 2000,
    classifier: Classifier = "mlp",
    baseline: bool = False,
) -> SampleQuality:
    """Measure generated examples with everything that needs no network from elsewhere.

    Generated, test and, as the floor, training examples are compared in equal numbers n, the
    smallest of the three and of `limit`. Where there are enough training examples, those of the
    floor are not among those that the features of the Frechet distance are learnt on.

    Generated examples should be draws from p(x|z) in the units and the resolution of the data:
    means are told from data by their lack of noise alone.

    Args:
        generated: Generated examples, (G, ...), 128 or more.
        train: The examples that the generator was trained on, (N, ...), 128 or more.
        test: Examples of the same kind that it has not seen, (H, ...), 128 or more.
        labels: Class numbers of the training examples, (N,), for the features; None for clusters.
        seed: Seed of everything random.
        limit: Largest number of examples to use of each set; 2,000 of 784 values take about half
            a minute on one core, and time grows with the square.
        classifier: Judge of the two-sample test.
        baseline: Whether to measure draws from a Gaussian in principal components as well.

    Returns:
        The scores with errors, nulls and floor.

    Raises:
        ConfigError: If limit is below 128.
        ShapeError: If the sets differ in the shape of an example.
        DataError: If there are too few examples or a value is not finite.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> train, test = rng.normal(size=(400, 3)), rng.normal(size=(200, 3))
        >>> found = sample_quality(rng.normal(2.0, size=(200, 3)), train, test, limit=128)
        >>> found.generated[0].name, found.generated[0].value > 100 * abs(found.floor[0].value)
        ('MMD^2', True)
    """
    same_shape({"generated": generated, "training": train, "test": test})
    if limit < _AT_LEAST:
        raise ConfigError(f"limit must be {_AT_LEAST} examples or more, got {limit}")
    made, seen, real = (
        as_array(examples, what, at_least=_AT_LEAST)
        for examples, what in ((generated, "generated"), (train, "training"), (test, "test"))
    )
    n = min(limit, len(made), len(seen), len(real))
    made, real = some(made, n, seed), some(real, n, seed)
    order = np.random.default_rng(seed).permutation(len(seen))
    floor, rest = seen[order[:n]], order[n:]
    apart = len(rest) >= n
    learn_on = rest if apart else order
    given = None if labels is None else checked_labels(labels, len(seen))[learn_on]
    features = OwnFeatures.learn(seen[learn_on], given, seed=seed)
    drawn = pca_gaussian(seen, n, seed=seed) if baseline else None

    def scores(examples: np.ndarray) -> tuple[Score, ...]:
        return tuple(_scores(real, examples, features, classifier, seed))

    of_floor = scores(floor)
    return SampleQuality(
        generated=scores(made),
        floor=of_floor,
        baseline=() if drawn is None else scores(drawn),
        memorisation=memorisation(made, seen, real, seed=seed),
        features=features.words,
        notes=tuple(_notes(made, seen, features, apart, of_floor)),
    )


def _scores(
    real: np.ndarray, examples: np.ndarray, features: OwnFeatures, classifier: Classifier, seed: int
) -> Iterator[Score]:
    yield mmd(real, examples, seed=seed)
    judged = classifier_two_sample(real, examples, classifier=classifier, seed=seed)
    yield from (judged.accuracy, judged.auc)
    spread = precision_recall(real, examples, seed=seed)
    yield from (spread.precision, spread.recall)
    dense = density_coverage(real, examples, seed=seed)
    yield from (dense.density, dense.coverage)
    far = frechet_distance_own_features(real, examples, features=features, seed=seed)
    yield from (far.distance, far.extrapolated)


def _notes(
    made: np.ndarray,
    seen: np.ndarray,
    features: OwnFeatures,
    apart: bool,
    floor: tuple[Score, ...],
) -> Iterator[str]:
    yield (
        f"The Frechet distance is in the {features.words} trained on the same data "
        f"({features.accuracy:.0%} right on held-out examples); it is not FID."
    )
    if not apart:
        yield (
            "There are too few training examples to keep those of the floor apart from those that "
            "the features were learnt on, so the floor of the Frechet distance is too high."
        )
    if (seen == np.rint(seen)).all() and not (made == np.rint(made)).all():
        yield (
            "The data are whole numbers and the generated examples are not: a classifier can tell "
            "them apart by that alone. Draw from p(x|z) instead of taking its mean."
        )
    judged = next(score for score in floor if score.name == ACCURACY)
    if judged.p_value is not None and judged.p_value < _SPLIT_DIFFERS:
        yield (
            f"Training and test examples themselves differ: a classifier tells {judged.value:.1%} "
            f"of them rightly (p = {judged.p_value:.1g}). Compare with the column 'train' instead "
            "of the null, and expect p-values to be small for any generator."
        )
    yield (
        "null: expected for a perfect generator; train: what as many training examples achieve. "
        "Blurred examples lie nearer to everything: C_T and the distances below 1 do not prove "
        "copying unless 'nearest in train' is above its null as well."
    )


def _with_error(score: Score) -> str:
    return f"{score.value:.4g} +- {score.error:.2g}"


def _cells(score: Score) -> tuple[str, str, str]:
    p = "" if score.p_value is None else f"{score.p_value:.2g}"
    null = "" if score.null is None else f"{score.null:.4g}"
    spread = "" if score.null_error is None else f" +- {score.null_error:.2g}"
    return f"[bold]{_with_error(score)}[/]", p, null + spread
