"""The check at the door: which values a likelihood refuses, and what it says."""

import math

import pytest
import torch

from elbowroom.distributions.likelihoods.fitting import fitting
from elbowroom.distributions.support import Support
from elbowroom.errors import DataError, ElbowroomError, ShapeError, SupportError
from tests.cases import IMAGE, LIKELIHOODS, examples

every = pytest.mark.parametrize("name", LIKELIHOODS)
SUPPORTS = {name: build(IMAGE).support for name, build in LIKELIHOODS.items()}
BEYOND = [(name, value) for name, s in SUPPORTS.items() for value in (s.low - 1, s.high + 6)
          if math.isfinite(value)]  # fmt: skip
SPACED = [name for name, support in SUPPORTS.items() if support.spacing]


@every
@pytest.mark.parametrize("bad", [float("nan"), float("inf"), -float("inf")])
def test_values_that_are_not_finite_are_counted_and_placed(name, bad):
    likelihood = LIKELIHOODS[name](IMAGE)
    x = examples(likelihood, 5)
    x[2, 0, 1, 3] = x[4, 0, 0, 0] = bad
    with pytest.raises(DataError, match=r"2 values.*example 2, channel 0, row 1, column 3"):
        likelihood.check(x)


@every
def test_another_shape_is_refused_with_both_shapes(name):
    with pytest.raises(ShapeError, match=r"\(3, 8, 8\).*\(1, 8, 8\)"):
        LIKELIHOODS[name](IMAGE).check(torch.zeros(5, 3, 8, 8))


@pytest.mark.parametrize(("name", "bad"), BEYOND)
def test_values_outside_are_placed_with_the_range_and_what_fits(name, bad):
    likelihood = LIKELIHOODS[name](IMAGE)
    x = examples(likelihood, 5)
    x[3, 0, 7, 2] = bad
    with pytest.raises(SupportError) as refusal:
        likelihood.check(x)
    text = str(refusal.value)
    assert "example 3, channel 0, row 7, column 2" in text
    assert f"{x.min():g} to {x.max():g}" in text and "1 of 320" in text
    assert "Likelihoods that fit" in text and "Gaussian" in text


@pytest.mark.parametrize("name", SPACED)
def test_values_between_the_levels_are_refused(name):
    likelihood = LIKELIHOODS[name](IMAGE)
    x = examples(likelihood, 5)
    x[0, 0, 0, 0] = likelihood.support.low + likelihood.support.spacing / 2
    with pytest.raises(SupportError, match="example 0, channel 0, row 0, column 0"):
        likelihood.check(x)


@pytest.mark.parametrize("levels", [2, 3, 17, 256, 1000, 65_536])
def test_levels_scaled_in_float32_are_taken_and_half_steps_are_not(levels):
    steps = torch.arange(levels)
    support = Support(0, 1, levels=levels)
    for scaled in (steps.float() / (levels - 1), steps.float() * (1 / (levels - 1))):
        assert not support.outside(scaled).any()
    between = (steps[:-1].double() + 0.5) / (levels - 1)
    assert support.outside(between.float()).all()


def test_counts_are_whole_at_any_size_and_positive_numbers_are_not_zero():
    counts, positive = Support(0, whole=True), Support(0, above=True)
    assert not counts.outside(torch.tensor([0.0, 1.0, 99_999.0, 2.0**30])).any()
    assert counts.outside(torch.tensor([-1.0, 0.5, 99_999.5, 1e-7])).all()
    assert not positive.outside(torch.tensor([1e-38, 0.5, 1e30])).any()
    assert positive.outside(torch.tensor([0.0, -0.0, -1e-38])).all()


