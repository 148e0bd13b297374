"""The classifier two-sample test: its level on equal data, its power on others."""

import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import roc_auc_score
from sklearn.naive_bayes import GaussianNB

from elbowroom.errors import ConfigError
from elbowroom.metrics.sample_quality import classifier_two_sample
from elbowroom.metrics.sample_quality.rank_area import RankArea


def judged_on_equal(classifier, repeats: int) -> list:
    rng = np.random.default_rng(0)
    return [
        classifier_two_sample(
            rng.normal(size=(60, 3)), rng.normal(size=(80, 3)), classifier=classifier, seed=seed
        )
        for seed in range(repeats)
    ]


@pytest.mark.parametrize(("classifier", "repeats"), [("logistic", 300), ("mlp", 15)])
def test_equal_distributions_give_a_half_with_the_stated_spread(classifier, repeats):
    scores = [found.accuracy for found in judged_on_equal(classifier, repeats)]
    values = np.array([score.value for score in scores])
    spread = (0.25 / 60) ** 0.5  # 60 of each, half of them held out
    assert scores[0].null_error == pytest.approx(spread)
    assert abs(values.mean() - 0.5) < 4 * spread / repeats**0.5
    # A lazy judge that calls all the same is right on exactly half, so it may be narrower.
    assert values.std() < spread * (1 + 3 / (2 * repeats) ** 0.5)
    rejected = sum(score.p_value <= 0.05 for score in scores)
    assert rejected <= stats.binom.ppf(0.999, repeats, 0.05)


def test_equal_distributions_give_an_area_of_a_half_with_the_stated_spread():
    scores = [found.auc for found in judged_on_equal("logistic", 300)]
    values = np.array([score.value for score in scores])
    assert abs(values.mean() - 0.5) < 4 * values.std() / 300**0.5
    assert values.std() == pytest.approx(scores[0].null_error, rel=0.15)


@pytest.mark.parametrize("classifier", ["mlp", "logistic", "boosting", GaussianNB()])
def test_a_shift_is_found(classifier):
    rng = np.random.default_rng(0)
    found = classifier_two_sample(
        rng.normal(size=(300, 4)), rng.normal(1.0, size=(300, 4)), classifier=classifier
    )
    best = stats.norm.cdf(1.0)  # of any judge: means 2 apart in the best direction
    assert 0.75 < found.accuracy.value < best + 4 * found.accuracy.error
    assert found.accuracy.p_value < 1e-6 and found.auc.p_value < 1e-6


def test_only_a_judge_that_is_not_linear_finds_a_difference_of_spread():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(500, 4)), 3 * rng.normal(size=(500, 4))
    assert classifier_two_sample(x, y, classifier="logistic").accuracy.p_value > 0.001
    assert classifier_two_sample(x, y, classifier="mlp").accuracy.p_value < 1e-6


def test_the_area_is_scikit_learns_and_its_error_is_right():
    rng = np.random.default_rng(0)
    a, b = np.round(rng.normal(1, 1, 80), 1), np.round(rng.normal(0, 1, 50), 1)
    truth = np.repeat([1, 0], [80, 50])
    area = RankArea.between(a, b)
    assert area.value == pytest.approx(roc_auc_score(truth, np.concatenate([a, b])))
    many = [
        RankArea.between(rng.normal(1, 1, 80), rng.normal(0, 1, 50)) for _ in range(400)
    ]  # fmt: skip
    spread = np.std([area.value for area in many])
    assert np.mean([area.error for area in many]) == pytest.approx(spread, rel=0.12)


def test_what_it_refuses():
    x = np.random.default_rng(0).normal(size=(50, 4))
    with pytest.raises(ConfigError, match="no classifier 'logistc'.*Did you mean 'logistic'"):
        classifier_two_sample(x, x, classifier="logistc")
    with pytest.raises(ConfigError, match="between 0 and 1, got 1"):
        classifier_two_sample(x, x, held_out=1)
