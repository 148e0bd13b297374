"""Laws of splits."""

import numpy as np
import pytest

from elbowroom.data import load, split
from elbowroom.errors import ConfigError, DataError


def rows(n, classes=3):
    return load((np.arange(2.0 * n).reshape(n, 2), np.arange(n) % classes))


def keras(tmp_path):
    path = tmp_path / "keras.npz"
    x = np.arange(40, dtype=np.uint8).reshape(10, 2, 2)
    np.savez(path, x_train=x[:7], y_train=np.arange(7), x_test=x[7:], y_test=np.arange(3))
    return load(path)


@pytest.mark.parametrize("stratify", [False, True])
@pytest.mark.parametrize(
    ("n", "validation", "test"),
    [(5, 0.1, 0.2), (100, 0.1, 0.2), (100, 0, 0.5), (101, 13, 0), (97, 0.3, 7), (1000, 0.01, 0.9)],
)
def test_splits_are_disjoint_cover_and_have_the_sizes_asked_for(n, validation, test, stratify):
    data = rows(n)
    splits = split(data, validation=validation, test=test, split_seed=3, stratify=stratify)
    parts = [part.root_positions for part in splits.parts().values()]
    assert sorted(np.concatenate(parts).tolist()) == list(range(n))
    for part, wanted in ((splits.validation, validation), (splits.test, test)):
        count = wanted if wanted >= 1 else max(1, round(wanted * n)) if wanted else 0
        assert (0 if part is None else len(part)) == count


def test_a_seed_is_a_split():
    data = rows(200)
    one, two, other = (split(data, split_seed=seed) for seed in (1, 1, 2))
    assert one.digest() == two.digest() != other.digest()
    assert "train 140, validation 20, test 40, seed 1" in repr(one)


def test_the_split_of_a_seed_never_changes():
    # a recorded run depends on it
    assert split(rows(8), test=0.25, validation=0.25).test.root_positions.tolist() == [6, 7]


def test_stratified_splits_keep_shares_to_within_one():
    labels = np.repeat([0, 1, 2], [700, 250, 50])
    data = load((np.random.default_rng(0).normal(size=(1000, 2)), labels))
    splits = split(data, validation=0.1, test=0.2, stratify=True)
    for part in splits.parts().values():
        counts = np.bincount(part.labels, minlength=3)
        assert np.abs(counts - np.array([0.7, 0.25, 0.05]) * len(part)).max() <= 2


def test_every_example_is_equally_likely_to_be_tested():
    counts = np.zeros(20)
    for seed in range(400):
        counts[split(rows(20), split_seed=seed).test.root_positions] += 1
    assert np.abs(counts / 400 - 0.2).max() < 4.5 * np.sqrt(0.2 * 0.8 / 400)


def test_the_official_test_set_is_kept(tmp_path):
    splits = split(keras(tmp_path), validation=2)
    assert splits.test.root_positions.tolist() == [7, 8, 9]
    assert len(splits.train) == 5
    assert splits.official
    own = split(keras(tmp_path), test=0.5)
    assert not own.official
    assert len(own.test) == 5


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"test": "official"}, ConfigError, "no official test set"),
        ({"test": "mine"}, ConfigError, "test='mine'"),
        ({"test": -0.1}, ConfigError, "test=-0.1 is no size"),
        ({"validation": 1.5}, ConfigError, "validation=1.5 is no size"),
        ({"validation": float("nan")}, ConfigError, "validation=nan is no size"),
        ({"test": 10}, DataError, "leaves none for training"),
        ({"test": 0.6, "validation": 0.4}, DataError, "leave none for training"),
    ],
)
def test_sizes_without_sense_are_refused(options, error, words):
    with pytest.raises(error, match=words):
        split(rows(10), **options)


def test_stratifying_needs_classes():
    with pytest.raises(ConfigError, match="quantities as labels"):
        split(load("diabetes"), stratify=True)
