"""The continuous Bernoulli's constant: at least log 2, and without a step at its series."""

import math

import numpy as np
import pytest
import torch

from elbowroom.distributions import ContinuousBernoulli


def test_the_continuous_bernoulli_constant_is_at_least_log_2_for_each_pixel():
    logits = torch.cat([torch.logspace(-6, 1.7, 60), -torch.logspace(-6, 1.7, 60), torch.zeros(1)])
    raw, x = logits[:, None, None].expand(-1, 1, 784), torch.rand(121, 784)
    density = ContinuousBernoulli((784,))(raw).log_prob(x)
    cross_entropy = torch.nn.functional.binary_cross_entropy_with_logits(
        raw[:, 0], x, reduction="none"
    )
    constant = density + cross_entropy.sum(-1)
    assert constant.min() >= 784 * math.log(2) - 1e-3  # 543.4 nats for an image of MNIST
    assert constant[-1].item() == pytest.approx(784 * math.log(2), rel=1e-6)
    assert constant[59] > constant[-1] + 784 * 2


def test_continuous_bernoulli_joins_its_series_without_a_step():
    """Oracle: the formulas in float64, which lose no more than 1e-6 at logits of 0.001."""
    size = np.concatenate([np.geomspace(1e-3, 100, 300), np.linspace(0.98, 1.02, 101)])
    logits = np.concatenate([size, -size]).astype(np.float32).astype(float)
    p = ContinuousBernoulli((1,))(torch.tensor(logits)[:, None, None])
    mean = 1 / -np.expm1(-logits) - 1 / logits
    variance = 1 / logits**2 - 1 / (4 * np.sinh(logits / 2) ** 2)
    normaliser = -p.log_prob(torch.zeros(1)).double().numpy()
    exact = np.log(np.expm1(logits) / logits)
    np.testing.assert_allclose(p.mean[:, 0], mean, rtol=1e-6, atol=1e-7)
    np.testing.assert_allclose(normaliser, exact, rtol=1e-6, atol=1e-6)
    far = np.abs(logits) > 0.05  # the oracle cancels below
    np.testing.assert_allclose(p.variance[far, 0], variance[far], rtol=1e-5)
