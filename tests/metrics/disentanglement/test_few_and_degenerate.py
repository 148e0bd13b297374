"""Rare values, single dimensions, narrow posteriors, rounding errors: no score for nothing."""

import numpy as np
import pytest

from elbowroom.data.factors import Factor, Factors
from elbowroom.errors import DataError
from elbowroom.metrics.disentanglement import (
    METRICS,
    SAP,
    Representation,
    SampledMIG,
    disentanglement,
    references,
    unsupervised_disentanglement_ranking,
)
from elbowroom.metrics.disentanglement.importances import lasso
from elbowroom.metrics.disentanglement.parting import parted, redrawn
from tests.known_factors import SMALL, perfect, sampled


def with_rare(has: int, count: int) -> Representation:
    """Return codes of a factor of two values and of one that few examples have."""
    rng = np.random.default_rng(0)
    flag = np.zeros(count)
    flag[rng.permutation(count)[:has]] = 1
    factors = Factors(
        (Factor("side", "ordered", (0, 1)), Factor("flag", "categorical", ("no", "yes"))),
        np.stack([np.arange(count) % 2, flag], 1),
    )
    codes = factors.values + 0.3 * rng.normal(size=(count, 2))
    return Representation.of_table(codes, factors, scales=np.full((count, 2), 0.3))


@pytest.mark.parametrize("name", METRICS)
def test_a_rare_value_is_refused_with_the_number_needed(name):
    least = METRICS[name].least
    words = (
        rf"{name} needs {least} examples or more of every value: of 'flag', 'yes' has 2 among "
        rf"2,000.*About {1000 * least:,} like these.*--ignore flag"
    )
    with pytest.raises(DataError, match=words):
        METRICS[name]().measure(with_rare(2, 2000))


@pytest.mark.parametrize("name", METRICS)
def test_as_many_as_are_asked_for_are_enough(name):
    found = METRICS[name](samples=300).measure(with_rare(METRICS[name].least, 300), resamples=3)
    assert all(np.isfinite([score.value, score.error]).all() for score in found)
    assert all(score.value <= 1 for score in found)


def test_a_rare_value_does_not_end_the_report():
    found = disentanglement(with_rare(17, 500), ["sap", "explicitness"], resamples=2)
    assert {score.name for score in found.scores} == {"SAP", "explicitness"}
    with pytest.raises(DataError, match=r"'yes' has 3 among 500"):
        disentanglement(with_rare(3, 500), resamples=2)


def test_only_what_is_used_counts():
    with pytest.raises(DataError, match=r"'yes' has 20 among 1,000, of which 100 are used"):
        SAP(samples=100).measure(with_rare(20, 1000))


def test_a_factor_that_does_not_vary_is_left_out_on_both_ways():
    with pytest.raises(DataError, match=r"'flag' has one value.*factors.only.*--ignore flag"):
        SAP().measure(with_rare(0, 100))


def test_rare_values_are_in_both_parts():
    for seed in range(20):
        rng = np.random.default_rng(seed)
        classes = np.stack([rng.integers(0, 5, 200), np.arange(200) < 3], 1).astype(np.int64)
        classes = classes[rng.permutation(200)]
        first, second = parted(classes)
        assert classes[first, 1].sum() == 2 and classes[second, 1].sum() == 1
        assert len(first) == 133 and sorted([*first, *second]) == list(range(200))
        drawn = redrawn(classes, lambda rng=rng: rng.integers(200, size=20))
        assert np.ptp(classes[drawn], axis=0).all()


def test_one_dimension_of_noise_scores_nothing():
    factors = sampled(SMALL, 600)
    code = Representation.of_table(
        np.hstack([np.random.default_rng(0).normal(size=(600, 1)), np.ones((600, 2))]), factors
    )
    names = ("sap", "lasso-dci", "med", "info-mec")
    found = disentanglement(code, names, False, resamples=2)
    assert abs(found.score("SAP").value) < 0.05
    for meaningless in ("DCI completeness (lasso)", "MED completeness", "InfoC"):
        assert "needs 2 or more that vary: there is 1" in found.refused[meaningless]
        assert meaningless not in {score.name for score in found.scores}


