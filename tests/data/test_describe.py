"""What describe and figure say of every kind of dataset."""

import io

import numpy as np
import pytest

from elbowroom.data import describe, embedded_names, figure, load
from elbowroom.data.labels import encode_labels


def test_numbers_are_those_of_the_data():
    table = np.array([[0.0, 5, 1], [0, 5, 2], [3, 5, -4]])
    found = describe(load((table, ["x", "y", "x"])))
    assert (found.count, found.shape, found.low, found.high) == (3, (3,), -4, 5)
    assert found.mean == pytest.approx(table.mean())
    assert found.deviation == pytest.approx(table.std())
    assert found.zeros == pytest.approx(2 / 9)
    assert found.distinct == 6
    assert found.constant == ("column 1",)
    assert found.classes == {"x": 2, "y": 1}
    assert "1 of 3 columns never vary: column 1" in str(found)


def test_digits():
    text = str(describe(load("digits")))
    for words in ("1,797", "1x8x8", "17 levels", "0 to 16", "3 of 64 values never", "10 classes"):
        assert words in text


def test_lazy_data_read_the_same(tmp_path):
    np.save(tmp_path / "a.npy", np.arange(60, dtype=np.uint8).reshape(5, 3, 4))
    lazy, whole = (describe(load(tmp_path / "a.npy", resident_gb=gb)) for gb in (0, 1))
    assert lazy.rows()[:-1] == whole.rows()[:-1]
    assert "as needed" in str(lazy)


def test_many_distinct_values_are_not_counted_forever():
    values = np.random.default_rng(0).normal(size=(30_000, 8))
    assert describe(load(values)).distinct is None


SETS = {name: name for name in embedded_names()} | {
    "one column": np.arange(6.0)[:, None],
    "constant": np.ones((5, 2)),
    "colour": np.zeros((3, 3, 6, 5), np.uint8),
    "transparent": np.zeros((3, 6, 5, 4)),
    "real": np.random.default_rng(0).normal(size=(200, 7, 9)),
    "many classes": (np.zeros((60, 5, 5), np.uint8), np.arange(60) % 30),
    "wide": np.random.default_rng(0).normal(size=(20, 100)),
}


@pytest.mark.parametrize("name", SETS)
def test_every_kind_of_data_can_be_drawn(name):
    buffer = io.BytesIO()
    figure(load(SETS[name])).savefig(buffer, format="png", dpi=30)
    assert buffer.getvalue().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("labels", "names"),
    [
        ([0, 5, 5], ("0", "5")),
        ([0.0, 1.0, 1.0], ("0", "1")),
        ([True, False, True], ("False", "True")),
        (np.array([[1], [2], [1]]), ("1", "2")),
        ([0.5, 1.0, 2.0], None),
    ],
)
def test_classes_and_quantities_are_told_apart(labels, names):
    assert encode_labels(labels, 3, "x")[1] == names
