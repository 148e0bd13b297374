"""Factors that are no factors, numbers that are mostly one number, and files read in blocks."""

import sys
import types

import numpy as np
import pytest
import torch

from elbowroom.data import load
from elbowroom.data.factor_groups import equal_frequency
from elbowroom.data.factors import Factor, Factors
from elbowroom.errors import DataError, ShapeError
from elbowroom.metrics.disentanglement import Representation

HUE = Factor("hue", "categorical", ("red", "blue"))
ANGLE = Factor("angle", "continuous")


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ([np.nan, 0.5], r"'hue' has nan at row index 2 .*a whole number from 0 to 1"),
        ([2.0, 0.5], r"'hue' has 2 at row index 2 .*from 0 to 1"),
        ([-1.0, 0.5], r"'hue' has -1 at row index 2"),
        ([0.5, 0.5], r"'hue' has 0.5 at row index 2"),
        ([1.0, np.inf], r"'angle' has inf at row index 2 \(1 such rows\).*a finite number"),
    ],
)
def test_values_that_are_no_values_are_refused(row, words):
    table = np.array([[0.0, 0.1], [1.0, 0.2], row])
    with pytest.raises(DataError, match=words):
        Factors((HUE, ANGLE), table)
    assert len(Factors((HUE, ANGLE), table[:2]).subset([1, 0, 1])) == 3


def test_a_table_has_a_column_for_each_factor():
    with pytest.raises(ShapeError, match=r"shape \(2, 1\) were given for 2 factors.*hue, angle"):
        Factors((HUE, ANGLE), np.zeros((2, 1)))


@pytest.mark.parametrize("share", [0.6, 0.97, 0.999])
def test_a_number_that_most_examples_have_is_a_bin_of_its_own(share):
    rng = np.random.default_rng(0)
    column = np.where(rng.random(2000) < share, 0.0, rng.random(2000))
    column[:2] = 0.3, 0.7
    factors = Factors((ANGLE,), column[:, None])
    classes = Representation.of_table(column[:, None], factors).classes(0)
    assert set(classes[column == 0]) == {0} and 0 not in classes[column > 0]
    drawn = factors.draw_sharing("angle", 8, rng, times=200)
    zero = column[drawn] == 0
    assert (zero.all(1) | ~zero.any(1)).all()


def test_numbers_without_ties_have_bins_of_equal_frequency():
    column = np.random.default_rng(0).normal(size=1000)
    counts = np.bincount(equal_frequency(column))
    assert len(counts) == 20 and set(counts) == {50}
    order = np.argsort(column)
    assert (np.diff(equal_frequency(column)[order]) >= 0).all()


def test_a_file_is_read_in_blocks_and_none_twice(tmp_path, monkeypatch):
    images = np.random.default_rng(0).integers(0, 256, (64, 5, 5, 3), dtype=np.uint8)

    class Counted:
        """An array of a file in chunks of 8 rows that counts its calls."""

        chunks = (8, 5, 5, 3)
        calls: list = []

        def __getitem__(self, rows):
            self.calls.append(rows)
            return images[rows]

        def __len__(self):
            return 64

        def __getattr__(self, name):
            return getattr(images, name)

    content = {"images": Counted()}
    stand_in = types.ModuleType("h5py")
    stand_in.File = lambda path, mode: content
    monkeypatch.setitem(sys.modules, "h5py", stand_in)
    (tmp_path / "a.h5").write_bytes(b"HDF")
    data = load(tmp_path / "a.h5", resident_gb=1e-7)
    Counted.calls.clear()
    some = torch.tensor([63, 2, 5, 2, 61, 40, 0])
    assert np.array_equal(data.take(some).numpy(), images[some].transpose(0, 3, 1, 2))
    assert Counted.calls == [slice(0, 6), slice(40, 41), slice(61, 64)]
    assert data.take(torch.tensor([], dtype=torch.int64)).shape == (0, 3, 5, 5)


def test_a_pair_is_of_two_examples():
    factors = Factors((HUE,), np.array([[0.0], [1.0], [0.0], [1.0], [1.0]]))
    pairs = factors.draw_sharing("hue", 2, np.random.default_rng(0), times=500)
    assert (pairs[:, 0] != pairs[:, 1]).all()
    assert len(np.unique(pairs, axis=0)) == 8
