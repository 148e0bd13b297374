"""Laws of batches, resident and lazy."""

import threading
import time

import numpy as np
import pytest
import torch

from elbowroom.data import Batches, in_order, load
from elbowroom.data.prefetch import prefetched
from elbowroom.errors import ConfigError


@pytest.fixture(params=["resident", "lazy"])
def numbered(request, tmp_path):
    """Row i holds the number i."""
    values = np.arange(103, dtype=np.float32)[:, None].repeat(2, 1)
    np.save(tmp_path / "rows.npy", values)
    data = load(tmp_path / "rows.npy", resident_gb=0 if request.param == "lazy" else 1)
    assert data.resident == (request.param == "resident")
    return data


def test_an_epoch_has_batches_of_one_size_without_repeats(numbered):
    batches = Batches(numbered, 10, seed=1)
    seen = torch.cat([batch[:, 0] for batch in batches.epoch(0)])
    assert len(batches) == 10
    assert len(seen) == 100
    assert len(seen.unique()) == 100
    assert torch.equal(seen, batches.order(0)[:100].float())


def test_order_is_a_function_of_seed_and_epoch(numbered):
    torch.manual_seed(1)
    one = Batches(numbered, 10, seed=1).order(4)
    torch.manual_seed(2)
    assert torch.equal(one, Batches(numbered, 7, seed=1).order(4))
    assert not torch.equal(one, Batches(numbered, 10, seed=1).order(5))
    assert not torch.equal(one, Batches(numbered, 10, seed=2).order(4))


def test_an_epoch_goes_on_where_it_was_left(numbered):
    batches = Batches(numbered, 10, seed=1)
    whole, rest = list(batches.epoch(2)), list(batches.epoch(2, start=6))
    assert len(rest) == 4
    assert all(torch.equal(a, b) for a, b in zip(whole[6:], rest, strict=True))


def test_two_processes_share_what_one_would_take(numbered):
    one = list(Batches(numbered, 20, seed=1).epoch(0))
    shares = [list(Batches(numbered, 10, seed=1, rank=r, ranks=2).epoch(0)) for r in (0, 1)]
    assert all(
        torch.equal(torch.cat(parts), whole) for *parts, whole in zip(*shares, one, strict=True)
    )


@pytest.mark.parametrize("shards", [1, 2, 4])
def test_evaluation_meets_each_example_once(numbered, shards):
    positions, values = [], []
    for shard in range(shards):
        for where, batch in in_order(numbered, 8, shard=shard, shards=shards):
            positions.append(where)
            values.append(batch[:, 0])
    assert sorted(torch.cat(positions).tolist()) == list(range(103))
    assert torch.equal(torch.cat(positions).float(), torch.cat(values))


@pytest.mark.parametrize(("size", "words"), [(104, "more than the 103"), (0, "1 or more")])
def test_impossible_batch_sizes_are_refused(numbered, size, words):
    with pytest.raises(ConfigError, match=words):
        Batches(numbered, size)


def readers():
    return [t for t in threading.enumerate() if t.name == "elbowroom-prefetch"]


def test_reading_ahead_is_bounded_and_ends_when_left_early():
    made = []

    def items():
        for number in range(1000):
            made.append(number)
            yield number

    loop = prefetched(items(), ahead=3)
    assert [next(loop), next(loop)] == [0, 1]
    time.sleep(0.05)
    assert len(made) <= 2 + 3 + 1
    loop.close()
    assert not readers()


def test_an_error_in_the_background_is_raised_in_its_place():
    def items():
        yield 1
        raise ValueError("row 7 is broken")

    loop = prefetched(items())
    assert next(loop) == 1
    with pytest.raises(ValueError, match="row 7 is broken"):
        next(loop)
    assert not readers()


def test_reading_ahead_really_overlaps():
    def slow():
        for number in range(5):
            time.sleep(0.02)
            yield number

    start = time.perf_counter()
    for _ in prefetched(slow()):
        time.sleep(0.02)
    assert time.perf_counter() - start < 0.9 * 5 * 0.04
