"""Evaluating a run: the same numbers in blocks and whole, in any units, written as they are."""

import csv
import json
from itertools import pairwise
from math import isfinite, log

import numpy as np
import pytest
import torch

from elbowroom.errors import ConfigError, IncompatibleError
from elbowroom.evidence import importance_sampling
from elbowroom.experiment import Effort, evaluate
from elbowroom.experiment.measurements import MEASUREMENTS

FEW = Effort.of(samples=30)
KINDS = {
    "image": {"data": "digits"},
    "binarised": {"data": "digits", "steps": "stochastic"},
    "density": {"data": "table"},
    "autoencoder": {"data": "digits", "posterior": "deterministic"},
}
every = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
LIKELIHOODS = {"log evidence", "ELBO", "distortion", "rate"}


def refuse(constant):
    raise AssertionError(f"{constant} is no JSON")


@every
def test_every_number_says_what_it_is_and_is_written(run_of, kind):
    run = run_of(**kind)
    evaluation = evaluate(run, effort=FEW, seed=4)
    text = (run.path / "results" / "evaluate-test.json").read_text()
    written = json.loads(text, parse_constant=refuse)
    assert written == evaluation.to_dict()
    numbers = {number["name"]: number for number in written["numbers"]}
    errors = {"reconstruction RMSE", "PCA reconstruction RMSE"}
    assert set(numbers) == errors | (LIKELIHOODS if evaluation.estimates else set())
    for number in numbers.values():
        assert (number["split"], number["seed"]) == ("test", 4)
        assert number["units"] and number["method"]
        assert number["examples"] == written["examples"]
        assert isfinite(number["value"]) and isfinite(number["data_error"])
    for name in LIKELIHOODS & set(numbers):
        assert numbers[name]["samples"] > 1
        assert isfinite(numbers[name]["mc_error"]) and isfinite(numbers[name]["bias"])
    assert (written["diagnosis"] is None) == (not evaluation.estimates)


@every
def test_blocks_are_the_whole(run_of, kind, monkeypatch):
    run = run_of(**kind)
    whole = evaluate(run, effort=FEW, brief=True)
    monkeypatch.setattr("elbowroom.experiment.effort._BLOCK", 10)
    parts = evaluate(run, effort=FEW, brief=True)
    a, b = (e.table_of_examples.columns for e in (whole, parts))
    np.testing.assert_array_equal(a["id"], b["id"])
    assert whole.yardstick.digest == parts.yardstick.digest
    if run.preprocessing.random:
        return  # the blocks draw other noise
    np.testing.assert_allclose(a["rmse"], b["rmse"], rtol=1e-4)
    np.testing.assert_allclose(whole.rates, parts.rates, rtol=1e-4)
    if whole.estimates:
        np.testing.assert_allclose(a["rate"], b["rate"], rtol=1e-3, atol=1e-5)
        for name, first in whole.estimates.items():
            second = parts.estimates[name]
            noise = (first.mc_error**2 + second.mc_error**2) ** 0.5
            assert second.value == pytest.approx(first.value, abs=4 * noise + 1e-3), name


@every
def test_a_seed_repeats_and_nothing_else_is_touched(run_of, kind):
    run = run_of(**kind)
    state = torch.random.get_rng_state()
    first, again, other = (evaluate(run, effort=FEW, seed=s).to_dict() for s in (1, 1, 2))
    assert first == again
    assert first["numbers"] != other["numbers"]
    assert torch.equal(torch.random.get_rng_state(), state)
    assert not run.model.training


def test_a_density_is_in_raw_units(run_of):
    """Standardised data: log p(raw) = log p(standardised) - sum log sd."""
    run = run_of("table")
    evidence = evaluate(run, effort=FEW, brief=True).estimates["log evidence"]
    data = run.dataset("test")
    raw = data.take(torch.arange(len(data)))
    train = run.dataset("train")
    spread = train.take(torch.arange(len(train))).double().std(0, correction=0)
    inside = importance_sampling(run.model, run.preprocessing(raw), samples=30, seed=0)
    assert evidence.value == pytest.approx(inside.value - float(spread.log().sum()), abs=1e-3)


def test_other_units_shift_a_density_by_their_logarithm_and_nothing_else(run_of):
    first, second = (
        evaluate(run_of(name), effort=FEW, brief=True) for name in ("table", "table in other units")
    )
    for name, shift in {"log evidence": -1, "ELBO": -1, "distortion": 1, "rate": 0}.items():
        moved = second.estimates[name].value - first.estimates[name].value
        assert moved == pytest.approx(shift * 4 * log(1000), abs=0.02), name
    # The error over all columns is in their deviations; that of one column in its own units.
    assert second.reconstruction.value == pytest.approx(first.reconstruction.value, rel=0.01)
    for small, large in zip(first.column_errors, second.column_errors, strict=True):
        assert large.value == pytest.approx(1000 * small.value, rel=0.01)
        assert large.pca == pytest.approx(1000 * small.pca, rel=0.01)


