"""The Gaussian whose scale is at its optimum: sigma^2 = MSE, NLL = D/2 (1 + log(2 pi MSE))."""

from math import log, pi

import pytest
import torch

from elbowroom.distributions import OptimalGaussian
from tests.cases import IMAGE

D = 64


@pytest.fixture
def batch():
    generator = torch.Generator().manual_seed(1)
    x = torch.randn(10, *IMAGE, generator=generator)
    raw = torch.randn(10, 1, *IMAGE, generator=generator).requires_grad_()
    return x, raw, (x - raw.squeeze(1)).square().mean()


def test_in_training_the_loss_is_the_closed_form(batch):
    x, raw, mse = batch
    loss = -OptimalGaussian(IMAGE)(raw).log_prob(x).mean()
    assert loss.item() == pytest.approx(D / 2 * (1 + log(2 * pi * mse.item())), rel=1e-5)


def test_in_training_gradients_are_those_of_the_differentiable_form(batch):
    x, raw, mse = batch
    (detached,) = torch.autograd.grad(-OptimalGaussian(IMAGE)(raw).log_prob(x).mean(), raw)
    (through_sigma,) = torch.autograd.grad(D / 2 * (1 + torch.log(2 * pi * mse)), raw)
    torch.testing.assert_close(detached, through_sigma)


def test_outside_training_it_is_a_density_of_one_example(batch):
    x, raw, _ = batch
    likelihood = OptimalGaussian(IMAGE)
    likelihood(raw).log_prob(x)
    likelihood.eval()
    before = likelihood.scale.clone()
    together = likelihood(raw).log_prob(x)
    alone = likelihood(raw[:1]).log_prob(x[:1])
    torch.testing.assert_close(together[:1], alone)
    assert torch.equal(before, likelihood.scale), "an evaluation changed the scale"


def test_the_scale_it_keeps_is_the_mean_of_the_first_optima_then_forgets():
    likelihood = OptimalGaussian((1,))
    optima = [0.5, 2.0, 3.5]
    for optimum in optima:
        likelihood(torch.zeros(1, 1)).log_prob(torch.full((1, 1), optimum**0.5))
    assert likelihood.variance.item() == pytest.approx(sum(optima) / 3, rel=1e-5)
    for _ in range(1000):
        likelihood(torch.zeros(1, 1)).log_prob(torch.full((1, 1), 3.0))
    assert likelihood.scale.item() == pytest.approx(3.0, rel=1e-2)


def test_a_perfect_reconstruction_keeps_a_finite_loss():
    likelihood = OptimalGaussian(IMAGE)
    raw = torch.zeros(4, 1, *IMAGE, requires_grad=True)
    loss = -likelihood(raw).log_prob(torch.zeros(4, *IMAGE)).mean()
    (gradient,) = torch.autograd.grad(loss, raw)
    assert loss.isfinite() and gradient.isfinite().all()
