"""Images drawn from factors: one factor changes one visible thing, and draws are what they say."""

import math

import numpy as np
import pytest
import torch

from elbowroom.data import describe, load, split
from elbowroom.data.scenes.room import cast
from elbowroom.data.scenes.solids import MIDDLE, REACH, SOLIDS
from elbowroom.data.scenes.sprites import AREA, PATCH, SHAPES, patch

SPRITES = load("dsprites-like")
SMOOTH = load("dsprites-like", antialias=True)
ROOMS = load("shapes3d-like")
RNG = np.random.default_rng(0)


def drawn(data, values):
    return data.take(torch.from_numpy(data.factors.index_of(values)))


def varied(data, factor, count=40):
    """Return random values of all factors, and the same with another value of one."""
    values = data.factors.at(RNG.integers(len(data), size=count))
    number = data.factors.number(factor)
    other = values.copy()
    size = data.factors.sizes[number]
    other[:, number] = (values[:, number] + RNG.integers(1, size, size=count)) % size
    return values, other


def test_sizes_are_the_published_ones():
    assert len(SPRITES) == 737_280
    assert SPRITES.factors.sizes == (3, 6, 40, 32, 32)
    assert (SPRITES.shape, SPRITES.levels, SMOOTH.levels) == ((1, 64, 64), 2, 256)
    assert len(ROOMS) == 480_000
    assert (ROOMS.shape, ROOMS.factors.sizes) == ((3, 64, 64), (10, 10, 10, 8, 4, 15))


def test_sprites_are_binary_and_whole():
    images = SPRITES.take(torch.from_numpy(RNG.integers(len(SPRITES), size=500)))
    assert images.dtype == torch.uint8
    assert set(images.unique().tolist()) == {0, 1}
    assert images[..., 0, :].sum() + images[..., -1, :].sum() == 0  # none is cut at an edge
    assert images[..., 0].sum() + images[..., -1].sum() == 0


@pytest.mark.parametrize("data", [SPRITES, SMOOTH], ids=["binary", "smooth"])
@pytest.mark.parametrize(("factor", "axis"), [("x-position", -1), ("y-position", -2)])
def test_a_position_shifts_the_image_exactly(data, factor, axis):
    values, other = varied(data, factor)
    number = data.factors.number(factor)
    shifts = (other - values)[:, number].astype(int)
    for before, after, shift in zip(drawn(data, values), drawn(data, other), shifts, strict=True):
        assert torch.equal(torch.roll(before, int(shift), axis), after)


@pytest.mark.parametrize("shape", range(3), ids=SHAPES)
def test_the_area_grows_with_the_square_of_the_scale(shape):
    turns = np.arange(0, 39, 3)
    for code, scale in enumerate(SMOOTH.factors.factors[1].meanings):
        values = np.array([[shape, code, turn, 16, 16] for turn in turns])
        area = drawn(SMOOTH, values).double().sum((1, 2, 3)) / 255
        assert (area / (AREA * scale**2) - 1).abs().max() < 0.02
        binary = drawn(SPRITES, values).double().sum((1, 2, 3)).mean()
        assert abs(binary / (AREA * scale**2) - 1) < 0.02


@pytest.mark.parametrize(("shape", "turns"), [("square", 4), ("ellipse", 2), ("heart", 1)])
def test_shapes_have_their_symmetries_and_no_other(shape, turns):
    for angle in (0.3, 1.1):
        one = patch(shape, 0.9, angle, samples=4)
        for part in range(1, 5):
            again = patch(shape, 0.9, angle + part * math.pi / 2, samples=4)
            same = part * turns % 4 == 0
            assert (np.abs(one - again).sum() < 1) == same
            assert np.allclose(np.rot90(one, part), again, atol=0.1)  # it turns anticlockwise


def test_a_sprite_is_centred_on_its_mass():
    steps = np.arange(PATCH) - PATCH // 2
    for shape in SHAPES:
        found = patch(shape, 1.0, 0.4, samples=4)
        assert abs((found.sum(0) * steps).sum()) / AREA < 0.01
        assert abs((found.sum(1) * steps).sum()) / AREA < 0.01


def test_the_last_orientation_is_the_first():
    values = SPRITES.factors.at(RNG.integers(len(SPRITES), size=100))
    first, last = values.copy(), values.copy()
    first[:, 2], last[:, 2] = 0, 39
    assert torch.equal(drawn(SPRITES, first), drawn(SPRITES, last))
    meanings = SPRITES.factors.factors[2].meanings
    assert meanings[39] == pytest.approx(2 * math.pi)


