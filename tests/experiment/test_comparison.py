"""Comparing runs: paired where numbers mean the same, refused in words where they do not."""

import io
import json
from dataclasses import replace

import pytest
import torch

from elbowroom.errors import ConfigError
from elbowroom.evidence import Estimate
from elbowroom.experiment import Comparison, Effort, compare, evaluate
from elbowroom.experiment.comparison import Difference

FEW = Effort.of(samples=30)

DIGITS = {"data": "digits"}
BINARY = {**DIGITS, "likelihood": "bernoulli", "steps": "stochastic"}
UNLIKE = {
    "binarised and grey": (
        BINARY,
        DIGITS,
        {},
        "StochasticBinarise(), drawn with seed 0 against none",
    ),
    "thresholded and stochastic": (
        {**BINARY, "steps": "threshold"},
        BINARY,
        {},
        "different data sets of the same examples",
    ),
    "other noise of binarisation": (BINARY, BINARY, {"seed": 1}, "drawn with seed 1"),
    "density and mass": (
        {**DIGITS, "likelihood": "gaussian"},
        DIGITS,
        {},
        "one is the logarithm of a density, the other of a probability mass",
    ),
    "density of the levels and of filled levels": (
        {**DIGITS, "likelihood": "gaussian", "steps": "dequantised"},
        {**DIGITS, "likelihood": "gaussian"},
        {},
        "Dequantise()",
    ),
    "other splits": ({**DIGITS, "split_seed": 1}, DIGITS, {}, "the data were split differently"),
    "other part": (DIGITS, DIGITS, {"split": "train"}, "one is of test examples, the other of"),
    "other number of examples": (DIGITS, DIGITS, {"limit": 20}, "different numbers of examples"),
    "other data": ({"data": "noise"}, DIGITS, {}, "they are of different data"),
    "other units": ({"data": "table"}, {"data": "table in other units"}, {}, "different data"),
    "no evidence": (
        DIGITS,
        {**DIGITS, "posterior": "deterministic"},
        {},
        "a deterministic code has no log evidence",
    ),
}
ALIKE = {
    "the same data": (DIGITS, {**DIGITS, "latent": 1}),
    "the same data read twice": ({"data": "table"}, {"data": "same table"}),
    "other preprocessing with its Jacobian": (
        {"data": "table"},
        {"data": "table", "steps": "none"},
    ),
    "the same noise": (BINARY, {**BINARY, "latent": 1}),
}


@pytest.mark.parametrize(("first", "second", "options", "words"), UNLIKE.values(), ids=UNLIKE)
def test_unlike_things_are_not_ranked(run_of, first, second, options, words):
    found = Comparison.of([
        evaluate(run_of(**first), effort=FEW, brief=True),
        evaluate(run_of(**second), effort=FEW, brief=True, **options),
    ])  # fmt: skip
    [refusal] = found.refusals
    assert words in refusal and "ranked by" in refusal
    assert not found.differences
    assert len(found.groups) == 2


@pytest.mark.parametrize(("first", "second"), ALIKE.values(), ids=ALIKE)
def test_like_things_are_ranked_the_best_first(run_of, first, second):
    found = compare([run_of(**first), run_of(**second)], effort=FEW)
    assert not found.refusals
    [[better, worse]] = found.groups
    [difference] = found.differences
    gap = better.estimates["log evidence"].value - worse.estimates["log evidence"].value
    assert difference.value == pytest.approx(gap) and gap >= 0
    assert difference.probability >= 0.5


def test_the_test_examples_decide_and_not_how_the_rest_was_split(run_of):
    """An official test set stays the same whatever is held out for validation."""
    first, second = (evaluate(run_of("digits", validation=v), effort=FEW, brief=True)
                     for v in (0.1, 0.2))  # fmt: skip
    assert first.yardstick.splits != second.yardstick.splits
    same = replace(second.yardstick, digest=first.yardstick.digest)
    assert first.yardstick.differences(same) == []
    assert first.yardstick.key == same.key


def evaluated(run_of, name, values, errors=0.01, flag=None):
    """Return an evaluation with these log p(x)."""
    one = evaluate(run_of("digits"), effort=FEW, brief=True)
    values = torch.as_tensor(values, dtype=torch.float64)
    more = {} if flag is None else {"flag": torch.full_like(values, flag)}
    estimate = Estimate.over(values, errors=torch.full_like(values, errors),
                             method="made", samples=30, seed=0, more=more)  # fmt: skip
    return replace(one, run=name, estimates={**one.estimates, "log evidence": estimate})