@pytest.mark.parametrize(
    ("support", "words"),
    [
        (Support(), "all real numbers"),
        (Support(0, 1), "numbers from 0 to 1"),
        (Support(0, 1, levels=2), "0 and 1 only"),
        (Support(0, 1, levels=17), "17 equally spaced values from 0 to 1"),
        (Support(0, whole=True), "whole numbers from 0 up"),
        (Support(0, 9, whole=True), "whole numbers from 0 to 9"),
        (Support(0, above=True), "numbers above 0"),
        (Support(-1.5), "numbers from -1.5 up"),
    ],
    ids=str,
)
def test_a_support_says_what_it_holds(support, words):
    assert str(support) == words


@pytest.mark.parametrize(
    ("x", "fits", "not_these"),
    [
        ([0.0, 3.0, 70.0], {"Poisson", "NegativeBinomial", "Gaussian"}, {"LogNormal"}),
        ([0.2, 3.5, 70.0], {"LogNormal", "Laplace"}, {"Poisson", "ContinuousBernoulli"}),
        ([0.2, 0.0, 1.0], {"ContinuousBernoulli", "StudentT"}, {"Bernoulli", "LogNormal"}),
        ([-0.2, 0.0, 1.0], {"Gaussian"}, {"ContinuousBernoulli", "NegativeBinomial"}),
    ],
)
def test_what_fits_is_what_the_values_are(x, fits, not_these):
    found = {one.name for one in fitting(torch.tensor(x)[:, None], None)}
    assert fits <= found and not not_these & found


def test_levels_from_0_to_1_are_no_counts():
    x = torch.tensor([0.0, 1.0])[:, None]
    assert "Poisson" not in {one.name for one in fitting(x, 2)}


def test_columns_of_a_table_are_named():
    likelihood = LIKELIHOODS["Bernoulli"]((3,))
    x = torch.tensor([[0.0, 1.0, 0.0], [1.0, 0.3, 1.0]])
    with pytest.raises(SupportError, match="example 1, column 1 .'height'."):
        likelihood.check(x, names=("age", "height", "weight"))


def test_the_advice_is_the_step_that_mends():
    bernoulli = LIKELIHOODS["Bernoulli"](IMAGE)
    with pytest.raises(SupportError, match="'scale'"):
        bernoulli.check(torch.full((1, *IMAGE), 200.0))
    with pytest.raises(SupportError, match="'stochastic-binarise'.*'threshold'"):
        bernoulli.check(torch.full((1, *IMAGE), 0.4))
    for name, words in (("Poisson", "whole numbers from 0 up"), ("LogNormal", "numbers above 0")):
        with pytest.raises(SupportError, match=f"are {words}, leave out the preprocessing"):
            LIKELIHOODS[name](IMAGE).check(torch.full((1, *IMAGE), -0.4))


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda: LIKELIHOODS["Binomial-17"].func(IMAGE, levels=None), "known number of levels"),
        (lambda: LIKELIHOODS["Binomial-17"].func(IMAGE, levels=1), "levels must be 2 or more"),
        (lambda: LIKELIHOODS["Gaussian"].func(IMAGE, initial=0.0), "initial scale must be above"),
        (lambda: LIKELIHOODS["Gaussian"].func(IMAGE, initial=-1.0), "got -1"),
        (lambda: LIKELIHOODS["Gaussian"].func(IMAGE, scale="global"), "must be one of fixed"),
        (lambda: LIKELIHOODS["Laplace"].func(IMAGE, initial=0.0), "initial scale must be above"),
        (lambda: LIKELIHOODS["StudentT"].func(IMAGE, df=2.0), "df must be above 2.*gaussian"),
        (lambda: LIKELIHOODS["StudentT"].func(IMAGE, tails="heavy"), "one of fixed, learned"),
        (lambda: LIKELIHOODS["NegativeBinomial"].func(IMAGE, initial=0.0), "dispersion.*got 0"),
        (lambda: LIKELIHOODS["NegativeBinomial"].func(IMAGE, dispersion="gene"), "per-dimension"),
    ],
)
def test_options_out_of_range_are_refused(build, words):
    with pytest.raises(ElbowroomError, match=words):
        build()
