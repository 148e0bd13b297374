"""What holds for every metric, by discovery; and mistakes that others made."""

import json
from functools import cache

import numpy as np
import pytest

from elbowroom.data.factors import Factor, Factors
from elbowroom.errors import DataError, IncompatibleError, ShapeError
from elbowroom.metrics.disentanglement import METRICS, SAP, FactorVAEScore, Representation
from elbowroom.metrics.disentanglement.concentration import completeness_of, disentanglement_of
from elbowroom.metrics.disentanglement.on_samples import OnHalves
from elbowroom.metrics.disentanglement.sample import Halves
from tests.known_factors import SMALL, known, perfect, sampled

COUNT = 600
OF_NOTHING = {"DCI disentanglement (lasso)", "DCI completeness (lasso)", "InfoM", "InfoC"}
"""Ratios of what is 0 but for chance, where the code tells nothing: no floor can be said."""


@pytest.fixture(scope="module")
def factors() -> Factors:
    return sampled(SMALL, COUNT)


@pytest.fixture(scope="module")
def mixed(factors) -> np.ndarray:
    """A code that is neither perfect nor bad, of five dimensions."""
    rng = np.random.default_rng(1)
    true = perfect(factors)
    return np.hstack([true @ rng.normal(size=(3, 3)), true[:, :2]]) + 0.3 * rng.normal(
        size=(COUNT, 5)
    )


def small(name: str):
    return METRICS[name](samples=COUNT)


@pytest.fixture(scope="module")
def plain(mixed, factors):
    """Return the score of that code, worked out once for each metric."""
    return cache(lambda name: score(name, mixed, factors))


def score(name: str, codes, factors, **more) -> np.ndarray:
    scales = np.full(codes.shape, 0.3) * more.pop("scale", 1.0)
    representation = Representation.of_table(codes, factors, scales=scales)
    metric = small(name)
    rng = np.random.default_rng(0)
    return np.array(metric.score(metric.draw(representation.without_constant(), rng), 0))


def test_all_metrics_are_found():
    assert {"binned-mig", "sampled-mig", "boosted-dci", "forest-dci", "lasso-dci", "sap",
            "beta-vae-score", "factor-vae-score", "modularity", "explicitness", "irs", "med",
            "info-mec"} == set(METRICS)  # fmt: skip


@pytest.mark.parametrize("name", METRICS)
def test_the_order_of_dimensions_is_no_matter(name, mixed, factors, plain):
    if "permutation" not in METRICS[name].claims:
        pytest.skip("not claimed")
    order = [3, 0, 4, 2, 1]
    close = 0.02 if issubclass(METRICS[name], OnHalves) else 1e-3
    if name == "sampled-mig":
        close = 0.05  # other draws
    np.testing.assert_allclose(score(name, mixed[:, order], factors), plain(name), atol=close)


@pytest.mark.parametrize("name", METRICS)
def test_the_scale_of_dimensions_is_no_matter_where_claimed(name, mixed, factors, plain):
    if "scale" not in METRICS[name].claims:
        pytest.skip("not claimed")
    by = np.array([0.01, 10.0, 3.0, 0.2, 1.0])
    found = score(name, mixed * by + [5.0, 0, 0, -2, 0], factors, scale=by)
    np.testing.assert_allclose(found, plain(name), atol=5e-3)


@pytest.mark.parametrize("name", METRICS)
def test_constant_dimensions_change_nothing_and_are_told(name, mixed, factors, plain):
    more = np.insert(mixed, [0, 2], 7.0, axis=1)
    np.testing.assert_allclose(score(name, more, factors), plain(name), atol=1e-12)
    if name in ("modularity", "factor-vae-score"):
        found = small(name).measure(Representation.of_table(more, factors), resamples=2)
        assert "0, 3 of the code are constant" in found[0].notes[0]