def test_a_paired_difference_has_the_smaller_error(run_of):
    common = 20 * torch.randn(100)
    a, b = (
        evaluated(run_of, name, common + shift + 0.1 * torch.randn(100))
        for name, shift in {"a": 1, "b": 0}.items()
    )
    paired = Difference.between(a, b)
    apart = [e.estimates["log evidence"].data_error for e in (a, b)]
    assert paired.data_error < 0.02 * apart[0]
    assert paired.value == pytest.approx(1, abs=0.1)
    assert paired.mc_error == pytest.approx(0.01 * 2**0.5 / 10)
    assert paired.probability > 0.999
    back = Difference.between(b, a)
    assert (back.value, back.data_error) == pytest.approx((-paired.value, paired.data_error))
    assert back.probability == pytest.approx(1 - paired.probability)


def test_the_probability_covers_what_it_says(run_of):
    """Of 400 differences drawn around 0, the stated probability is uniform."""
    one = evaluate(run_of("digits"), effort=FEW, brief=True)
    found = []
    for _ in range(400):
        gap = torch.randn(40, dtype=torch.float64)
        ours = replace(one, estimates={"log evidence": Estimate.over(gap, method="m", samples=1,
                                                                     seed=0)})  # fmt: skip
        zero = replace(one, estimates={"log evidence": Estimate.over(0 * gap, method="m", samples=1,
                                                                     seed=0)})  # fmt: skip
        found.append(Difference.between(ours, zero).probability)
    below = sum(p < 0.05 for p in found) / len(found)
    assert 0.02 < below < 0.1
    assert sum(p < 0.5 for p in found) / len(found) == pytest.approx(0.5, abs=0.1)


@pytest.mark.parametrize(("runs", "pairs"), [(2, 1), (4, 6), (5, 4), (9, 8)])
def test_few_runs_are_compared_in_pairs_and_many_with_the_best(run_of, runs, pairs):
    level = torch.randn(30)
    found = Comparison.of([evaluated(run_of, f"r{i}", level - i) for i in range(runs)])
    assert len(found.differences) == pairs
    assert [e.run for e in found.groups[0]] == [f"r{i}" for i in range(runs)]
    if runs > 4:
        assert {d.first for d in found.differences} == {"r0"}


def test_flagged_runs_cast_doubt(run_of):
    good = evaluated(run_of, "good", torch.randn(30), flag=0.0)
    bad = evaluated(run_of, "bad", torch.randn(30), flag=1.0)
    [doubt] = Comparison.of([good, bad]).doubts
    assert "bad (100%)" in doubt and "lower bound" in doubt and "good" not in doubt
    assert not Comparison.of([good, good]).doubts


def test_bounds_are_called_bounds(run_of):
    effort = Effort.of("elbo", samples=4)
    found = compare([run_of("digits"), run_of("digits", latent=1)], effort=effort)
    assert "These are bounds" in found.doubts[-1]


def test_comparing_leaves_results_as_they_are(run_of):
    run = run_of("digits", name="careful")
    careful = evaluate(run, effort=Effort.of(samples=60)).to_dict()
    compare([run, run_of("digits", latent=1)], effort=FEW, limit=10)
    assert run.results["evaluate-test"] == careful


def test_everything_is_plain_and_printable(run_of):
    runs = [run_of("digits"), run_of("digits", latent=1), run_of("table"),
            run_of("digits", posterior="deterministic")]  # fmt: skip
    found = compare(runs, effort=FEW)
    plain = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert len(plain["runs"]) == 4 and len(plain["differences"]) == 1
    assert len(plain["refusals"]) == 2
    from rich.console import Console

    console = Console(width=80, file=io.StringIO())
    console.print(found.table())
    text = console.file.getvalue()
    assert max(map(len, text.splitlines())) <= 80
    assert "paired differences" in text


def test_folders_of_the_same_name_are_told_apart(run_of):
    first, second = run_of("digits"), run_of("digits", latent=1)
    assert first.name == second.name
    found = compare([first, second], effort=FEW)
    assert {e.run for e in found.evaluations} == {str(first.path), str(second.path)}


def test_one_run_is_no_comparison(run_of):
    with pytest.raises(ConfigError, match="two runs or more, got 1"):
        compare([run_of("digits")])