def test_sap_gives_nothing_to_chance_where_values_differ_in_frequency():
    rng = np.random.default_rng(0)
    often = Factors((Factor("flag", "ordered", (0, 1)),), (rng.random((900, 1)) < 0.1) * 1.0)
    for dims in (1, 3):
        code = Representation.of_table(rng.normal(size=(900, dims)), often)
        assert SAP().measure(code, resamples=2)[0].value == pytest.approx(0, abs=0.02)


@pytest.mark.parametrize("name", ["beta-vae-score", "factor-vae-score"])
def test_batches_of_noise_are_told_apart_by_chance(name):
    """Batches of the same examples were recognised, and pairs by how often one was its own pair."""
    found = []
    for seed in range(3):
        factors = sampled({"a": 2, "b": 10, "c": 30}, 600, seed)
        rng = np.random.default_rng(seed)
        code = Representation.of_table(rng.normal(size=(600, 10)), factors)
        metric = METRICS[name](samples=3000)
        found += metric.score(metric.draw(code, rng), 0)
    assert np.mean(found) == pytest.approx(1 / 3, abs=0.05)


def test_narrow_posteriors_are_told_with_the_number_of_examples():
    factors = sampled({"a": 4, "b": 4}, 800)
    codes = perfect(factors) + 0.3 * np.random.default_rng(0).normal(size=(800, 2))
    narrow, wide = (
        SampledMIG().measure(
            Representation.of_table(codes, factors, scales=np.full((800, 2), scale)), resamples=2
        )[0]
        for scale in (0.001, 0.3)
    )
    assert "2 factors, means over 800 examples" in wide.protocol and not wide.notes
    [note] = narrow.notes
    assert "comes from the example that it was drawn from" in note and "800 examples" in note
    assert narrow.value < wide.value - 0.1


def test_a_value_of_two_weighs_the_same_with_and_without_an_order():
    values = sampled({"a": 2, "b": 5}, 300).values
    kinds = ("ordered", "categorical")
    used = []
    for kind in kinds:
        factors = Factors(
            (Factor("a", kind, (0, 1)), Factor("b", "ordered", tuple(range(5)))), values
        )
        codes = values + 0.5 * np.random.default_rng(0).normal(size=values.shape)
        halves = Representation.of_table(codes, factors).draw(300, np.random.default_rng(0))
        used.append(lasso(halves.halves().standardised(), 0, 0)[0])
    np.testing.assert_allclose(*used, rtol=1e-6)


def test_rounding_errors_are_no_components_and_no_dimensions():
    rng = np.random.default_rng(0)
    factors = sampled(SMALL, 400)
    examples = (rng.normal(size=(400, 2)) @ rng.normal(size=(2, 30))).astype(np.float32)
    jitter = np.float32(7) + np.float32(5e-7) * rng.integers(0, 2, (400, 3)).astype(np.float32)
    codes = np.hstack([perfect(factors).astype(np.float32), jitter])
    code = Representation.of_table(codes, factors, examples=examples)
    assert code.without_constant().left_out == (3, 4, 5)
    made, _ = references(code)
    assert made["PCA"].dims == made["ICA"].dims == 2


def test_a_dimension_that_varies_on_one_example_ends_no_ranking():
    rng = np.random.default_rng(0)
    z = rng.normal(size=(200, 3))
    codes = [np.hstack([z, np.eye(200)[:, [0]]]), -z]
    found = unsupervised_disentanglement_ranking(codes, resamples=5)
    assert np.isfinite(found.scores).all() and np.isfinite(found.errors).all()
    alone = unsupervised_disentanglement_ranking([np.eye(200)[:, [0]], z], resamples=5)
    assert np.isfinite(alone.errors).all()