@pytest.mark.parametrize("name", METRICS)
def test_the_truth_is_above_noise_and_errors_are_told(name, factors):
    rng = np.random.default_rng(5)
    scales = np.full((COUNT, 3), 0.05)
    codes = {"truth": perfect(factors), "noise": rng.normal(size=(COUNT, 3))}
    seeds = 1 if issubclass(METRICS[name], OnHalves) else 2
    truth, noise = (
        small(name).measure(
            Representation.of_table(code, factors, scales=scales), resamples=2, seeds=seeds
        )
        for code in codes.values()
    )
    for above, below in zip(truth, noise, strict=True):
        if above.name in OF_NOTHING:
            continue
        assert above.value > below.value + 0.1
        assert 0 <= below.value <= 1 or "form" in below.name or below.name == "InfoE"
        assert below.error > 0 and above.error >= 0
        assert above.samples > 0 and above.protocol and above.seeds == seeds
        assert (above.spread is None) == (seeds == 1)
        assert json.loads(json.dumps(above.to_dict()))["metric"] == name
        assert f"{above.name} " in repr(above)


@pytest.mark.parametrize("name", METRICS)
def test_a_metric_repeats_by_its_seed(name, mixed, factors, plain):
    np.testing.assert_array_equal(score(name, mixed, factors), plain(name))


@pytest.mark.parametrize("name", METRICS)
def test_bad_input_is_refused(name, factors, mixed):
    metric = small(name)
    with pytest.raises(ShapeError, match=r"599 codes and factors of 600 examples"):
        Representation.of_table(mixed[:-1], factors)
    few = factors.subset(np.arange(30))
    needed = metric.least * 6
    with pytest.raises(DataError, match=rf"{name} needs {needed:,} examples or more"):
        metric.measure(Representation.of_table(mixed[:30], few))
    one = factors.subset(np.flatnonzero(factors.values[:, 1] == 2))
    with pytest.raises(DataError, match="'scale' has one value"):
        metric.measure(Representation.of_table(mixed[: len(one)], one))
    with pytest.raises(DataError, match=r"1 of 600 codes hold NaN or infinity.*index 7"):
        Representation.of_table(np.where(np.arange(COUNT)[:, None] == 7, np.nan, mixed), factors)
    with pytest.raises(DataError, match="none of the 5 dimensions of the code varies"):
        metric.measure(Representation.of_table(np.ones((COUNT, 5)), factors))


@pytest.mark.parametrize("name", METRICS)
def test_few_factors_are_refused_or_measured(name, factors, mixed):
    alone = factors.only("hue")
    code = Representation.of_table(mixed, alone, scales=np.full(mixed.shape, 0.3))
    if METRICS[name].factors > 1:
        with pytest.raises(IncompatibleError, match=f"{name} compares factors"):
            small(name).measure(code)
    else:
        assert np.isfinite(small(name).measure(code, resamples=2)[0].value)


@pytest.mark.parametrize("name", METRICS)
def test_continuous_factors_are_measured(name):
    rng = np.random.default_rng(0)
    values = np.stack([rng.normal(size=1200), rng.integers(0, 3, 1200)], 1)
    two = Factors(
        (Factor("angle", "continuous"), Factor("kind", "categorical", ("a", "b", "c"))), values
    )
    metric = METRICS[name](samples=1200)
    codes = {"truth": values + 0.02 * rng.normal(size=values.shape),
             "noise": rng.normal(size=values.shape)}  # fmt: skip
    scales = np.full(values.shape, 0.05)
    truth, noise = (
        metric.score(metric.draw(Representation.of_table(c, two, scales=scales), rng), 0)
        for c in codes.values()
    )
    for above, below, score in zip(truth, noise, metric.names, strict=True):
        assert above > 0.3
        assert above > below + 0.1 or score in OF_NOTHING | {"modularity"}  # of two factors


def test_scales_are_needed_to_draw(factors, mixed):
    with pytest.raises(IncompatibleError, match="only codes are given"):
        small("sampled-mig").measure(Representation.of_table(mixed, factors))


# ------------------------------------------------------------------------------ mistakes of others


def test_codes_are_transposed_and_not_reshaped(factors):
    """A reshape of (N, D) to (D, N) mixes dimensions; the gap of the truth would be near 0."""
    true = perfect(factors)
    reshaped = true.reshape(true.shape[1], -1).T
    assert score("binned-mig", true, factors)[0] > 0.9
    assert score("binned-mig", reshaped, factors)[0] < 0.1


