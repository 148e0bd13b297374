"""Factors of grids and tables: values, positions, views, and draws that share some of them."""

import numpy as np
import pytest

from elbowroom.data import load, split
from elbowroom.data.factors import Factors
from elbowroom.errors import ConfigError, DataError

GRIDS = ("dsprites-like", "shapes3d-like")
RNG = np.random.default_rng(0)
SMALL = Factors.grid({"size": (0.5, 1.0), "sort": ("a", "b", "c"), "turn": tuple(range(4))})
TABLE = Factors(SMALL.factors, SMALL.values[RNG.permutation(24)])


@pytest.mark.parametrize("name", GRIDS)
def test_positions_and_values_are_one_to_one(name):
    factors = load(name).factors
    positions = RNG.integers(len(factors), size=2000)
    values = factors.at(positions)
    assert np.array_equal(factors.index_of(values), positions)
    assert len(np.unique(values, axis=0)) == len(np.unique(positions))
    assert np.array_equal(factors.at([0, len(factors) - 1])[0], np.zeros(len(factors.sizes)))
    assert np.array_equal(factors.at([len(factors) - 1])[0] + 1, factors.sizes)


@pytest.mark.parametrize("factors", [SMALL, TABLE], ids=["grid", "table"])
def test_one_column_is_a_column_of_the_values(factors):
    assert np.array_equal(factors.at(np.arange(24)), factors.values)
    view = factors.subset([5, 3, 5, 20]).subset([3, 0])
    assert np.array_equal(view.values, factors.values[[20, 5]])
    for number, name in enumerate(factors.names):
        assert np.array_equal(factors.column(name), factors.values[:, number])
        assert np.array_equal(view.column(number), view.values[:, number])
    assert np.array_equal(factors.only("turn", "size").values, factors.values[:, [2, 0]])


def test_the_last_factor_is_the_fastest():
    assert SMALL.at([0, 1, 4, 12]).tolist() == [[0, 0, 0], [0, 0, 1], [0, 1, 0], [1, 0, 0]]


@pytest.mark.parametrize("factors", [TABLE, SMALL.subset([7, 2, 2, 9])], ids=["table", "view"])
def test_values_are_found_in_a_table(factors):
    found = factors.index_of(factors.values)
    assert np.array_equal(factors.values[found], factors.values)
    with pytest.raises(DataError, match="No example has size 9, sort 0"):
        factors.index_of([[9.0, 0.0, 0.0]])


@pytest.mark.parametrize("bad", [[0, 3, 0], [-1, 0, 0], [0.5, 0, 0]])
def test_values_off_the_grid_are_refused(bad):
    with pytest.raises(DataError, match="No example has"):
        SMALL.index_of([bad])


@pytest.mark.parametrize("name", GRIDS)
def test_factors_stay_beside_their_examples(name):
    parts = split(load(name, examples=60)).parts().values()
    for part in parts:
        grid = part.root_factors.index_of(part.factors.values)
        assert np.array_equal(grid, part.root_positions)
        assert len(part.factors) == len(part) == len(part.labels)
        shape = part.factors.column("shape").astype(int)
        assert np.array_equal(shape, part.labels)
    assert sum(map(len, parts)) == 60


@pytest.mark.parametrize("shared", ["size", "turn", ("size", "turn")])
@pytest.mark.parametrize("factors", [SMALL, TABLE], ids=["grid", "table"])
def test_draws_share_what_they_should_and_nothing_else(factors, shared):
    drawn = factors.draw_sharing(shared, 50, np.random.default_rng(1), times=200)
    names = {shared} if isinstance(shared, str) else set(shared)
    for name in factors.names:
        values = factors.column(name)[drawn]
        assert (values == values[:, :1]).all() == (name in names)
    seen = factors.draw_sharing(shared, 400, np.random.default_rng(1))
    assert set(seen) == set(factors.draw_sharing(shared, 900, np.random.default_rng(1)))
    assert len(set(drawn.ravel())) == 24


def test_each_value_is_shared_as_often_as_it_occurs():
    values = np.array([0.0] * 90 + [1.0] * 10)[:, None]
    factors = Factors(SMALL.factors[:1], values)
    first = factors.draw_sharing("size", 2, np.random.default_rng(0), times=20_000)[:, 0]
    assert abs(values[first].mean() - 0.1) < 5 * (0.09 / 20_000) ** 0.5


def test_nearby_values_of_a_continuous_factor_count_as_shared():
    factors = load("linear-toy", examples=4000).factors
    drawn = factors.draw_sharing("long side", 30, np.random.default_rng(0), times=100)
    long, short = (factors.values[drawn, i].std(axis=1).mean() for i in (0, 1))
    assert long < 0.06 * short


def test_nothing_to_share_is_refused():
    with pytest.raises(DataError, match="No two of 24 examples share their size, sort, turn"):
        SMALL.draw_sharing(("size", "sort", "turn"), 2, np.random.default_rng(0))
    with pytest.raises(ConfigError, match="no factor 'siz'. Did you mean 'size'"):
        SMALL.draw_sharing("siz", 2, np.random.default_rng(0))
