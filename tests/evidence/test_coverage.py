"""Stated 95 % intervals cover the truth 90 to 99 % of the time, over 200 repetitions."""

import pytest

from elbowroom.evidence import log_evidence
from tests.evidence.oracles import oracle
from tests.linear_gaussian import LinearGaussian, digits

METHODS = {
    "importance-sampling": {"samples": 250},
    "pareto-smoothed": {"samples": 250},
    "annealed": {"steps": 8, "samples": 16, "leapfrog": 2},
    "adaptive": {"target_error": 0.05},
}


def covered(model, x, truth, method, repetitions=200, **options):
    intervals = (
        log_evidence(model, x, method=method, seed=seed, **options).interval
        for seed in range(repetitions)
    )
    return sum(low < truth < high for low, high in intervals)


@pytest.mark.parametrize("method", METHODS)
def test_intervals_cover_the_truth(method):
    known = oracle("linear")
    x, truth = known.x[:6], float(known.truth[:6].mean())
    assert 180 <= covered(known.model, x, truth, method, **METHODS[method]) <= 198


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["non-linear 1-D", "non-linear 2-D", "two levels", "mixture prior"]
)
@pytest.mark.parametrize("method", ["annealed", "adaptive"])
def test_intervals_cover_the_truth_of_every_kind_of_model(method, name):
    known = oracle(name)
    options = {"steps": 80, "leapfrog": 4} if method == "annealed" else {"target": "example"}
    count = covered(known.model, known.x, float(known.truth.mean()), method, **options)
    print(f"\n{method}, {name}: {count / 2} %")
    assert 180 <= count <= 199


@pytest.mark.slow
@pytest.mark.parametrize(("q", "wider"), [(5, 1.0), (10, 1.15), (20, 0.5)])
def test_intervals_of_the_adaptive_estimate_cover_the_truth_on_many_digits(q, wider):
    """With many examples the smallest bias shows: the draws that decide must not report."""
    exact = LinearGaussian.fitted(digits(), q).rotated()
    x = digits()[:300]
    truth = float(exact.log_evidence(x).mean())
    count = covered(exact.vae(wider), x.float(), truth, "adaptive")
    print(f"\nq = {q}, posterior {wider} times as wide: {count / 2} %")
    assert 170 <= count <= 199
