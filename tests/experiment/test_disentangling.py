"""Codes of a run against factors, labels or a table."""

import json

import numpy as np
import pytest

from elbowroom import commands
from elbowroom.data.factors import Factors
from elbowroom.errors import ConfigError, DataError
from elbowroom.experiment import disentangle, encode
from elbowroom.experiment.disentangling import factors_of, represent


@pytest.fixture
def table(tmp_path):
    """A table of factors, one row for each of all images, of which the runs know some."""
    rows = np.stack([np.arange(1797) % 3, np.arange(1797) % 4, np.arange(1797) % 5], 1)
    path = tmp_path / "factors.csv"
    np.savetxt(path, rows, delimiter=",", header="a,b,c", comments="", fmt="%d")
    return path


def test_scores_are_written_with_what_they_are_of(run_of, table):
    run = run_of()
    found = disentangle(
        run, split="train", factors=table, metrics=("binned-mig", "sampled-mig", "modularity"),
        seed=3,
    )  # fmt: skip
    text = (run.path / "results" / "disentangle-train.json").read_text()
    written = json.loads(text)
    assert written == json.loads(json.dumps(found.to_dict()))
    assert written["factors"] == {"a": 3, "b": 4, "c": 5} and written["split"] == "train"
    assert written["examples"] == len(run.dataset("train")) and len(written["weights"]) == 64
    assert {score["seed"] for score in written["scores"]} == {3}
    assert set(found.references) == {
        "random encoder", "PCA", "ICA", "rotated factors", "true factors"
    }  # fmt: skip
    assert found.score("modularity", "true factors").value > 0.95


def test_labels_are_a_factor_where_there_is_no_other(run_of):
    run = run_of()
    found = commands.disentangle(
        run, split="train", metrics="sap, explicitness", references=False, quiet=True
    )
    assert found.about["factors"] == {"label": 10}
    assert {score.name for score in found.scores} == {"SAP", "explicitness"}
    assert not found.references


def test_the_codes_are_those_of_encode(run_of):
    run = run_of()
    dataset = run.dataset("train")
    known = represent(run, dataset, factors_of(dataset))
    means, scales, _ = encode(run, dataset, scales=True)
    everything = np.arange(len(dataset))
    np.testing.assert_allclose(known.codes(everything), means)
    np.testing.assert_allclose(known.scales(everything), scales, rtol=1e-6)
    assert known.untrained is not None
    assert np.abs(known.untrained(everything) - means).max() > 1e-3


def test_a_deterministic_code_has_no_scales_to_draw_with(run_of):
    run = run_of(posterior="deterministic")
    dataset = run.dataset("train")
    assert represent(run, dataset, factors_of(dataset)).scales_at is None


def test_factors_that_do_not_fit_are_refused(run_of, table):
    run = run_of()
    dataset = run.dataset("test")
    whole = factors_of(dataset, table)
    assert len(whole) == len(dataset)
    np.testing.assert_array_equal(whole.values[:, 0], dataset.root_positions % 3)
    grid = Factors.grid({"a": (0, 1), "b": (0, 1)})
    with pytest.raises(DataError, match=r"factors of 4 examples, and .digits. has 1,797, 48 of"):
        factors_of(dataset, grid.values)
    assert factors_of(dataset, table, ["b"]).names == ("a", "c")
    with pytest.raises(ConfigError, match="no factor 'd'"):
        factors_of(dataset, table, ["d"])
    with pytest.raises(ConfigError, match="all factors are left out"):
        factors_of(dataset, table, ["a", "b", "c"])
    with pytest.raises(DataError, match="neither factors nor labels"):
        factors_of(run_of(data="noise").dataset("test"))
    with pytest.raises(DataError, match=r"binned-mig needs 200 examples or more"):
        disentangle(run, metrics=("binned-mig",))
    assert not (run.path / "results" / "disentangle-test.json").exists()