def test_importances_are_normalised_for_each_latent():
    importances = np.array([[0.9, 0.0], [0.1, 0.1], [0.0, 0.9]])
    # Two dimensions serve one factor, the middle one serves both alike: 1.8 / 2 of importance.
    assert disentanglement_of(importances) == pytest.approx(0.9)
    # One normalised for each factor instead would be 1 - H(.9, .1) / log 3.
    entropy = -(0.9 * np.log(0.9) + 0.1 * np.log(0.1)) / np.log(3)
    assert completeness_of(importances) == pytest.approx(1 - entropy)
    assert disentanglement_of(importances * [[7.0], [7.0], [7.0]]) == pytest.approx(0.9)
    assert disentanglement_of(np.zeros((3, 2))) == 0.0
    assert completeness_of(np.array([[1.0, 2.0]])) == 1.0


def test_sap_is_out_of_sample(factors):
    """Of codes that tell nothing, the accuracies out of sample are chance; in sample, above it."""
    seen, unseen = [], []
    for seed in range(20):
        material = SAP().draw(known("noise", SMALL, 90, seed), np.random.default_rng(0))
        assert len(material.train) == 60 and len(material.test) == 30
        unseen.append(SAP().accuracies(material)[:, 2].mean())
        seen.append(SAP().accuracies(Halves(material.train, material.train))[:, 2].mean())
    assert np.mean(unseen) == pytest.approx(1 / 6, abs=0.02)
    assert np.mean(seen) > 1 / 6 + 0.04


def test_a_constant_dimension_does_not_win_every_argmin(factors):
    true = perfect(factors)
    for dead in (np.zeros((COUNT, 1)), 1e-9 * np.random.default_rng(0).normal(size=(COUNT, 1))):
        codes = np.hstack([dead, true])
        metric = FactorVAEScore(samples=600)
        found = metric.measure(Representation.of_table(codes, factors), resamples=2)
        assert found[0].value == 1.0
        votes = metric.draw(Representation.of_table(codes, factors), np.random.default_rng(0))
        assert set(votes.train.seen.tolist()) == {1, 2, 3}
    with pytest.raises(DataError, match=r"below 0.05"):
        metric.measure(Representation.of_table(0.001 * true, factors))


def test_batches_share_one_factor_only(factors):
    code = Representation.of_table(factors.values, factors)
    for factor in range(3):
        batches = np.concatenate(list(code.sharing(factor, 64, 50, np.random.default_rng(0))))
        assert batches.shape == (50, 64, 3)
        same = (np.ptp(batches, axis=1) == 0).mean(0)
        assert same[factor] == 1 and np.delete(same, factor).max() == 0


def test_a_model_that_encodes_when_asked_is_its_table():
    grid = Factors.grid({name: tuple(range(size)) for name, size in SMALL.items()})
    images = np.random.default_rng(0).normal(size=(len(grid), 4))
    asked = []

    def encode(examples):
        asked.append(len(examples))
        return examples[:, :2]

    model = Representation.encoding(encode, images.__getitem__, grid)
    table = Representation.of_table(images[:, :2], grid)
    rng = np.random.default_rng
    drawn = model.draw(50, rng(0))
    np.testing.assert_array_equal(drawn.codes, table.draw(50, rng(0)).codes)
    assert asked == [50]
    batches = [np.concatenate(list(r.sharing(1, 8, 5, rng(1)))) for r in (model, table)]
    np.testing.assert_array_equal(*batches)
    broken = Representation.encoding(lambda x: x[:3], images.__getitem__, grid)
    with pytest.raises(ShapeError, match="wanted is a row for each"):
        broken.draw(50, rng(0))


def test_variances_are_compared_with_those_of_all_examples(mixed, factors, plain):
    found = score("factor-vae-score", mixed * [0.5, 10.0, 3.0, 1.0, 0.7], factors)
    np.testing.assert_allclose(found, plain("factor-vae-score"), atol=1e-9)


def test_two_dimensions_for_a_factor_are_modular_and_not_compact(factors):
    true = perfect(factors)
    modular, _, compact = score("info-mec", np.hstack([true, -true]), factors)
    assert modular > 0.95 and compact < 0.6
