"""The front door, and what every measure refuses."""

import json

import numpy as np
import pytest
import torch
from rich.console import Console
from sklearn.datasets import load_digits

from elbowroom.errors import ConfigError, DataError, ShapeError
from elbowroom.metrics.sample_quality import (
    classifier_two_sample,
    density_coverage,
    frechet_distance,
    mmd,
    pca_gaussian,
    precision_recall,
)
from elbowroom.metrics.sample_quality.quality import sample_quality

MEASURES = (mmd, classifier_two_sample, precision_recall, density_coverage, frechet_distance)


@pytest.fixture(scope="module")
def digits() -> dict:
    images, labels = load_digits(return_X_y=True)
    order = np.random.default_rng(0).permutation(len(images))
    images, labels = images[order].reshape(-1, 1, 8, 8), labels[order]
    return {
        "train": images[:1300],
        "labels": labels[:1300],
        "test": images[1300:1550],
        "fresh": images[1550:],
    }


@pytest.fixture(scope="module")
def real(digits):
    return sample_quality(
        digits["fresh"], digits["train"], digits["test"], digits["labels"], baseline=True
    )


def test_real_digits_pass_and_gaussian_ones_do_not(real):
    for score, baseline in zip(real.generated, real.baseline, strict=True):
        if score.p_value is not None:
            assert score.p_value > 0.005, score
            assert baseline.p_value < 0.02, baseline
    assert [s.name for s in real.generated] == [s.name for s in real.floor]
    assert real.memorisation.nearest_in_train.p_value > 0.005
    assert "10 labels" in real.features


def test_it_is_a_table_and_json(real):
    console = Console(width=140, record=True, file=None)
    with console.capture() as shown:
        console.print(real.table())
    for words in ("MMD^2", "coverage", "train", "PCA", "nearest in train", "not FID"):
        assert words in shown.get()
    data = json.loads(json.dumps(real.to_dict()))
    assert data["generated"][0]["null"] == 0.0


def test_copies_and_means_are_named(digits):
    train = digits["train"]
    half = (train[:200] + train[200:400]) / 4
    found = sample_quality(half, torch.from_numpy(train), digits["test"], limit=128)
    assert any("whole numbers" in note for note in found.notes)
    assert found.baseline == () and found.generated[0].real == 128
    copied = sample_quality(train[:128], train, digits["test"], limit=128)
    assert copied.memorisation.nearest_in_train.p_value < 1e-3
    assert not any("whole numbers" in note for note in copied.notes)


def test_a_split_that_is_no_random_one_is_said(digits):
    dark = digits["train"] // 2
    found = sample_quality(digits["fresh"], dark, digits["test"], limit=128)
    assert any("Training and test examples themselves differ" in note for note in found.notes)


def test_few_training_examples_are_used_twice_and_it_is_said(digits):
    found = sample_quality(digits["fresh"], digits["train"][:200], digits["test"], limit=128)
    assert any("too few training examples" in note for note in found.notes)


def test_the_baseline_has_the_moments_and_the_grid_of_the_data(digits):
    train = digits["train"]
    draws = pca_gaussian(train, 4000)
    assert draws.shape == (4000, 1, 8, 8) and (draws == np.rint(draws)).all()
    assert draws.min() >= 0 and draws.max() <= 16
    rows = np.random.default_rng(0).normal(size=(5000, 4)) @ np.diag([3.0, 2, 1, 1])
    made = pca_gaussian(rows, 50_000, components=2)
    np.testing.assert_allclose(np.cov(made.T), np.cov(rows.T), atol=0.25)


@pytest.mark.parametrize("measure", MEASURES)
def test_every_measure_refuses(measure):
    x = np.random.default_rng(0).normal(size=(60, 5))
    with pytest.raises(ShapeError, match=r"\(5,\) \(real\), \(4,\) \(generated\)"):
        measure(x, x[:, :4])
    with pytest.raises(ShapeError, match="give one row"):
        measure(x[:, 0], x[:, 0])
    with pytest.raises(DataError, match=r"1 of 60 generated examples hold NaN.*index 7"):
        measure(x, np.where(np.arange(60)[:, None] == 7, np.nan, x))
    with pytest.raises(DataError, match=r"2 real examples are too few: this measure needs \d+"):
        measure(x[:2], x)


@pytest.mark.parametrize("measure", MEASURES)
def test_every_measure_repeats_and_leaves_its_input_alone(measure):
    x, y = np.random.default_rng(0).normal(size=(2, 80, 5))
    kept = x.copy()
    assert repr(measure(x, y, seed=5)) == repr(measure(x, y, seed=5))
    np.testing.assert_array_equal(x, kept)


def test_the_front_door_refuses(digits):
    train, test, fresh = digits["train"], digits["test"], digits["fresh"]
    with pytest.raises(DataError, match="9 generated examples are too few.*128"):
        sample_quality(fresh[:9], train, test)
    with pytest.raises(ShapeError, match="differ in shape"):
        sample_quality(fresh.reshape(len(fresh), -1), train, test)
    with pytest.raises(ConfigError, match="limit"):
        sample_quality(fresh, train, test, limit=5)
    with pytest.raises(ShapeError, match="1300 training examples and labels of shape"):
        sample_quality(fresh, train, test, digits["labels"][:-1])
