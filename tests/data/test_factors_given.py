"""Factors that come with the data: published files, and a person's own table."""

import sys
import types

import numpy as np
import pandas
import polars
import pytest
import torch

from elbowroom.data import load, split
from elbowroom.errors import ConfigError, DataError, MissingExtraError

RNG = np.random.default_rng(0)
IMAGES = RNG.integers(0, 256, (12, 6, 6), dtype=np.uint8)
TABLE = {
    "sort": ["cat", "dog", "cat", "ape"] * 3,
    "age": [3, 1, 2, 1] * 3,
    "weight": RNG.normal(size=12),
    "tame": [True, False] * 6,
}


def grid(*sizes):
    return np.stack(np.meshgrid(*map(np.arange, sizes), indexing="ij"), -1).reshape(-1, len(sizes))


def write_dsprites(path, drop=0):
    codes = grid(1, 3, 2, 4, 2, 2)
    values = np.array([1.0, 1.0, 0.5, 0.0, 0.0, 0.0]) + codes * [1, 1, 0.1, np.pi / 2, 1, 1]
    images = RNG.integers(0, 2, (len(codes), 8, 8), dtype=np.uint8)
    metadata = np.array({"title": "pickled, as in the published file"}, dtype=object)
    parts = {"metadata": metadata, "imgs": images, "latents_classes": codes}
    np.savez_compressed(path, **parts, latents_values=values[drop:])
    return path, images, codes


@pytest.fixture
def h5_file(tmp_path, monkeypatch):
    """A file of the format of 3dshapes, opened by a stand-in for h5py."""
    codes = grid(2, 2, 2, 2, 4, 3)
    values = codes * [0.1, 0.1, 0.1, 0.5, 1, 30.0] + [0, 0, 0, 0.75, 0, -30]
    images = RNG.integers(0, 256, (len(codes), 5, 5, 3), dtype=np.uint8)
    content = {"images": images, "labels": values, "names": np.array(["a"]), "group": {}}
    stand_in = types.ModuleType("h5py")
    stand_in.File = lambda path, mode: content
    monkeypatch.setitem(sys.modules, "h5py", stand_in)
    path = tmp_path / "3dshapes.h5"
    path.write_bytes(b"HDF")
    return path, images, codes


def test_the_published_sprites(tmp_path):
    path, images, codes = write_dsprites(tmp_path / "dsprites.npz")
    data = load(path)
    ours = load("dsprites-like").factors
    assert (data.shape, data.levels, data.resident) == ((1, 8, 8), 2, True)
    assert (data.factors.names, data.factors.kinds) == (ours.names, ours.kinds)
    assert np.array_equal(data.factors.values, codes[:, 1:])
    assert data.factors.factors[1].meanings == pytest.approx((0.5, 0.6))
    assert data.label_names == ("square", "ellipse", "heart")
    assert np.array_equal(data.labels, codes[:, 1])
    assert np.array_equal(data.take(torch.arange(96))[:, 0].numpy(), images)
    assert "color" in data.notes[0]


def test_the_published_rooms(h5_file):
    path, images, codes = h5_file
    ours = load("shapes3d-like").factors
    for resident_gb in (4.0, 1e-6):
        data = load(path, resident_gb=resident_gb)
        assert (data.shape, data.levels, data.resident) == ((3, 5, 5), 256, resident_gb == 4)
        assert (data.factors.names, data.factors.kinds) == (ours.names, ours.kinds)
        assert np.array_equal(data.factors.values, codes)
        some = torch.tensor([5, 3, 3, 190])
        assert np.array_equal(data.take(some).numpy(), images[some].transpose(0, 3, 1, 2))
        assert data.label_names == ("cube", "cylinder", "sphere", "capsule")


def test_a_real_file_of_hdf5(tmp_path):
    h5py = pytest.importorskip("h5py")
    images = RNG.integers(0, 256, (24, 5, 5, 3), dtype=np.uint8)
    with h5py.File(tmp_path / "own.h5", "w") as file:
        file["images"], file["labels"] = images, grid(2, 3, 4) * 0.5
    data = load(tmp_path / "own.h5", resident_gb=1e-7)
    assert data.factors.sizes == (2, 3, 4)
    assert np.array_equal(data.take(torch.arange(24)).numpy(), images.transpose(0, 3, 1, 2))


def test_hdf5_needs_its_extra(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "h5py", None)
    (tmp_path / "a.h5").write_bytes(b"HDF")
    with pytest.raises(MissingExtraError, match=r"elbowroom\[hdf5\]"):
        load(tmp_path / "a.h5")


def tables(folder):
    frame = pandas.DataFrame(TABLE)
    frame.to_csv(folder / "f.csv", index=False)
    frame.to_parquet(folder / "f.parquet")
    paths = [folder / "f.csv", str(folder / "f.parquet")]
    return [*paths, frame, polars.DataFrame(TABLE), TABLE]


