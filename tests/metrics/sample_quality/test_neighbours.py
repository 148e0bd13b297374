"""Precision, recall, density, coverage: their nulls, and samples with one known fault."""

import numpy as np
import pytest

from elbowroom.errors import ConfigError
from elbowroom.metrics.sample_quality import density_coverage, expected_coverage, precision_recall


def every_score(real, generated, seed=0) -> dict:
    spread = precision_recall(real, generated, seed=seed)
    dense = density_coverage(real, generated, seed=seed)
    scores = (spread.precision, spread.recall, dense.density, dense.coverage)
    return {score.name: score for score in scores}


@pytest.mark.parametrize("dimensions", [2, 20])
def test_a_perfect_generator_has_the_nulls_within_the_errors(dimensions):
    rng = np.random.default_rng(0)
    repeats = 50
    found = [
        every_score(rng.normal(size=(250, dimensions)), rng.normal(size=(250, dimensions)))
        for _ in range(repeats)
    ]
    for name in found[0]:
        values = np.array([scores[name].value for scores in found])
        null = np.mean([scores[name].null for scores in found])
        error = np.mean([scores[name].error for scores in found])
        assert abs(values.mean() - null) < 4 * values.std() / repeats**0.5, name
        assert 0.65 < error / values.std() < 1.7, name
    assert found[0]["density"].null == 1.0
    assert found[0]["coverage"].null == pytest.approx(1 - 2**-5, abs=0.001)


def test_the_expected_coverage_is_that_of_random_orders():
    """By brute force: of N - 1 real and M generated neighbours in random order, who comes first."""
    rng = np.random.default_rng(0)
    kinds = np.repeat([0, 1], [5, 9])
    covered = [rng.permutation(kinds)[:2].any() for _ in range(20_000)]
    assert expected_coverage(6, 9, 2) == pytest.approx(np.mean(covered), abs=0.012)
    assert expected_coverage(10**6, 10**6, 5) == pytest.approx(1 - 2**-5, abs=1e-5)


def test_dropped_modes_lower_recall_and_coverage_only():
    rng = np.random.default_rng(0)
    real = rng.normal(size=(400, 2)) + 20 * rng.integers(0, 2, (400, 1))
    one_mode = rng.normal(size=(400, 2))
    scores = every_score(real, one_mode)
    share = (real[:, 0] < 10).mean()
    assert scores["precision"].value > 0.95 and scores["density"].value > 0.85
    assert scores["recall"].value < share
    assert scores["coverage"].value == pytest.approx(share, abs=0.05)


def test_outliers_lower_precision_and_density_only():
    rng = np.random.default_rng(0)
    real, generated = rng.normal(size=(2, 400, 2))
    generated[:100] += 50.0
    scores = every_score(real, generated)
    assert scores["precision"].value == pytest.approx(0.75, abs=0.04)
    assert scores["density"].value == pytest.approx(0.75, abs=0.15)
    assert scores["recall"].value > 0.9 and scores["coverage"].value > 0.9


def test_one_real_outlier_fools_precision_and_not_density():
    rng = np.random.default_rng(0)
    real, generated = rng.normal(size=(400, 5)), rng.normal(8, 0.1, size=(400, 5))
    real[0] = 12.0
    scores = every_score(real, generated)
    assert scores["precision"].value > 0.95
    assert scores["density"].value < 0.3 and scores["coverage"].value < 0.05


def test_identical_sets_are_inside_each_other_whatever_the_rounding():
    real = np.random.default_rng(0).integers(0, 2, (200, 10)) * 255.0 + 1e4
    scores = every_score(real, real)
    assert all(scores[name].value == 1.0 for name in ("precision", "recall", "coverage"))


@pytest.mark.parametrize("measure", [precision_recall, density_coverage])
def test_values_far_from_zero_are_no_matter(measure):
    x, y = np.random.default_rng(0).normal(size=(2, 100, 3))
    near, far = measure(x, y), measure(x + 1e8, y + 1e8)
    assert repr(near) == repr(far)


def test_the_larger_set_is_cut_and_few_examples_have_no_error():
    rng = np.random.default_rng(0)
    found = density_coverage(rng.normal(size=(30, 2)), rng.normal(size=(90, 2)))
    assert (found.density.real, found.density.generated) == (30, 30)
    assert np.isnan(found.density.error)


@pytest.mark.parametrize("measure", [precision_recall, density_coverage])
def test_no_neighbours_are_refused(measure):
    with pytest.raises(ConfigError, match="k must be 1"):
        measure(np.eye(10), np.eye(10), k=0)