def test_smooth_edges_round_to_the_binary_ones():
    rows = torch.from_numpy(RNG.integers(len(SPRITES), size=200))
    smooth, binary = SMOOTH.take(rows).double() / 255, SPRITES.take(rows).double()
    assert smooth.sub(binary).abs().sum((1, 2, 3)).max() < 45  # of some 70 pixels of an edge
    inner = (smooth > 0) & (smooth < 1)
    assert torch.equal(smooth[~inner], binary[~inner])
    assert 5 < inner.sum() / len(rows) < 70


# hues change where they belong and nowhere else
@pytest.mark.parametrize(("factor", "surface"), [("floor", 0), ("wall", 1), ("object", 2)])
def test_a_hue_changes_its_own_surface_alone(factor, surface):
    scene = [3, 0, 7]
    scale = ROOMS.factors.factors[3].meanings[scene[0]]
    shares = cast("cube", scale, math.radians(ROOMS.factors.factors[5].meanings[scene[2]]))
    values = np.array([[5, 2, 8, *scene]] * 2)
    values[1, surface] = 0
    one, other = drawn(ROOMS, values).int()
    changed = (one != other).any(0).numpy()
    assert changed.any()
    assert not changed[shares[surface] == 0].any()
    alone = (shares[surface] > 0.3) & (np.delete(shares[:3], surface, 0).sum(0) == 0)
    assert changed[alone].all()


@pytest.mark.parametrize("shape", SOLIDS)
def test_a_solid_grows_stands_and_has_a_shadow(shape):
    small, large = (cast(shape, size, 0.1) for size in (0.75, 1.25))
    assert (large[2] > 0).sum() > 2 * (small[2] > 0).sum()
    assert 0 < large[3].max() <= 0.6
    rows = np.flatnonzero((small[2] > 0).any(1))
    assert rows.min() > 10
    assert rows.max() < 50
    empty = cast(shape, 1e-3, 0.1)
    darker = (empty[0] - large[0] > 0.2) & (large[2] == 0)
    assert darker.sum() > 50


@pytest.mark.parametrize("shape", SOLIDS)
def test_rays_meet_a_solid_where_its_surface_is(shape):
    size, count = 1.1, 4000
    start = RNG.normal(size=(count, 3))
    start *= 5 / np.linalg.norm(start, axis=1, keepdims=True)
    start[:, 1] = np.abs(start[:, 1])  # a floor is no place to look from
    towards = RNG.uniform([-1.5, 0, -1.5], [1.5, 2.5, 1.5], (count, 3)) - start
    t = SOLIDS[shape].meet((start, towards), size)
    hit = np.isfinite(t)
    assert 0.2 < hit.mean() < 0.95
    points = start[hit] + t[hit, None] * towards[hit]
    assert points[:, 1].min() > -1e-9
    away = np.linalg.norm(points - [0, MIDDLE * size, 0], axis=1)
    assert away.max() < REACH * size
    normals = SOLIDS[shape].normal(points, size)
    assert np.allclose(np.linalg.norm(normals, axis=1), 1)
    assert (normals * towards[hit]).sum(1).max() < 1e-6  # it is met from outside
    just_in = points - 1e-3 * normals
    out = SOLIDS[shape].meet((just_in + 10 * normals, -normals), size)
    assert np.allclose(out, 10 - 1e-3, atol=1e-6)


def test_a_cube_seen_from_both_sides_is_a_mirror_image():
    left, right = (cast("cube", 1.0, turn)[2] > 0 for turn in (0.3, -0.3))
    assert np.array_equal(left, right[:, ::-1])
    assert not np.array_equal(left, cast("cube", 1.0, 0.1)[2] > 0)


@pytest.mark.parametrize("shape", ["sphere", "cylinder", "capsule"])
def test_round_solids_look_round_from_everywhere(shape):
    one, other = (cast(shape, 1.0, turn)[2] > 0 for turn in (0.3, -0.1))
    assert (one != other).mean() < 0.002


def test_images_do_not_depend_on_who_else_is_drawn():
    for data in (SPRITES, ROOMS):
        rows = torch.from_numpy(RNG.choice(len(data), 40, replace=False))
        rows = rows // 600 * 600 if data is ROOMS else rows  # few scenes are cast
        together = data.take(rows)
        assert torch.equal(torch.cat([data.take(row[None]) for row in rows]), together)


