"""Ways through the latent space, and pictures that move along them."""

import sys

import numpy as np
import pytest
import torch

from elbowroom.errors import ConfigError, MissingExtraError
from elbowroom.report import Material
from elbowroom.report.animation import there_and_back, write_animation
from elbowroom.report.geodesic import energy_of, geodesic
from elbowroom.report.latent_paths import spherical, straight
from elbowroom.report.picture import draw
from elbowroom.report.pictures import PICTURES
from elbowroom.report.pictures.interpolation import PATHS

SHARES = np.linspace(0, 1, 9)


def ends(latent: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(2, latent))


@pytest.mark.parametrize("latent", [1, 2, 7])
@pytest.mark.parametrize("way", [straight, spherical])
def test_a_way_leads_from_one_code_to_the_other(way, latent):
    start, end = ends(latent)
    codes = way(start, end)(SHARES)
    np.testing.assert_allclose(codes[[0, -1]], [start, end], atol=1e-12)
    back = way(end, start)(SHARES)
    np.testing.assert_allclose(back[::-1], codes, atol=1e-12)


@pytest.mark.parametrize("latent", [2, 7, 50])
def test_the_spherical_way_keeps_the_norm_and_the_pace(latent):
    start, end = ends(latent)
    end *= np.linalg.norm(start) / np.linalg.norm(end)
    codes = spherical(start, end)(SHARES)
    np.testing.assert_allclose(np.linalg.norm(codes, axis=1), np.linalg.norm(start))
    steps = np.linalg.norm(np.diff(codes, axis=0), axis=1)
    np.testing.assert_allclose(steps, steps[0])
    sizes = np.linalg.norm(spherical(start, 3 * end)(SHARES), axis=1)
    np.testing.assert_allclose(np.diff(sizes), 2 * np.linalg.norm(start) / 8)


def test_where_no_circle_is_defined_the_way_is_straight():
    a = np.array([1.0, 2.0])
    for start, end in ((a, 3 * a), (a, -a), (0 * a, a)):
        np.testing.assert_array_equal(spherical(start, end)(SHARES), straight(start, end)(SHARES))


@pytest.mark.parametrize("latent", [1, 4])
def test_a_linear_decoder_has_straight_geodesics(latent):
    generator = torch.Generator().manual_seed(0)
    weights = torch.randn(6, latent, generator=generator)
    start, end = torch.randn(2, latent, generator=generator)
    curve = geodesic(lambda z: z @ weights.T, start, end)
    line = start + torch.linspace(0, 1, 17)[:, None] * (end - start)
    torch.testing.assert_close(curve.codes, line, atol=1e-4, rtol=1e-4)
    assert curve.energy == pytest.approx(float((weights @ (end - start)).square().sum()), rel=1e-4)


def test_a_geodesic_of_a_sphere_is_its_great_circle():
    """Decoded to the sphere by angles, the shortest way is known: its energy is its angle^2."""

    def on_sphere(z):
        high, around = z[:, 0], z[:, 1]
        flat = torch.cos(high)
        return torch.stack([flat * torch.cos(around), flat * torch.sin(around), torch.sin(high)], 1)

    start, end = torch.tensor([0.9, -1.0]), torch.tensor([0.9, 1.0])
    curve = geodesic(on_sphere, start, end, segments=40)
    a, b = on_sphere(torch.stack([start, end]))
    assert curve.energy == pytest.approx(float(torch.arccos(a @ b)) ** 2, rel=2e-3)
    assert curve.straight == pytest.approx(float(2 * torch.cos(start[0])) ** 2, rel=2e-3)
    steps = (on_sphere(curve.codes)[1:] - on_sphere(curve.codes)[:-1]).norm(dim=1)
    assert steps.max() / steps.min() < 1.05  # at an even pace


@pytest.mark.parametrize("data", ["digits", "table"])
def test_the_metrics_way_never_costs_more_than_the_straight_one(run_of, data):
    material = Material(run_of(data, latent=8, measured=False))
    plate = PICTURES["interpolation"](material, example="0,1,2", other="3,4,5", path="metric")
    model = material.run.model
    assert len(plate.numbers["metric"]) == 3
    for pair, found in zip(((0, 3), (1, 4), (2, 5)), plate.numbers["metric"], strict=True):
        codes = straight(*material.codes[list(pair)])(np.linspace(0, 1, 17))
        line = energy_of(lambda z: model.generate(given=z).px.mean, torch.tensor(codes).float())
        assert found["energy of the straight line"] == pytest.approx(line.item(), rel=1e-4)
        assert found["energy"] < found["energy of the straight line"]
        assert f"{found['energy']:.4g}" in plate.caption
        assert "16 times the sum of the squared changes" in plate.caption  # 17 points


