"""Counts: float32 knows their log-probability also where they are large; limits of families."""

import math

import numpy as np
import pytest
import torch
from scipy import stats

from elbowroom.distributions import (
    Gaussian,
    NegativeBinomial,
    Poisson,
    StudentT,
    ZeroInflatedNegativeBinomial,
)


@pytest.mark.parametrize("size", [1.0, 30.0, 1e3, 1e5])
@pytest.mark.parametrize("r", [0.01, 1.0, 100.0, 1e6])
def test_large_counts_keep_their_precision_in_float32(size, r):
    """Subtracting log-gammas of 1e5 in float32 is wrong by 0.1 nats."""
    raw = math.log(size) + 0.3 * torch.randn(200, 1, 1)
    mean, shape = np.exp(raw.double().flatten().numpy()), math.exp(np.float32(math.log(r)))
    poisson, dispersed = Poisson((1,))(raw), NegativeBinomial((1,), initial=r)(raw)
    for p, by_scipy in (
        (poisson, lambda k: stats.poisson.logpmf(k, mean)),
        (dispersed, lambda k: stats.nbinom.logpmf(k, shape, shape / (shape + mean))),
    ):
        k = p.sample()
        expected = by_scipy(k[:, 0].double().numpy())
        np.testing.assert_allclose(p.log_prob(k).detach(), expected, rtol=2e-5, atol=2e-3)


def test_families_meet_where_one_is_the_others_limit():
    raw, real = torch.randn(50, 1, 1), 3 * torch.randn(50, 1)
    wide = StudentT((1,), df=1e6, initial=0.7)(raw).log_prob(real)
    torch.testing.assert_close(
        wide, Gaussian((1,), initial=0.7)(raw).log_prob(real), atol=1e-3, rtol=1e-3
    )
    counts = Poisson((1,))(raw).sample()
    poisson = Poisson((1,))(raw).log_prob(counts)
    even = NegativeBinomial((1,), initial=1e6)(raw).log_prob(counts)
    torch.testing.assert_close(even, poisson, atol=1e-4, rtol=1e-4)
    no_zeros = torch.cat([raw, torch.full_like(raw, -30.0)], 1)
    inflated = ZeroInflatedNegativeBinomial((1,), initial=1e6)(no_zeros).log_prob(counts)
    torch.testing.assert_close(inflated, even)