@pytest.mark.parametrize("sigma", [0.1, 0.2, 0.5])
def test_correlated_factors_have_the_planted_correlation(sigma):
    options = {"correlated": ("scale:x-position",), "correlation_sigma": sigma, "examples": 20_000}
    values = load("dsprites-like", **options).factors.values
    u, v = np.linspace(0, 1, 6)[:, None], np.linspace(0, 1, 32)
    planted = np.exp(-((u - v) ** 2) / (2 * sigma**2))
    planted /= planted.sum()
    found = np.histogram2d(values[:, 1], values[:, 3], bins=(np.arange(7), np.arange(33)))[0]
    assert np.abs(found - 20_000 * planted).max() <= 1
    correlation = np.corrcoef(values.T)
    correlation[[1, 3], [3, 1]] = 0
    assert np.abs(correlation - np.eye(5)).max() < 5 / 20_000**0.5


def test_two_pairs_can_be_correlated():
    pairs = ("floor-hue:wall-hue", "scale:orientation")
    values = load("shapes3d-like", correlated=pairs, examples=5000).factors.values
    correlation = np.corrcoef(values.T)
    assert min(correlation[0, 1], correlation[3, 5]) > 0.7
    assert np.abs(correlation[[0, 0, 1, 2], [2, 3, 5, 4]]).max() < 0.07


@pytest.mark.parametrize("pairs", [None, ("shape:scale",)])
def test_draws_are_seeded_and_never_repeat(pairs):
    options = {"examples": 3000, "correlated": pairs}
    one, same, other = (load("dsprites-like", **options, draw_seed=s) for s in (1, 1, 2))
    assert len(np.unique(one.root_positions)) == 3000
    assert np.array_equal(one.root_positions, same.root_positions)
    assert not np.array_equal(one.root_positions, other.root_positions)
    assert one.digest() == same.digest() != other.digest()


def test_nothing_is_drawn_before_it_is_asked_for(monkeypatch):
    def refuse(rows):
        raise AssertionError(f"{len(rows)} images were drawn")

    for data in (SPRITES, ROOMS):
        monkeypatch.setattr(type(data.rows), "take", lambda _, rows: refuse(rows))
        parts = split(data)
        assert sum(len(part) for part in parts.parts().values()) == len(data)
        assert parts.digest() != split(data, split_seed=1).digest()
        assert parts.train.digest() != parts.test.digest()
    assert SPRITES.digest() != SMOOTH.digest()


def test_a_description_looks_at_some_and_says_so():
    found = describe(SPRITES)
    assert (found.count, found.high, found.factors["orientation"]) == (737_280, 1, 40)
    assert "evenly spaced" in str(found)
    assert "shape (3), scale (6)" in str(found)
    assert "drawn as needed" in str(found)


# the definition of the pictures is what a digest stands for: new pictures need a new edition
def test_sprites_of_this_edition_are_these():
    images = SPRITES.take(torch.arange(0, len(SPRITES), 7919))
    weights = torch.arange(1, 4097).view(64, 64)
    assert int((images[:, 0] * weights).sum() % 1_000_003) == 263_393


def test_toys_are_a_rectangle_turned_and_bent():
    flat, bent = load("linear-toy"), load("curved-toy")
    square = flat.factors.values
    assert np.array_equal(square, bent.factors.values)
    assert (square.min(), square.max()) == pytest.approx((0, 1), abs=1e-3)
    x, y = (data.take(torch.arange(len(data))).double().numpy() for data in (flat, bent))
    spread = np.linalg.svd(x - x.mean(0), compute_uv=False) / len(x) ** 0.5
    assert spread == pytest.approx([2 / 12**0.5, 1 / 12**0.5, 0], abs=0.01)
    turned = np.linalg.lstsq(square, x, rcond=None)[0]
    axis = np.cross(turned[0] / 2, turned[1])
    rotation = np.vstack([turned[0] / 2, turned[1], axis]).T
    assert np.trace(rotation) == pytest.approx(1 + 2 * math.cos(math.pi / 4), abs=1e-5)
    assert rotation @ [1, -1, 1] == pytest.approx([1, -1, 1], abs=1e-5)
    back = y @ rotation
    assert back[:, 0] ** 2 + (1 - back[:, 2]) ** 2 == pytest.approx(1, abs=1e-5)
    assert back[:, 1] == pytest.approx(square[:, 1], abs=1e-5)
    assert np.arcsin(back[:, 0]) == pytest.approx(2 * square[:, 0] - 1, abs=1e-4)
