"""Maps of codes."""

import numpy as np
import pytest
import torch

from elbowroom.explore.maps import maps_of, pca


@pytest.mark.parametrize("shape", [(500, 5), (40, 60), (300, 200), (7, 2)])
def test_the_widest_directions_are_the_principal_components(shape):
    rng = np.random.default_rng(0)
    scale = np.linspace(4, 0.1, shape[1])
    codes = (rng.normal(size=shape) * scale + 3).astype(np.float32)
    centred = codes.astype(np.float64) - codes.mean(0, dtype=np.float64)
    u, s, _ = np.linalg.svd(centred, full_matrices=False)
    placed, text = pca(codes)
    expected = u[:, :2] * s[:2]
    for found, wanted in zip(placed.T, expected.T, strict=True):
        agree = found @ wanted / (np.linalg.norm(found) * np.linalg.norm(wanted))
        assert abs(agree) == pytest.approx(1, abs=1e-4)
    np.testing.assert_allclose(np.linalg.norm(placed, axis=0), s[:2], rtol=1e-4)
    assert f"{(s[:2] ** 2).sum() / (s**2).sum():.0%}" in text


@pytest.mark.parametrize("shape", [(50, 1), (1, 3), (5, 4)])
def test_few_examples_or_units_have_a_map_as_well(shape):
    state = torch.get_rng_state()
    placed, _ = pca(np.ones(shape, dtype=np.float32))
    assert placed.shape == (shape[0], 2)
    np.testing.assert_array_equal(placed, 0)
    assert torch.equal(torch.get_rng_state(), state)


def test_there_is_always_a_map():
    assert "pca" in maps_of(1)
    assert "umap" not in maps_of(3)
