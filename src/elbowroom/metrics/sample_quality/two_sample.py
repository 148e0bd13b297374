"""Classifier two-sample test: can anything learn to tell generated examples from real ones?"""

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np

from elbowroom.errors import ConfigError, did_you_mean
from elbowroom.metrics.sample_quality.rank_area import RankArea
from elbowroom.metrics.sample_quality.rows import Examples, equal_numbers, pair
from elbowroom.metrics.sample_quality.score import Score

if TYPE_CHECKING:
    from sklearn.base import ClassifierMixin

Classifier = Literal["mlp", "logistic", "boosting"]
ACCURACY = "two-sample accuracy"


@dataclass(frozen=True)
class TwoSample:
    """What a classifier that had to tell generated from real examples achieved on unseen ones.

    Attributes:
        accuracy: Share that it told rightly; 0.5 is the best for a generator.
        auc: Probability that it ranks a generated example above a real one.
        classifier: What it was.
    """

    accuracy: Score
    auc: Score
    classifier: str


def classifier_two_sample(
    real: Examples,
    generated: Examples,
    *,
    classifier: "Classifier | ClassifierMixin" = "mlp",
    held_out: float = 0.5,
    seed: int = 0,
) -> TwoSample:
    """Train a classifier to tell generated from real, and test it on examples it has not seen.

    If the distributions are equal, the accuracy on n held-out examples of both sets is
    0.5 +- sqrt(0.25 / n), exactly binomial (Lopez-Paz & Oquab 2017,
    https://arxiv.org/abs/1610.06545). The larger set is cut to the size of the smaller. There is
    one division into examples to learn from and to be tested on: over the folds of a
    cross-validation the accuracies are correlated, their spread is up to 1.3 times as large, and a
    test at 5 % rejects 7 to 10 %.

    A test that finds nothing says that this classifier found nothing: the power is the
    classifier's. One that finds much may have found little: rounding, or noise that data have and
    samples lack.

    Args:
        real: Real examples, (N, ...), N at least 20.
        generated: Generated examples, (M, ...), in the same units.
        classifier: 'mlp' (one hidden layer of 64), 'logistic' (sees differences of means only),
            'boosting' (histogram gradient boosting; for tables), or any scikit-learn classifier
            with `predict_proba`.
        held_out: Share of the examples to test on.
        seed: Seed of division and classifier.

    Returns:
        Accuracy with its binomial p-value, and the area under the receiver operating
        characteristic with the errors of DeLong et al. 1988 and, under the null, of Mann & Whitney.

    Raises:
        ConfigError: If there is no classifier of that name, or `held_out` is not between 0 and 1.
        ShapeError: If the sets differ in the shape of an example.
        DataError: If there are too few examples or a value is not finite.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> x, y = rng.normal(size=(300, 3)), rng.normal(1.0, size=(300, 3))
        >>> classifier_two_sample(x, y, classifier="logistic").accuracy.value > 0.75
        True
    """
    from scipy.stats import binom, norm

    if not 0 < held_out < 1:
        raise ConfigError(f"held_out must be a share between 0 and 1, got {held_out}")
    x, y = equal_numbers(*pair(real, generated, at_least=20), seed)
    chosen = classifier
    if isinstance(classifier, str):
        chosen = _CLASSIFIERS[_known(classifier)](seed, round(2 * len(x) * (1 - held_out)))
    truth, belief = _judged(chosen, x, y, held_out, seed)
    n = len(truth)
    right = int(((belief > 0.5) == truth).sum())
    share = right / n
    accuracy = Score(
        name=ACCURACY,
        value=share,
        error=sqrt(share * (1 - share) / n),
        null=0.5,
        null_error=sqrt(0.25 / n),
        p_value=float(binom.sf(right - 1, n, 0.5)),
        real=len(x),
        generated=len(y),
        seed=seed,
    )
    area = RankArea.between(belief[truth], belief[~truth])
    auc = Score(
        name="two-sample AUC",
        value=area.value,
        error=area.error,
        null=0.5,
        null_error=area.null_error,
        p_value=float(norm.sf((area.value - 0.5) / area.null_error)),
        real=len(x),
        generated=len(y),
        seed=seed,
    )
    return TwoSample(accuracy, auc, classifier if isinstance(classifier, str) else repr(classifier))


def _known(name: str) -> str:
    if name not in _CLASSIFIERS:
        raise ConfigError(
            f"there is no classifier {name!r}: choose one of {', '.join(get_args(Classifier))}, or "
            "give a scikit-learn classifier." + did_you_mean(name, _CLASSIFIERS)
        )
    return name


def _judged(
    classifier: Any, x: np.ndarray, y: np.ndarray, held_out: float, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return which held-out examples are generated, and the probability that the judge gave."""
    import warnings

    from sklearn.base import clone
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.model_selection import train_test_split

    rows, truth = np.concatenate([x, y]), np.repeat([False, True], [len(x), len(y)])
    seen, unseen, seen_truth, unseen_truth = train_test_split(
        rows, truth, test_size=held_out, stratify=truth, random_state=seed
    )
    with warnings.catch_warnings():
        # A judge that could have learnt for longer, or in larger batches, is still a judge.
        warnings.simplefilter("ignore", ConvergenceWarning)
        warnings.filterwarnings("ignore", "Got `batch_size`", UserWarning)
        fitted = clone(classifier).fit(seen, seen_truth)
    return unseen_truth, fitted.predict_proba(unseen)[:, 1]


def _logistic(seed: int, examples: int) -> Any:
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=100))


def _mlp(seed: int, examples: int) -> Any:
    from sklearn.neural_network import MLPClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    # Few examples make few steps an epoch: wait for more epochs.
    patience = max(8, 8000 // examples)
    network = MLPClassifier(
        (64,),
        alpha=1e-3,
        learning_rate_init=2e-3,
        batch_size=32,
        max_iter=8 * patience,
        early_stopping=True,
        n_iter_no_change=patience,
        random_state=seed,
    )
    return make_pipeline(StandardScaler(), network)


def _boosting(seed: int, examples: int) -> Any:
    from sklearn.ensemble import HistGradientBoostingClassifier

    return HistGradientBoostingClassifier(early_stopping=True, max_iter=100, random_state=seed)


_CLASSIFIERS = {"mlp": _mlp, "logistic": _logistic, "boosting": _boosting}
