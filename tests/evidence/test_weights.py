"""Running statistics of weights: the naive formulas in float64, however the weights arrive."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from elbowroom.evidence import RunningWeights, pareto_k
from elbowroom.evidence.pareto import tail_length


def running(log_w: torch.Tensor, sizes: list[int]) -> RunningWeights:
    weights = RunningWeights(*log_w.shape)
    for chunk in log_w.split(sizes):
        weights.add(chunk)
    return weights


def fields(summary) -> dict[str, torch.Tensor]:
    return vars(summary)


@pytest.mark.parametrize("shift", [-5000.0, 0.0, 3000.0])
@pytest.mark.parametrize("spread", [0.01, 1.0, 3.0])
def test_the_summary_is_the_naive_formula(shift, spread):
    log_w = spread * torch.randn(400, 7, dtype=torch.float64)
    w = log_w.exp()
    summary = running(log_w + shift, [400]).summary()
    ess = w.sum(0) ** 2 / w.square().sum(0)
    relative_sd = w.std(0) / w.mean(0)
    expected = {
        "log_p": w.mean(0).log() + shift,
        "error": relative_sd / 400**0.5,
        "bias": -(400 / ess - 1) / 800,
        "ess": ess,
        "largest_share": w.amax(0) / w.sum(0),
        "k": pareto_k(log_w.sort(0).values[-tail_length(400) - 1 :], 400),
        "log_w_mean": log_w.mean(0) + shift,
        "log_w_variance": log_w.var(0),
    }
    for name, value in expected.items():
        rtol = 2e-3 if name == "error" else 1e-6
        torch.testing.assert_close(getattr(summary, name), value, rtol=rtol, atol=1e-7)


@given(st.lists(st.integers(1, 60), min_size=1, max_size=8), st.integers(0, 99))
def test_chunks_are_no_matter(sizes, seed):
    generator = torch.Generator().manual_seed(seed)
    log_w = 2 * torch.randn(sum(sizes), 3, dtype=torch.float64, generator=generator) - 700
    together = fields(running(log_w, [sum(sizes)]).summary())
    for name, value in fields(running(log_w, sizes).summary()).items():
        torch.testing.assert_close(value, together[name], rtol=1e-8, atol=1e-9, equal_nan=True)


def test_weights_of_float32_are_summed_in_float64():
    log_w = torch.full((100_000, 1), -1000.0)
    summary = running(log_w, [7] * 14285 + [5]).summary()
    assert summary.log_p.dtype == torch.float64
    assert summary.log_p.item() == pytest.approx(-1000.0, abs=1e-9)
    assert summary.ess.item() == pytest.approx(100_000, rel=1e-9)
    assert summary.error.item() == pytest.approx(0, abs=1e-6)


def test_equal_weights_have_no_error_and_nothing_to_fear():
    summary = running(torch.full((200, 2), -3.0), [200]).summary()
    torch.testing.assert_close(summary.log_p, torch.full((2,), -3.0).double())
    for name in ("error", "bias", "log_w_variance"):
        torch.testing.assert_close(getattr(summary, name), torch.zeros(2).double(), atol=1e-7,
                                   rtol=0)  # fmt: skip
    assert (summary.k == float("-inf")).all()


def test_one_weight_that_has_it_all_is_seen():
    log_w = torch.zeros(1000, 1)
    log_w[123] = 50.0
    summary = running(log_w, [1000]).summary()
    assert summary.ess.item() == pytest.approx(1, rel=1e-6)
    assert summary.largest_share.item() == pytest.approx(1, rel=1e-6)
    assert summary.k.item() > 0.7


def test_the_error_is_the_spread_over_repetitions():
    log_w = 0.8 * torch.randn(200, 2000, dtype=torch.float64)
    summary = running(log_w, [200]).summary()
    assert summary.error.mean().item() == pytest.approx(summary.log_p.std().item(), rel=0.1)
    truth = 0.8**2 / 2
    assert summary.log_p.mean().item() - truth == pytest.approx(
        summary.bias.mean().item(), abs=4 * summary.log_p.std().item() / 2000**0.5
    )
    assert summary.bias.mean() < -0.001


def test_averaging_log_weights_by_their_weights_is_another_number():
    """A public mistake: sum softmax(log w) log w, too high by up to log K."""
    log_w = 2 * torch.randn(500, 4, dtype=torch.float64)
    wrong = (log_w.softmax(0) * log_w).sum(0)
    right = running(log_w, [500]).summary().log_p
    assert (right < wrong).all()
    torch.testing.assert_close(right, log_w.logsumexp(0) - torch.tensor(500.0).log())