def test_a_table_of_ones_own_in_every_format(tmp_path):
    found = [load(IMAGES, factors=table).factors for table in tables(tmp_path)]
    for factors in found:
        assert factors.names == ("sort", "age", "weight", "tame")
        assert factors.kinds == ("categorical", "ordered", "continuous", "categorical")
        assert factors.sizes == (3, 3, None, 2)
        assert factors.values == pytest.approx(found[0].values)
    assert found[0].factors[0].meanings == ("ape", "cat", "dog")
    assert np.array_equal(found[0].column("age"), np.array(TABLE["age"]) - 1)
    assert np.array_equal(found[-1].column("weight"), TABLE["weight"])


def test_a_frame_says_which_categories_have_an_order():
    grades = pandas.Categorical(["low", "high", "mid"] * 4, ["low", "mid", "high"], ordered=True)
    factors = load(IMAGES, factors=pandas.DataFrame({"grade": grades})).factors
    assert factors.factors[0].meanings == ("low", "mid", "high")
    assert factors.kinds == ("ordered",)
    assert factors.column("grade")[:3].tolist() == [0, 2, 1]


def test_factors_follow_rows_that_are_dropped_and_split():
    table = np.column_stack([np.arange(12.0), np.arange(12) % 2])
    values = IMAGES.reshape(12, -1).astype(float)
    values[4, 0] = np.nan
    data = load(values, missing="drop", factors=table)
    assert data.factors.column(0).tolist() == [0, 1, 2, 3, *range(5, 12)]
    train = split(data, validation=2, test=2).train
    rows = train.factors.column(0).astype(int)
    assert np.allclose(train.take(torch.arange(7)).numpy(), values[rows])


def test_factors_of_another_set_can_be_shared():
    first = load(IMAGES, factors=TABLE)
    assert load(IMAGES[:, :3], factors=first.factors).factors is first.factors


BAD = {
    "too few": ({"a": np.arange(11.0)}, DataError, "12 examples 11 rows"),
    "constant": ({"a": np.arange(12.0), "b": [1] * 12}, DataError, "'b' one value"),
    "missing": ({"a": [1.0, np.nan] * 6}, DataError, "'a' 6 examples index 1"),
    "missing word": ({"a": ["x", None, "y"] * 4}, DataError, "'a' 4 examples index 1"),
    "infinite": ({"a": [1.0, np.inf] * 6}, DataError, "'a' not finite"),
    "ragged": ({"a": [1, 2], "b": [1]}, DataError, "no table a 2, b 1"),
    "empty": ({}, DataError, "no table"),
    "dates": ({"a": np.arange(12).astype("M8[D]")}, DataError, "'a' datetime64"),
    "two in one": ({"a": np.zeros((12, 2))}, DataError, "'a' (12, 2)"),
    "one axis": (np.arange(12.0), ConfigError, "shape (12,)"),
    "no file": ("nowhere.csv", ConfigError, "'nowhere.csv' no table"),
}


@pytest.mark.parametrize("what", BAD)
def test_a_table_that_cannot_be_used_is_refused(what, refuses):
    table, error, words = BAD[what]
    refuses(IMAGES, {"factors": table}, error, words)


OPTIONS = {
    "one example": ({"examples": 1}, ConfigError, "examples=1 2 to 737,280"),
    "too many": ({"examples": 10**6}, ConfigError, "examples=1000000 737,280"),
    "no pair": ({"correlated": ("scale",)}, ConfigError, "'scale' no pair 'shape:scale'"),
    "no factor": ({"correlated": ("scale:hue",)}, ConfigError, "no factor 'hue'"),
    "with itself": ({"correlated": ("scale:scale",)}, ConfigError, "scale twice"),
    "three": ({"correlated": ("scale:shape", "scale:x-position")}, ConfigError, "scale twice"),
    "no width": (
        {"correlated": ("scale:shape",), "correlation_sigma": 0},
        ConfigError,
        "sigma=0 above 0",
    ),
    "too strong": (
        {"correlated": ("shape:scale",), "correlation_sigma": 0.01, "examples": 700_000},
        DataError,
        "examples=700,000 40,960 images at most",
    ),
    "two tables": ({"factors": TABLE}, ConfigError, "factors of its own (shape"),
    "of images": ({"levels": 4}, ConfigError, "'levels' does not apply examples"),
}


@pytest.mark.parametrize("what", OPTIONS)
def test_options_that_cannot_be_are_refused(what, refuses):
    options, error, words = OPTIONS[what]
    refuses("dsprites-like", options, error, words)


def test_published_files_that_do_not_fit_are_refused(tmp_path, refuses):
    path, _, _ = write_dsprites(tmp_path / "cut.npz", drop=3)
    refuses(path, {}, DataError, "latents_values (93, 6) latents_classes (96, 6)")
    refuses("linear-toy", {"examples": 1}, ConfigError, "examples=1 2 or more")
    refuses("digits", {"examples": 10}, ConfigError, "'examples' does not apply")


def test_hdf5_that_holds_something_else_is_refused(h5_file, refuses):
    path, _, _ = h5_file
    refuses(path, {"key": "image"}, ConfigError, "no array 'image' Did you mean 'images'")
    refuses(path, {"key": "names", "labels": "labels"}, DataError, "'names' of shape (1,)")
