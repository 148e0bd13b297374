"""The Frechet distance: closed forms, its bias and what is left of it, learnt features, FID."""

import sys
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from scipy.linalg import sqrtm
from torch import nn

from elbowroom.errors import ConfigError, DataError, MissingExtraError, ShapeError
from elbowroom.metrics.sample_quality import (
    OwnFeatures,
    frechet_distance,
    frechet_distance_own_features,
    frechet_inception_distance,
    gaussian_distance,
)


def covariance(rng: np.random.Generator, size: int) -> np.ndarray:
    root = rng.normal(size=(size, size))
    return root @ root.T


def test_the_distance_of_gaussians_is_the_formula_with_a_matrix_root():
    rng = np.random.default_rng(0)
    mean, other = rng.normal(size=(2, 6))
    a, b = covariance(rng, 6), covariance(rng, 6)
    exact = np.square(mean - other).sum() + np.trace(a + b - 2 * sqrtm(a @ b).real)
    assert gaussian_distance(mean, a, other, b) == pytest.approx(exact, rel=1e-9)


def test_singular_covariances_are_no_trouble():
    flat = np.diag([1.0, 0.0, 0.0])
    assert gaussian_distance(np.zeros(3), flat, np.zeros(3), flat) == pytest.approx(0, abs=1e-12)
    across = np.diag([0.0, 4.0, 0.0])
    assert gaussian_distance(np.zeros(3), flat, np.zeros(3), across) == pytest.approx(5)


@pytest.mark.parametrize("shift", [0.0, 0.5])
def test_the_extrapolation_takes_the_bias_off(shift):
    rng = np.random.default_rng(0)
    repeats, size, n = 40, 10, 150
    found = [
        frechet_distance(rng.normal(size=(n, size)), rng.normal(shift, size=(n, size)), repeats=20)
        for _ in range(repeats)
    ]
    truth = size * shift**2
    plain = np.array([f.distance.value for f in found])
    endless = np.array([f.extrapolated.value for f in found])
    assert plain.mean() - truth > 4 * plain.std() / repeats**0.5
    assert abs(endless.mean() - truth) < 4 * endless.std() / repeats**0.5
    # Close to the null the bootstrap's error is too large, never too small.
    for name, values in (("distance", plain), ("extrapolated", endless)):
        error = np.mean([getattr(f, name).error for f in found])
        assert 0.75 * values.std() < error < (2.5 if shift == 0 else 1.4) * values.std()


def test_its_null_is_what_equal_distributions_give():
    rng = np.random.default_rng(0)
    found = [
        frechet_distance(rng.normal(size=(100, 5)), rng.normal(size=(100, 5)), repeats=20)
        for _ in range(60)
    ]
    values = np.array([f.distance.value for f in found])
    nulls = np.array([f.distance.null for f in found])
    assert abs(values.mean() - nulls.mean()) < 4 * values.std() / 60**0.5
    assert sum(f.distance.p_value <= 0.05 for f in found) <= 10
    assert abs(np.mean([f.extrapolated.null for f in found])) < 0.05


def test_it_agrees_with_torchmetrics():
    image = pytest.importorskip("torchmetrics.image.fid")
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(200, 4)), rng.normal(0.3, 2.0, size=(200, 4))
    metric = image.FrechetInceptionDistance(feature=nn.Identity(), input_img_size=(4,))
    metric.set_dtype(torch.float64)
    metric.update(torch.from_numpy(x), real=True)
    metric.update(torch.from_numpy(y), real=False)
    ours = frechet_distance(x, y, repeats=2).distance.value
    assert ours == pytest.approx(float(metric.compute()), rel=1e-6)


def test_too_few_examples_for_the_features_are_refused():
    with pytest.raises(DataError, match=r"79 generated examples are too few.*80 or more"):
        frechet_distance(np.ones((90, 20)), np.ones((79, 20)))
    with pytest.raises(ConfigError, match="repeats must be 2"):
        frechet_distance(np.eye(8), np.eye(8), repeats=1)


