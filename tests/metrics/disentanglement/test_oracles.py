"""Each metric on codes whose score is known."""

import numpy as np
import pytest
import torch

from elbowroom.data.factors import Factors
from elbowroom.metrics.disentanglement import METRICS, BoostedDCI, Representation, SampledMIG
from elbowroom.metrics.disentanglement.information import entropy, equal_width, information
from tests.known_factors import CODES, SIZES, known, perfect, sampled, scaled

# 10,000 samples of dSprites' factors; computed once by an independent implementation.
TABLE = {
    "perfect": (0.8955, 0.245, 1.0, 1.0, 1.0),
    "perfect + dead": (0.8953, 0.243, 0.834, 1.0, 1.0),
    "rotated": (0.253, 0.125, 0.722, 0.706, 0.814),
    "noise": (0.0001, 0.003, 0.661, 0.204, 0.204),
}
NAMES = ("binned-mig", "sap", "modularity", "factor-vae-score", "beta-vae-score")
TOLERANCES = (0.01, 0.02, 0.01, 0.01, 0.01)
"""Modularity of noise is a mean over five dimensions of noise: see its own test."""
NOISY = {("perfect + dead", "modularity"), ("rotated", "modularity"), ("noise", "modularity")}
CHEAP = {"binned-mig", "modularity"}


def cells(names):
    return [
        pytest.param(code, name, value, tolerance, id=f"{name}-{code}")
        for code, row in TABLE.items()
        for name, value, tolerance in zip(NAMES, row, TOLERANCES, strict=True)
        if name in names
    ]


@pytest.mark.parametrize(("code", "name", "value", "tolerance"), cells(CHEAP))
def test_the_table_of_oracles(code, name, value, tolerance):
    draws = 6 if (code, name) in NOISY else 1
    found = [
        METRICS[name]().measure(known(code, seed=seed), resamples=2)[0].value
        for seed in range(draws)
    ]
    assert np.mean(found) == pytest.approx(value, abs=tolerance + 2 * np.std(found) / draws**0.5)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("code", "name", "value", "tolerance"), cells(set(NAMES) - CHEAP - {"sap"})
)
def test_the_table_of_oracles_on_batches_of_the_whole_grid(code, name, value, tolerance):
    grid = Factors.grid({factor: tuple(range(size)) for factor, size in SIZES.items()})
    codes = CODES[code](grid)
    score = METRICS[name]().measure(Representation.of_table(codes, grid), resamples=2)[0]
    assert score.value == pytest.approx(value, abs=tolerance)


@pytest.mark.slow
@pytest.mark.parametrize(("code", "name", "value", "tolerance"), cells({"sap"}))
def test_the_table_of_oracles_with_fits(code, name, value, tolerance):
    score = METRICS[name]().measure(known(code, count=15_000), resamples=2)[0]
    assert score.value == pytest.approx(value, abs=tolerance)


@pytest.mark.parametrize(
    ("code", "name", "value", "tolerance"), cells({"factor-vae-score", "beta-vae-score"})
)
def test_batches_of_few_examples(code, name, value, tolerance):
    metric = METRICS[name](samples=3_000)
    score = metric.measure(known(code), resamples=2, seeds=2)[0]
    assert score.value == pytest.approx(value, abs=0.05)


def test_sap_of_the_truth_and_of_noise_on_fewer_samples():
    for code, value in (("perfect", 0.245), ("noise", 0.003)):
        score = METRICS["sap"](samples=4_000).measure(known(code), resamples=2)[0]
        assert score.value == pytest.approx(value, abs=0.03)


@pytest.mark.parametrize("name", ["boosted-dci", "forest-dci", "lasso-dci"])
def test_dci_of_the_truth_with_dead_dimensions_is_one(name):
    code = known("perfect + dead", {"shape": 3, "scale": 4, "hue": 5}, 1500)
    material = METRICS[name]().draw(code, np.random.default_rng(0))
    found = METRICS[name]().score(material, 0)
    np.testing.assert_allclose(found, 1.0, atol=1e-3)


@pytest.mark.slow
def test_dci_at_full_size():
    found = BoostedDCI().measure(known("perfect + dead", count=15_000), resamples=2)
    np.testing.assert_allclose([score.value for score in found], 1.0, atol=1e-4)


def test_gains_are_those_of_exact_boosting():
    from sklearn.ensemble import GradientBoostingClassifier

    code = known("rotated", {"shape": 3, "scale": 4}, 900)
    material = BoostedDCI().draw(code, np.random.default_rng(0))
    ours, _ = BoostedDCI().importances(material)
    for factor in range(2):
        exact = GradientBoostingClassifier(random_state=0).fit(
            material.train.codes, material.train.classes[:, factor]
        )
        np.testing.assert_allclose(ours[:, factor], exact.feature_importances_, atol=0.06)