def test_three_ways_of_one_pair_stand_under_each_other(run_of):
    material = Material(run_of("digits", latent=8, measured=False))
    plate = PICTURES["interpolation"](material, example=3, other=7)
    rows = [label.get_text() for label in plate.figure.axes[0].get_yticklabels()]
    assert rows == ["straight", "spherical", "along the decoder's metric"] and len(PATHS) == 3
    still = plate.motion(np.array([0.0, 0.5, 1.0]))
    assert still.steps == 3


def test_the_ways_of_a_table_are_called_what_they_are(run_of):
    plate = PICTURES["interpolation"](Material(run_of("table", latent=2, measured=False)))
    wanted = ["straight", "spherical", "along the decoder's metric"]
    for figure in (plate.figure, plate.motion(np.array([0.0, 1.0])).figure):
        titles = [" ".join(axes.get_title(loc="left").split()) for axes in figure.axes]
        assert titles[:3] == wanted


@pytest.mark.parametrize("frames", [2, 3, 12, 13])
def test_a_loop_goes_there_and_back_without_a_jump(frames):
    places, order = there_and_back(frames)
    shown = places[order]
    assert (
        len(order) == frames and shown[0] == 0 and shown.max() == 1 and (np.diff(places) > 0).all()
    )
    np.testing.assert_allclose(shown[1:], shown[:0:-1])  # the same on the way back
    wrapped = np.abs(np.diff(np.append(shown, shown[0])))
    assert wrapped.max() <= np.pi / 2 / (frames // 2) + 1e-9


@pytest.fixture
def picture(run_of):
    return draw(
        run_of("digits", latent=8, measured=False), "traversals", units="0,1", example="0,1"
    )


def test_a_moving_picture_is_written_as_asked(picture, tmp_path):
    from PIL import Image

    with Image.open(picture.save(tmp_path / "a.gif", frames=10, seconds=2).files[-1]) as film:
        assert film.n_frames == 10 and film.info["loop"] == 0
        spent = 0
        shown = []
        for frame in range(10):
            film.seek(frame)
            spent += film.info["duration"]
            shown.append(np.asarray(film.convert("RGB")).astype(int))
        assert spent == 2000
    assert (shown[0][0, 0] == 255).all()
    np.testing.assert_array_equal(shown[3], shown[7])
    assert np.abs(shown[0] - shown[5]).max() > 20
    with Image.open(picture.save(tmp_path / "a.webp", frames=10, seconds=2).files[-1]) as other:
        assert other.size == film.size and other.n_frames == 10
    with Image.open(picture.save(tmp_path / "b.GIF", frames=4).files[-1]) as loud:
        assert loud.n_frames == 4
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.gif", "a.webp", "b.GIF"]


def test_a_video_has_its_frames_at_its_pace(picture, tmp_path):
    imageio_ffmpeg = pytest.importorskip("imageio_ffmpeg")
    [file] = picture.save(tmp_path / "a.mp4", frames=8, seconds=2).files
    count, seconds = imageio_ffmpeg.count_frames_and_secs(str(file))
    assert (count, seconds) == (8, 2)
    assert file.read_bytes()[4:8] == b"ftyp"


def test_a_table_moves_as_its_profile(run_of):
    material = Material(run_of("table", latent=2, measured=False))
    motion = PICTURES["traversals"](material).motion(np.array([0.0, 1.0]))
    [line, *_] = motion.figure.axes[0].lines[::-1]
    motion.show(0)
    before = line.get_xdata().copy()
    motion.show(1)
    assert np.abs(line.get_xdata() - before).max() > 0
    assert motion.figure.axes[0].get_title(loc="left").startswith("latent unit ")


def test_what_cannot_be_written_leaves_nothing(picture, tmp_path, monkeypatch):
    path = tmp_path / "a.gif"
    for options, words in (({"frames": 1}, "2 or more"), ({"seconds": 0.0}, "above 0")):
        with pytest.raises(ConfigError, match=words):
            picture.save(path, **options)
    with pytest.raises(ConfigError, match="to move"):
        write_animation(picture.plate.motion, tmp_path / "a.png")
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", None)
    with pytest.raises(MissingExtraError, match=r"elbowroom\[video\]"):
        picture.save(tmp_path / "a.mp4")
    monkeypatch.setattr("PIL.Image.Image.save", lambda *a, **k: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        picture.save(path, frames=4)
    assert list(tmp_path.iterdir()) == []