def bars(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Images with a bar that lies or stands."""
    rng = np.random.default_rng(seed)
    standing, place = rng.integers(0, 2, count), rng.integers(0, 8, count)
    images = rng.normal(0, 0.1, (count, 1, 8, 8))
    images[np.arange(count), 0, place] += 1.0
    return np.where(standing[:, None, None, None], images.transpose(0, 1, 3, 2), images), standing


def test_features_of_labels_are_learnt_and_repeat():
    images, standing = bars(600, 0)
    features = OwnFeatures.learn(images, standing, width=8, steps=60)
    assert features.accuracy > 0.95 and "2 labels" in features.words
    again = OwnFeatures.learn(torch.from_numpy(images), standing, width=8, steps=60)
    np.testing.assert_array_equal(features(images), again(images))
    assert features(images).shape == (600, 8)


def test_features_come_from_clusters_where_there_are_no_classes():
    images, standing = bars(300, 0)
    for labels in (None, standing + 0.5, np.zeros(300, int)):
        assert "10 clusters" in OwnFeatures.learn(images, labels, width=4, steps=5).words


def test_learning_features_leaves_the_global_generator_alone():
    before = torch.random.get_rng_state()
    OwnFeatures.learn(bars(100, 0)[0], width=4, steps=2)
    assert torch.equal(before, torch.random.get_rng_state())


def test_the_distance_in_own_features_sees_a_dropped_class():
    images, standing = bars(600, 0)
    features = OwnFeatures.learn(images, standing, width=8, steps=60)
    (real, _), (fresh, kind) = bars(300, 1), bars(800, 2)
    same = frechet_distance_own_features(real, fresh[:300], features=features, repeats=40)
    lost = frechet_distance_own_features(real, fresh[kind == 0], features=features, repeats=40)
    assert same.distance.p_value > 0.02
    assert lost.extrapolated.value > 10 * abs(same.extrapolated.value)
    assert lost.features == features.words


def test_what_own_features_refuse():
    images, standing = bars(120, 0)
    with pytest.raises(ShapeError, match=r"labels of shape \(119,\)"):
        OwnFeatures.learn(images, standing[:-1])
    with pytest.raises(DataError, match="all training examples are equal"):
        OwnFeatures.learn(np.ones((120, 3)), standing)
    with pytest.raises(DataError, match="120 training examples|99 training examples"):
        OwnFeatures.learn(images[:99])
    features = OwnFeatures.learn(images, standing, width=4, steps=2)
    with pytest.raises(ShapeError, match=r"of shape \(1, 8, 8\), got \(1, 9, 9\)"):
        features(np.zeros((2, 1, 9, 9)))


class Colours(nn.Module):
    """Stands in for the Inception network."""

    def forward(self, images: torch.Tensor) -> tuple[torch.Tensor]:
        assert images.dtype == torch.uint8 and images.shape[1] == 3
        return (images.float().flatten(2)[:, :, :3].flatten(1),)


def test_fid_takes_any_images_through_a_network():
    rng = np.random.default_rng(0)
    x, y = rng.random((2, 100, 1, 4, 4))
    small = frechet_inception_distance(x, y, network=Colours(), white=1.0, batch_size=33)
    large = frechet_inception_distance(255 * x, 255 * y, network=Colours())
    assert small == pytest.approx(large)
    assert small > frechet_inception_distance(x, x, network=Colours(), white=1.0)


def test_fid_without_weights_or_package_says_so(tmp_path, monkeypatch):
    images = np.zeros((4, 3, 8, 8))
    with pytest.raises(DataError, match="weights of the Inception network, and none were given"):
        frechet_inception_distance(images, images)
    with pytest.raises(DataError, match="there is no file"):
        frechet_inception_distance(images, images, weights=tmp_path / "none.pth")
    weights = tmp_path / "weights.pth"
    torch.save({"a": torch.zeros(1)}, weights)
    network = SimpleNamespace(FeatureExtractorInceptionV3=lambda *_, **__: Colours())
    monkeypatch.setitem(sys.modules, "torch_fidelity", SimpleNamespace())
    monkeypatch.setitem(sys.modules, "torch_fidelity.feature_extractor_inceptionv3", network)
    assert frechet_inception_distance(images, images, weights=weights) == 0
    weights.with_name("cut.pth").write_bytes(weights.read_bytes()[:40])
    with pytest.raises(DataError, match="or is cut short"):
        frechet_inception_distance(images, images, weights=weights.with_name("cut.pth"))
    monkeypatch.setitem(sys.modules, "torch_fidelity.feature_extractor_inceptionv3", None)
    with pytest.raises(MissingExtraError, match=r"elbowroom\[fid\]"):
        frechet_inception_distance(images, images, weights=weights)
    with pytest.raises(ShapeError, match="FID is for images"):
        frechet_inception_distance(np.zeros((4, 9)), np.zeros((4, 9)), network=Colours())
    with pytest.raises(ConfigError, match="white"):
        frechet_inception_distance(images, images, network=Colours(), white=0.0)
