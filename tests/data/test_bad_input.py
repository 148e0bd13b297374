"""The table of bad input: each with its class of error and the words that must be in it."""

import numpy as np
import pandas
import pytest
import torch

from elbowroom.data import load
from elbowroom.errors import ConfigError, DataError, ShapeError, SupportError

GOOD = np.linspace(0, 1, 12).reshape(4, 3)


def holed(*holes):
    table = GOOD.copy()
    for row, column, value in holes:
        table[row, column] = value
    return table


class Stream(torch.utils.data.IterableDataset):
    def __iter__(self):
        return iter([])


class Mixed(torch.utils.data.Dataset):
    def __len__(self):
        return 3

    def __getitem__(self, number):
        return torch.zeros(3 + (number == 2)), 0


class Words(Mixed):
    def __getitem__(self, number):
        return {"image": 1}


DATES = pandas.DataFrame({"a": [1.0, 2.0], "day": pandas.to_datetime(["2020-01-01"] * 2)})

# name, source, options, class, words in this order
TABLE = [
    (
        "nan",
        holed((2, 1, np.nan), (3, 0, np.nan)),
        {},
        DataError,
        "2 missing (NaN) values in 2 rows; the first is at index [2, 1]. missing='drop'",
    ),
    ("inf", holed((0, 1, -np.inf)), {}, DataError, "1 infinite value in 1 row; index [0, 1]"),
    ("nan tensor", torch.tensor(holed((2, 1, np.nan))), {}, DataError, "1 missing index [2, 1]"),
    (
        "nan frame",
        pandas.DataFrame(holed((2, 1, np.nan)), columns=list("abc")),
        {},
        DataError,
        "row index 2, column 'b'",
    ),
    (
        "all dropped",
        holed(*((r, 0, np.nan) for r in range(4))),
        {"missing": "drop"},
        DataError,
        "without incomplete rows is empty",
    ),
    ("empty array", np.zeros((0, 3)), {}, DataError, "is empty: its shape is (0, 3)"),
    ("no columns", np.zeros((5, 0)), {}, DataError, "is empty: its shape is (5, 0)"),
    ("one example", GOOD[:1], {}, DataError, "one example at least 2"),
    ("one axis", GOOD[0], {}, ShapeError, "a single axis reshape(-1, 1)"),
    ("number", np.array(3.0), {}, ShapeError, "shape ()"),
    ("five axes", np.zeros((2, 1, 1, 1, 1)), {}, ShapeError, "5 axes (N, C, H, W)"),
    ("which channels", np.zeros((2, 7, 7, 7)), {}, ShapeError, "neither layout='channels-first'"),
    ("both channels", np.zeros((2, 3, 7, 3)), {}, ShapeError, "both layout='channels-last'"),
    ("shape", GOOD, {"shape": (2, 2)}, ShapeError, "shape=[2, 2] has 4 values a row has 3"),
    ("strings", np.array([["1", "x"], ["2", "3"]]), {}, DataError, "'x' at index [0, 1]"),
    ("objects", np.array([[1, {}], [2, 3]], dtype=object), {}, DataError, "'{}' at index [0, 1]"),
    ("complex", GOOD.astype(complex), {}, DataError, "complex128 float32"),
    ("negative levels", np.array([[[-1]], [[3]]]), {}, DataError, "from -1 to 3 float32"),
    (
        "off the grid",
        GOOD,
        {"levels": 2},
        SupportError,
        "from 0 to 1, but 'array' has 10 other values; 0.0909091 at index [0, 1] range is 0 to 1",
    ),
    (
        "too high",
        np.array([[3, 9], [1, 0]]),
        {"levels": 9},
        SupportError,
        "1 other value; 9 at index [0, 1]",
    ),
    ("one level", GOOD, {"levels": 1}, ConfigError, "levels=1"),
    ("merged by float32", np.array([[1.7e9], [1.7e9 + 1]]), {}, DataError, "float32 Subtract"),
    ("too large", np.array([[1e300], [0]]), {}, DataError, "beyond float32"),
    ("labels", (GOOD, [1, 2]), {}, ShapeError, "4 examples, but labels of shape (2,)"),
    (
        "missing label",
        (GOOD, ["a", None, "b", "c"]),
        {},
        DataError,
        "missing: 1, the first at row index 1",
    ),
    ("dates", DATES, {}, DataError, "dates or times in column 'day' columns="),
    ("no such file", "nowhere/x.npy", {}, ConfigError, "no file or folder 'nowhere/x.npy'"),
    ("typo", "digit", {}, ConfigError, "'digit' Did you mean 'digits'? wine openml:NAME"),
    ("number as source", 3, {}, ConfigError, "type int NumPy array"),
    ("stream", Stream(), {}, DataError, "Stream has no length map-style"),
    ("items differ", Mixed(), {}, DataError, "item 2 has shape (4,) the first has (3,)"),
    ("items are no arrays", Words(), {}, DataError, "item of Words is of type dict"),
]


@pytest.mark.parametrize(
    ("source", "options", "error", "words"), [row[1:] for row in TABLE], ids=[r[0] for r in TABLE]
)
def test_bad_input_is_refused_with_what_and_how(source, options, error, words, refuses):
    refuses(source, options, error, words)


def test_an_openml_name_that_cannot_be_fetched(monkeypatch):
    def fetch(name, **options):
        raise OSError("no route to host")

    monkeypatch.setattr("sklearn.datasets.fetch_openml", fetch)
    with pytest.raises(DataError, match="openml:x could not be fetched .no route.* network"):
        load("openml:x")