def test_scores_that_the_truth_brings_to_one():
    code = known("perfect", {"shape": 3, "scale": 4, "hue": 5}, 1500)
    one = {"modularity", "irs", "info-mec", "factor-vae-score", "beta-vae-score", "med"}
    for name in one:
        scores = METRICS[name](samples=1500).measure(code, resamples=2)
        for score in scores:
            floor = 0.9 if score.name == "InfoE" else 0.97
            assert score.value > floor, score


def test_explicitness_is_linear_readability():
    truth, turned, noise = (
        METRICS["explicitness"](samples=1500).measure(known(code), resamples=2)[0].value
        for code in ("perfect", "rotated", "noise")
    )
    assert truth == pytest.approx(turned, abs=0.02) and truth > 0.9
    assert noise == pytest.approx(0.5, abs=0.02)


def test_info_modularity_and_compactness_see_a_rotation():
    truth, turned = (METRICS["info-mec"](samples=1500).measure(
        known(code, {"shape": 3, "scale": 4, "hue": 5}, 1500), resamples=2)
        for code in ("perfect", "rotated"))  # fmt: skip
    assert turned[0].value < truth[0].value - 0.3 and turned[2].value < truth[2].value - 0.3


def gaussian_information(levels: int, step: float, scale: float) -> float:
    """Return I(v; v * step + scale * noise) by quadrature, v uniform over levels, in nats."""
    z = torch.linspace(-8 * scale, (levels - 1) * step + 8 * scale, 40_001, dtype=torch.float64)
    centres = step * torch.arange(levels, dtype=torch.float64)
    each = torch.distributions.Normal(centres[:, None], scale).log_prob(z).exp()
    mixed = each.mean(0)
    ratio = torch.where(each > 0, (each / mixed).clamp_min(1e-300).log(), 0.0)
    return float(torch.trapezoid((each * ratio).mean(0), z))


@pytest.mark.parametrize("scale", [0.05, 0.4, 1.5])
def test_sampled_mig_is_the_information_of_codes_with_their_noise(scale):
    factors = sampled({"a": 4, "b": 4}, 4000)
    code = Representation.of_table(factors.values, factors, scales=np.full((4000, 2), scale))
    score = SampledMIG(samples=2000).measure(code, resamples=10)[0]
    exact = gaussian_information(4, 1.0, scale) / np.log(4)
    assert score.value == pytest.approx(exact, abs=0.02)
    assert abs(score.value - exact) < 5 * score.error + 2e-3


def test_entropies_are_of_samples_and_not_of_means():
    # Means that tell everything, in posteriors so wide that codes tell next to nothing.
    factors = sampled({"a": 4, "b": 4}, 2000)
    wide = Representation.of_table(factors.values, factors, scales=np.full((2000, 2), 20.0))
    assert SampledMIG(samples=500).measure(wide, resamples=2)[0].value < 0.05
    assert METRICS["binned-mig"]().measure(wide, resamples=2)[0].value > 0.95


def test_information_is_that_of_scikit_learn():
    from sklearn.metrics import mutual_info_score

    rng = np.random.default_rng(0)
    classes = rng.integers(0, 5, size=(300, 3))
    codes = classes[:, [2, 0, 1, 0]] + rng.normal(size=(300, 4))
    binned = equal_width(codes)
    told = information(binned, classes)
    assert told.shape == (4, 3)
    for j in range(4):
        for f in range(3):
            exact = mutual_info_score(classes[:, f], binned[:, j])
            assert told[j, f] == pytest.approx(exact, abs=1e-12)
    np.testing.assert_allclose(
        entropy(classes), [mutual_info_score(c, c) for c in classes.T], atol=1e-12
    )


def test_bins_are_those_of_a_histogram():
    codes = np.random.default_rng(0).normal(size=(500, 3))
    for column, binned in zip(codes.T, equal_width(codes).T, strict=True):
        np.testing.assert_array_equal(np.bincount(binned, minlength=20),
                                      np.histogram(column, 20)[0])  # fmt: skip


def test_perfect_scales_have_unit_variance():
    factors = sampled(SIZES, 10_000)
    np.testing.assert_allclose(perfect(factors).std(0)[2:], 1.0, atol=0.03)
    assert np.abs(scaled(factors)).max() == 1.7
