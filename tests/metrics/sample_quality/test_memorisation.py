"""Copies of training examples are flagged; fresh and blurred ones are not."""

import numpy as np
import pytest
from scipy import stats

from elbowroom.metrics.sample_quality import memorisation


def worlds(repeats: int, width: float = 1.0):
    rng = np.random.default_rng(0)
    for seed in range(repeats):
        yield memorisation(
            width * rng.normal(size=(150, 10)),
            rng.normal(size=(400, 10)),
            rng.normal(size=(150, 10)),
            seed=seed,
        )


def test_fresh_examples_have_the_nulls_within_the_errors():
    repeats = 120
    found = list(worlds(repeats))
    for i, first in enumerate(found[0].scores):
        scores = [f.scores[i] for f in found]
        values = np.array([score.value for score in scores])
        assert abs(values.mean() - first.null) < 4 * values.std() / repeats**0.5, first.name
        assert np.mean([s.error for s in scores]) == pytest.approx(values.std(), rel=0.4)
        if first.null_error is not None:
            spread = np.mean([s.null_error for s in scores])
            assert spread == pytest.approx(values.std(), rel=0.25), first.name
            rejected = sum(s.p_value <= 0.05 for s in scores)
            assert rejected <= stats.binom.ppf(0.999, repeats, 0.05), first.name
    assert found[0].nearest_in_train.null == pytest.approx(400 / 550)


@pytest.mark.parametrize("noise", [0.0, 0.05])
def test_copies_are_flagged_and_shown(noise):
    rng = np.random.default_rng(0)
    train, test = rng.normal(size=(400, 10)), rng.normal(size=(150, 10))
    chosen = rng.permutation(400)[:100]
    found = memorisation(train[chosen] + noise * rng.normal(size=(100, 10)), train, test)
    assert found.nearest_in_train.value == 1.0 and found.nearest_in_train.p_value < 1e-6
    assert found.data_copying.value < -10
    assert found.ratio.value < 0.2 and found.very_close.value == 1.0
    generated, from_train = found.pairs.T
    np.testing.assert_array_equal(chosen[generated], from_train)
    assert (np.diff(found.distances[generated]) >= 0).all()
    if noise == 0.0:
        assert (found.distances == 0).all()  # exactly, not up to the rounding of a matrix product


def test_a_few_copies_among_fresh_examples_are_seen_where_they_are_few():
    rng = np.random.default_rng(0)
    train, test = rng.normal(size=(400, 10)), rng.normal(size=(200, 10))
    made = np.concatenate([train[:20], rng.normal(size=(180, 10))])
    found = memorisation(made, train, test)
    assert found.very_close.p_value < 0.001
    assert set(found.pairs[:, 0]) <= set(range(20))


def test_blurred_examples_look_like_copies_by_distance_but_not_by_neighbour():
    found = list(worlds(60, width=0.4))
    assert all(f.data_copying.value < -8 for f in found)
    flagged = sum(f.nearest_in_train.p_value <= 0.05 for f in found)
    assert flagged <= stats.binom.ppf(0.999, 60, 0.05)


def test_data_of_few_values_with_many_equal_rows():
    rng = np.random.default_rng(0)
    made, train, test = (rng.integers(0, 2, (n, 6)) for n in (200, 500, 200))
    found = memorisation(made, train, test)
    assert found.very_close.value == 1.0 and found.very_close.p_value > 0.05
    assert np.isnan(found.ratio.value)
    assert abs(found.data_copying.value) < 4


def test_it_is_plain_values_for_json():
    (found,) = worlds(1)
    data = found.to_dict()
    assert [score["name"] for score in data["scores"]][0] == "nearest in train"
    assert len(data["closest"]) == 16
    assert all(type(pair["train"]) is int for pair in data["closest"])