def test_the_table_of_examples_has_the_numbers_of_the_mean(run_of, tmp_path):
    run = run_of("digits")
    evaluation = evaluate(run)
    table = evaluation.table_of_examples
    for suffix in (".csv", ".npz", ".npy", ".parquet"):
        table.save(tmp_path / f"a{suffix}")
    with (tmp_path / "a.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(table) == evaluation.examples
    values = np.array([float(row["log_evidence"]) for row in rows])
    assert values.mean() == pytest.approx(evaluation.estimates["log evidence"].value)
    assert {row["route"] for row in rows} <= {"encoder", "fitted", "annealed"}
    assert {int(row["id"]) for row in rows} == set(run.dataset("test").root_positions.tolist())
    import pyarrow.parquet as pq

    with (
        np.load(tmp_path / "a.npz") as kept,
        np.load(run.path / "results/evaluate-test.npz") as own,
    ):
        arrays, own = dict(kept), dict(own)
    records = np.load(tmp_path / "a.npy")
    frame = pq.read_table(tmp_path / "a.parquet")
    for name, column in table.columns.items():
        np.testing.assert_array_equal(arrays[name], column)
        np.testing.assert_array_equal(own[name], column)
        np.testing.assert_array_equal(records[name], column)
        assert frame[name].to_pylist() == column.tolist()


def test_the_parts_add_up_example_by_example(run_of):
    columns = evaluate(run_of("digits"), effort=FEW).table_of_examples.columns
    np.testing.assert_allclose(columns["elbo"], -(columns["distortion"] + columns["rate"]))


def test_what_was_measured_stays_as_long_as_it_is_true(run_of, monkeypatch):
    calls = []
    fake = {name: lambda subject, name=name: calls.append(name) or Plain(name) for name in "ab"}
    monkeypatch.setattr("elbowroom.experiment.evaluating.MEASUREMENTS", fake)
    monkeypatch.setattr("elbowroom.experiment.measurements.MEASUREMENTS", fake)
    run = run_of("digits", name="kept")
    for options, kept in [
        ({"also": ("a",)}, {"a"}),
        ({"also": ("b",)}, {"a", "b"}),
        ({}, {"a", "b"}),
        ({"seed": 1}, set()),
        ({"full": True, "seed": 1}, {"a", "b"}),
        ({"limit": 10, "seed": 1}, set()),
    ]:
        evaluate(run, effort=FEW, **options)
        written = run.results["evaluate-test"]
        assert {name for name in "ab" if name in written} == kept, options
    assert calls == ["a", "b", "a", "b"]
    evaluate(run, effort=FEW, also=("a",))
    with torch.no_grad():
        next(run.model.parameters()).add_(0.1)
    run.save()
    evaluate(run, effort=FEW)
    assert "a" not in run.results["evaluate-test"]


class Plain:
    def __init__(self, name):
        self.name = name

    def to_dict(self):
        return {"name": self.name}


@pytest.mark.parametrize(
    ("kind", "options", "error", "words"),
    [
        ("image", {"limit": 1}, ConfigError, "2 examples or more"),
        ("image", {"split": "dev"}, ConfigError, "has no dev examples"),
        ("image", {"also": ("everything",)}, ConfigError, "no measurement 'everything'"),
        ("image", {"also": ("quality",), "split": "train"}, ConfigError, "did not learn from"),
        ("image", {"effort": Effort.of(samples=1)}, ConfigError, "2 or more, got 1"),
        ("image", {"effort": Effort.of(target_error=-1)}, ConfigError, "above 0"),
        ("autoencoder", {"also": ("gap",)}, IncompatibleError, "its code is deterministic"),
    ],
)
def test_what_cannot_be_evaluated_is_refused_in_words(run_of, kind, options, error, words):
    with pytest.raises(error, match=words):
        evaluate(run_of(**KINDS[kind]), **{"effort": FEW, **options})


def test_in_a_full_evaluation_what_cannot_be_measured_is_told(run_of):
    """There are too few test examples for sample quality."""
    found = evaluate(run_of("table"), effort=FEW, full=True, limit=8)
    assert "too few" in found.impossible["quality"]
    assert set(found.measured) == set(MEASUREMENTS) - {"quality"}
    curve = found.measured["curve"]
    values = [curve.elbo.value, *(bound.value for bound in curve.bounds.values())]
    assert all(later > before - 0.1 for before, later in pairwise(values))
    assert curve.reference.value == pytest.approx(curve.bounds[5000].value, abs=0.3)
    gap = found.measured["gap"]
    assert 0 < gap.total.value < 3
    assert gap.total.value == pytest.approx(gap.family.value + gap.amortisation.value)
    bounds = found.measured["bidirectional"]
    assert abs(bounds.gap.value) < 1
    json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert "log p(x)" in str(found.table().renderables[0])


def test_a_full_evaluation_of_an_autoencoder_is_what_there_is(run_of):
    found = evaluate(run_of(**KINDS["autoencoder"]), full=True)
    assert not found.estimates and not found.measured
    assert "deterministic" in found.notes[0]


@pytest.mark.parametrize(
    ("steps", "likelihood", "levels"), [("grey", "binomial", 17), ("stochastic", "bernoulli", 2)]
)
def test_sample_quality_is_of_draws_in_the_units_of_the_data(
    run_of, monkeypatch, steps, likelihood, levels
):
    """What is compared: draws and not means, real examples as the model sees them."""
    given = {}

    def stop(*sets):
        given["sets"] = sets
        raise ConfigError("seen")

    monkeypatch.setattr("elbowroom.experiment.measurements.sample_quality", stop)
    run = run_of("digits", steps=steps, likelihood=likelihood)
    with pytest.raises(ConfigError, match="seen"):
        evaluate(run, effort=FEW, also=("quality",))
    made, train, test, labels, seed = given["sets"]
    sizes = run.facts["splits"]
    assert (len(made), len(train), len(test)) == (sizes["test"], sizes["train"], sizes["test"])
    assert len(labels) == len(train) and seed == 0
    for examples in (made, train, test):
        values = np.unique(examples)
        assert values.min() == 0 and values.max() == 16 and len(values) <= levels
        np.testing.assert_allclose(values, values.round(), atol=1e-5)
