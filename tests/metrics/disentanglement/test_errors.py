"""Errors of scores: those of other examples and other draws, for the number that is reported."""

import numpy as np
import pytest

from elbowroom.data.factors import Factors
from elbowroom.errors import DataError
from elbowroom.metrics.disentanglement import METRICS, FactorVAEScore, Representation, on_samples
from elbowroom.metrics.disentanglement.on_samples import OnHalves
from tests.known_factors import SMALL, perfect, sampled

COUNT = 600


def ratio(name: str, codes, resamples: int, times: int, samples: int = COUNT) -> np.ndarray:
    """Return the mean error of each score as a share of its spread over other examples."""
    metric, found = METRICS[name](samples=samples), []
    for seed in range(times):
        factors = sampled(SMALL, COUNT, seed)
        code = codes(factors, np.random.default_rng(seed))
        scales = np.full(code.shape, 0.4)
        table = Representation.of_table(code, factors, scales=scales)
        found.append(metric.measure(table, resamples=resamples, seed=seed))
    values = np.array([[score.value for score in scores] for scores in found])
    errors = np.array([[score.error for score in scores] for scores in found])
    return errors.mean(0) / values.std(0, ddof=1)


def blurred(factors: Factors, rng: np.random.Generator) -> np.ndarray:
    return perfect(factors) + 0.7 * rng.normal(size=(len(factors), 3))


def nothing(factors: Factors, rng: np.random.Generator) -> np.ndarray:
    return rng.normal(size=(len(factors), 2))


@pytest.mark.parametrize("name", ["binned-mig", "med", "irs", "sampled-mig"])
def test_errors_are_those_of_other_samples(name):
    found = ratio(name, blurred, 20, 20)
    assert (found > 0.6).all() and (found < 1.7).all(), found


def test_errors_of_batches_are_those_of_other_samples():
    assert 0.6 < ratio("factor-vae-score", nothing, 8, 16, samples=300)[0] < 1.7


def test_neighbours_do_not_make_errors_small():
    """An example drawn twice is its own neighbour: errors of InfoM were .6 of the spread."""
    assert ratio("info-mec", nothing, 3, 14)[0] > 0.75


@pytest.mark.parametrize("name", ["irs", "info-mec", "sampled-mig"])
def test_no_example_is_drawn_twice_where_that_would_count(name):
    metric = METRICS[name](samples=COUNT)
    code = Representation.of_table(
        np.random.default_rng(0).normal(size=(COUNT, 2)),
        sampled(SMALL, COUNT),
        scales=np.full((COUNT, 2), 0.4),
    )
    drawn = metric.draw(code, np.random.default_rng(0))
    [again] = metric.again([drawn], code, np.random.default_rng(1))
    parts = {"irs": lambda m: [m], "info-mec": list, "sampled-mig": lambda m: []}[name](again)
    assert all(len(np.unique(part.codes, axis=0)) == len(part) for part in parts)
    if name == "sampled-mig":
        assert (again.components, len(again)) == (150, 150)
        assert metric.scaling(drawn, again) == pytest.approx((1 / 3) ** 0.5)
    else:
        assert 2 * len(again) == len(drawn) and metric.scaling(drawn, again) == 1


def test_errors_from_smaller_fits_are_those_of_other_samples(monkeypatch):
    monkeypatch.setattr(on_samples, "_ENOUGH", 200)
    metric = METRICS["explicitness"](samples=COUNT)
    found, sizes = [], set()
    for seed in range(10):
        factors = sampled(SMALL, COUNT, seed)
        codes = perfect(factors) + 1.5 * np.random.default_rng(seed).normal(size=(COUNT, 3))
        code = Representation.of_table(codes, factors)
        found.append(metric.measure(code, resamples=6)[0])
        drawn = metric.draw(code, np.random.default_rng(0))
        sizes |= {len(again) for again in metric.again([drawn], code, np.random.default_rng(0))}
    spread = np.std([one.value for one in found], ddof=1)
    assert sizes == {200}
    assert 0.5 < np.mean([one.error for one in found]) / spread < 2


class MeanOfJudged(OnHalves):
    """The mean code of the samples to judge on, whose error is known."""

    protocol, paper, names = "mean", "none", ("mean",)

    def draw(self, representation, rng):
        return representation.draw(self.samples, rng).halves()

    def score(self, material, seed):
        return (float(material.test.codes.mean()),)


def test_errors_of_smaller_resamples_are_scaled_to_all_samples():
    rng = np.random.default_rng(0)
    factors = sampled(SMALL, 30_000)
    code = Representation.of_table(rng.normal(size=(30_000, 1)), factors)
    found = MeanOfJudged(samples=30_000).measure(code, resamples=60)[0]
    assert found.error == pytest.approx(1 / 10_000**0.5, rel=0.3)


def test_the_error_of_several_draws_is_that_of_their_mean():
    """All of a grid leave nothing but the draws to chance: four of them have half the error."""
    grid = Factors.grid({name: tuple(range(6)) for name in "abc"})
    code = Representation.of_table(np.random.default_rng(1).normal(size=(216, 3)), grid)
    metric = FactorVAEScore(samples=90)
    found = [metric.measure(code, seeds=4, resamples=12, seed=10 * seed)[0] for seed in range(16)]
    spread = np.std([one.value for one in found], ddof=1)
    assert 0.65 < np.mean([one.error for one in found]) / spread < 1.5


class NotANumber(MeanOfJudged):
    def score(self, material, seed):
        return (float("nan"),)


def test_what_is_no_number_is_refused():
    code = Representation.of_table(np.random.default_rng(0).normal(size=(90, 1)),
                                   sampled({"a": 2}, 90))  # fmt: skip
    with pytest.raises(DataError, match="not-a-number is not a finite number"):
        NotANumber(samples=90).measure(code)
