"""Laws of the maps of single numbers that flows are made of."""

import pytest
import torch

from elbowroom.distributions.flows import Affine, Spline

EVERY_TRANSFORM = {"affine": Affine(), "spline": Spline(), "spline-3": Spline(bins=3, bound=2.0)}


@pytest.mark.parametrize("name", EVERY_TRANSFORM)
def test_a_transform_rises_by_its_slope_and_is_undone(name):
    transform = EVERY_TRANSFORM[name]
    raw = 1.5 * torch.randn(30, 1, transform.size).double()
    x = torch.linspace(-8, 8, 4001).double().expand(30, -1).clone().requires_grad_()
    y, log_slope = transform.forward(x, raw)
    assert (y[:, 1:] > y[:, :-1]).all()
    (slope,) = torch.autograd.grad(y.sum(), x)
    torch.testing.assert_close(log_slope, slope.log(), rtol=1e-7, atol=1e-7)
    back, inverse = transform.inverse(y, raw)
    torch.testing.assert_close(back, x, rtol=1e-7, atol=1e-7)
    torch.testing.assert_close(inverse, -log_slope, rtol=1e-6, atol=1e-6)
    zeros = torch.zeros_like(raw)
    torch.testing.assert_close(transform.forward(x, zeros)[0], x, rtol=0, atol=1e-9)


def test_a_spline_is_smooth_at_its_knots_and_the_identity_outside():
    raw = torch.randn(10, 1, Spline().size).double()
    x = torch.linspace(-6, 6, 24_001).double().expand(10, -1)
    y, log_slope = Spline().forward(x, raw)
    outside = x.abs() >= 5
    assert torch.equal(y[outside], x[outside]) and (log_slope[outside] == 0).all()
    steps = log_slope.exp().diff(dim=-1).abs().amax(-1)
    assert (steps < 0.1 * log_slope.exp().amax(-1)).all()  # no jump of the slope
    assert (y - x).abs().amax(-1).min() > 0.1


def test_a_spline_has_finite_gradients_wherever_it_is_asked():
    raw = (5 * torch.randn(200, Spline().size)).requires_grad_()
    for x in (torch.tensor([-5.0, 5.0, 1e4, -1e4, 0.0]).repeat(40), 5 * torch.randn(200)):
        at = x.clone().requires_grad_()
        for map_ in (Spline().forward, Spline().inverse):
            y, log_slope = map_(at, raw)
            gradients = torch.autograd.grad(y.sum() + log_slope.sum(), (at, raw))
            assert all(gradient.isfinite().all() for gradient in gradients)
