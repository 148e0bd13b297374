"""Pareto smoothing of weights: against ArviZ, and for what it is good for."""

import math

import numpy as np
import pytest
import torch

from elbowroom.evidence import RunningWeights, importance_sampling, pareto_smoothed
from elbowroom.evidence.pareto import smoothed_tail, tail_length
from tests.evidence.oracles import linear, simulated

# By arviz-stats 0.8.0, base.array_stats.psislw(-log_w) on the log-weights of `normal_weights`:
# k, 1 / sum of squares of the normalised smoothed weights, the largest of them.
ARVIZ = {
    0.3: (0.1031112878466718, 913.3815361888003, 0.002558647201363982),
    1.0: (0.19203813675482417, 415.2791877025768, 0.010848194239306427),
    2.0: (0.5997629018947722, 72.50461874334746, 0.05664294970914314),
    4.0: (1.65354433511464, 8.175725585375611, 0.21091926591057586),
}


def normal_weights(spread: float) -> torch.Tensor:
    draws = np.random.default_rng(int(10 * spread)).standard_normal(1000)
    return torch.as_tensor(spread * draws)[:, None]


def summaries(log_w: torch.Tensor):
    running = RunningWeights(*log_w.shape)
    running.add(log_w)
    return running.summary(), running.summary(smooth=True)


@pytest.mark.parametrize("spread", ARVIZ)
@pytest.mark.parametrize("shift", [0.0, -900.0])
def test_the_smoothed_weights_are_arvizs(spread, shift):
    k, ess, largest = ARVIZ[spread]
    log_w = normal_weights(spread) + shift
    plain, smooth = summaries(log_w)
    # Its tail has one weight more, by rounding 3 sqrt K up.
    assert plain.k.item() == pytest.approx(k, abs=0.02)
    assert smooth.ess.item() == pytest.approx(ess, rel=0.02)
    tail = log_w.topk(tail_length(1000) + 1, 0).values
    total = smooth.log_p + math.log(1000) - tail[0]
    share = smoothed_tail(tail, plain.k)[0] / total.exp()
    assert share.item() == pytest.approx(largest, rel=0.02)


@pytest.mark.parametrize("spread", ARVIZ)
def test_quantiles_are_ordered_between_the_threshold_and_the_largest_weight(spread):
    log_w = normal_weights(spread)
    tail = log_w.topk(tail_length(1000) + 1, 0).values
    plain, _ = summaries(log_w)
    weights = smoothed_tail(tail, plain.k)
    assert (weights.diff(dim=0) <= 0).all()
    assert (weights <= 1).all()
    assert (weights >= (tail[-1] - tail[0]).exp()).all()


@pytest.mark.parametrize("size", [2, 10, 24, 500])
@pytest.mark.parametrize("spread", [0.0, 1e-4])
def test_where_there_is_nothing_to_fit_nothing_changes(size, spread):
    """k is -inf for equal weights, and NaN for too few."""
    log_w = -300 + spread * torch.randn(size, 3, dtype=torch.float64)
    plain, smooth = summaries(log_w)
    for name in ("log_p", "ess", "error", "bias"):
        torch.testing.assert_close(getattr(smooth, name), getattr(plain, name), rtol=1e-9,
                                   atol=1e-9)  # fmt: skip
    assert not plain.k.isfinite().any()


def test_heavy_tails_vary_less_when_smoothed():
    """Weights of a normal proposal of precision 2.5 for one of 1: k = 0.6."""
    z = torch.randn(1000, 4000, dtype=torch.float64) / 2.5**0.5
    log_w = -0.5 * z.square() + 0.5 * 2.5 * z.square() - 0.5 * math.log(2.5)
    plain, smooth = summaries(log_w)
    assert plain.k.mean().item() == pytest.approx(0.57, abs=0.06)
    mean_square = [float(one.log_p.square().mean()) for one in (plain, smooth)]
    assert float(smooth.log_p.var()) < 0.9 * float(plain.log_p.var())
    assert mean_square[1] < mean_square[0]


def test_on_a_model_whose_weights_have_heavy_tails():
    exact = linear(q=3, noise=0.6)
    model = exact.vae(0.62)
    x = simulated(model, 60)
    truth = exact.log_evidence(x.double())
    found = {"plain": [], "smooth": []}
    for seed in range(12):
        plain = importance_sampling(model, x, samples=600, seed=seed)
        assert 0.4 < plain.per_example["k"].mean() < 0.8
        found["plain"].append(plain.per_example["value"] - truth)
        smooth = pareto_smoothed(model, x, samples=600, seed=seed)
        found["smooth"].append(smooth.per_example["value"] - truth)
        assert torch.equal(plain.per_example["k"], smooth.per_example["k"])
    off = {name: torch.stack(values) for name, values in found.items()}
    assert off["smooth"].var(0).mean() < 0.9 * off["plain"].var(0).mean()
    assert off["smooth"].square().mean() < off["plain"].square().mean()
