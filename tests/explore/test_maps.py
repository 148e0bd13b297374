"""Maps of codes, and what their points are coloured by."""

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
import torch

from elbowroom.explore import survey
from elbowroom.explore.maps import FOLDER, kept, maps_of, pca, umap
from elbowroom.explore.parts import parts_of
from elbowroom.explore.telling import quietly


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


@pytest.mark.skipif(
    find_spec("umap") is None,
    reason="umap-learn is not installed: pip install 'elbowroom[umap]' (a minute and 300 MB)",
)
def test_neighbours_stay_neighbours(tmp_path):
    group = np.arange(60) // 20
    codes = np.random.default_rng(0).normal(size=(60, 5)) + 20 * np.eye(5)[group]
    codes = codes.astype(np.float32)
    state = torch.get_rng_state()
    title, draw = maps_of(len(codes), tmp_path)["umap"]
    placed, text = draw(codes)
    assert (placed.shape, placed.dtype) == ((60, 2), np.float32)
    assert "UMAP" in title and "means little" in text
    away = np.linalg.norm(placed[:, None] - placed, axis=-1) + np.diag(np.full(60, np.inf))
    assert (group[away.argmin(1)] == group).all()
    np.testing.assert_array_equal(umap(codes)[0], placed)
    np.testing.assert_array_equal(draw(codes)[0], placed)
    assert len(list((tmp_path / FOLDER).iterdir())) == 1
    assert umap(np.ones((16, 2), dtype=np.float32))[0].shape == (16, 2)
    assert torch.equal(torch.get_rng_state(), state)


class Counted:
    """Draws a map, and counts how often."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, codes: np.ndarray) -> tuple[np.ndarray, str]:
        self.times += 1
        return codes[:, :2] + 1, "One more than the code."


def test_a_map_is_drawn_once_for_the_same_codes(tmp_path):
    codes = np.random.default_rng(0).normal(size=(20, 3)).astype(np.float32)
    counted = Counted()
    for _ in range(3):
        placed, text = kept(counted, "slow", tmp_path)(codes)
        np.testing.assert_array_equal(placed, codes[:, :2] + 1)
        assert text == "One more than the code."
    assert counted.times == 1
    for others in (codes[:-1], codes + 1, codes.reshape(15, 4)):
        placed, _ = kept(counted, "slow", tmp_path)(others)
        np.testing.assert_array_equal(placed, others[:, :2] + 1)
    assert counted.times == 4
    assert len(list(tmp_path.iterdir())) == 4


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04", b"no archive", b"\x80\x04K\x01."])
def test_a_kept_map_that_cannot_be_read_is_drawn_again(tmp_path, damage):
    codes, counted = np.ones((20, 3), dtype=np.float32), Counted()
    kept(counted, "slow", tmp_path)(codes)
    [path] = tmp_path.iterdir()
    path.write_bytes(damage)
    for _ in range(2):
        np.testing.assert_array_equal(kept(counted, "slow", tmp_path)(codes)[0], 2)
    assert counted.times == 2


def test_a_map_that_cannot_be_kept_is_shown(tmp_path):
    (tmp_path / "file").touch()
    placed, _ = kept(Counted(), "slow", Path(tmp_path / "file" / "maps"))(np.ones((20, 3)))
    np.testing.assert_array_equal(placed, 2)


@pytest.mark.parametrize("name", ["posterior spline-flow", "prior gaussian-mixture"])
def test_many_examples_are_coloured_by_a_rate_of_many_draws(session_of, name, monkeypatch):
    """However few draws the ranges of the knobs need of each."""
    session = session_of(name)
    gallery, space = session.gallery, session.latents.space

    def error(draws: int) -> float:
        monkeypatch.setattr(survey, "_RATE_DRAWS", draws)
        found = survey.survey(gallery, space)
        assert found.draws.shape == found.codes.shape
        colour = parts_of(gallery, space, found, quietly)["colour/rate"].values
        return float(np.sqrt(np.square(colour - truth).mean()))

    truth = survey.survey(gallery, space).rates  # thousands of draws over few examples
    monkeypatch.setattr(survey, "_DRAWS", 1)
    enough = survey._RATE_DRAWS
    assert error(enough) < 0.5 * error(1)
