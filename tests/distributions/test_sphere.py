"""Distributions on the sphere: densities, draws and gradients against quadrature and scipy."""

from math import log, pi

import numpy as np
import pytest
import torch
from scipy import special, stats
from torch.nn.functional import normalize

from elbowroom.distributions import draw, kl
from elbowroom.distributions.mises_fisher import MisesFisher
from elbowroom.distributions.posteriors import VonMisesFisher
from elbowroom.distributions.sphere import UniformOnSphere, log_surface
from elbowroom.errors import ConfigError
from elbowroom.models.priors import SphereUniform

CONCENTRATIONS = (0.0, 0.05, 1.0, 7.0, 40.0, 400.0, 8000.0)
SIZES = (2, 3, 8, 50, 100)


def around(size: int, k: float, dtype: torch.dtype = torch.float64) -> MisesFisher:
    mu = normalize(torch.randn(size, dtype=torch.float64), dim=-1).to(dtype)
    return MisesFisher(mu, torch.tensor(k, dtype=dtype))


def angle_table(size: int, k: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return angles, their distribution function and their density, by a fine sum."""
    edges = np.linspace(0, pi, 100_001)
    a = (edges[1:] + edges[:-1]) / 2
    log_h = (size - 2) * np.log(np.sin(a)) - k * (1 - np.cos(a))
    h = np.exp(log_h - log_h.max())
    h /= h.sum()
    return a, h.cumsum() - h / 2, h / (edges[1] - edges[0])


def grid(size: int) -> tuple[torch.Tensor, float]:
    """Return points all over the circle or the sphere in R^3, of equal area, and that area."""
    count = 40_000
    if size == 2:
        a = 2 * pi * torch.arange(count, dtype=torch.float64) / count
        return torch.stack([a.cos(), a.sin()], -1), 2 * pi / count
    height = 1 - (2 * torch.arange(count, dtype=torch.float64) + 1) / count  # Fibonacci's lattice
    turn = torch.arange(count, dtype=torch.float64) * pi * (3 - 5**0.5)
    radius = (1 - height.square()).sqrt()
    return torch.stack([radius * turn.cos(), radius * turn.sin(), height], -1), 4 * pi / count


@pytest.mark.parametrize("size", [2, 3])
@pytest.mark.parametrize("k", [0.0, 0.5, 5.0, 60.0])
def test_densities_integrate_to_one_over_the_sphere(size, k):
    points, area = grid(size)
    for p in (around(size, k), UniformOnSphere(torch.zeros(()), size)):
        assert float(p.log_prob(points).exp().sum() * area) == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
def test_it_is_what_bessel_functions_say(size, dtype):
    """Oracle: Davidson et al. (2018), eq. 3 and 14, with scipy's scaled Bessel functions."""
    for k in CONCENTRATIONS[2 if size > 8 else 1 :]:  # scipy's underflow at high orders
        q, v = around(size, k, dtype), size / 2 - 1
        log_c = v * log(k) - size / 2 * log(2 * pi) - log(special.ive(v, k)) - k
        mean = special.ive(v + 1, k) / special.ive(v, k)
        close = {"abs": 2e-4 if dtype == torch.float32 else 1e-8}
        assert float(q.log_prob(q.mode)) == pytest.approx(log_c + k, **close)
        assert float(q.log_prob(-q.mode)) == pytest.approx(log_c - k, rel=1e-6, **close)
        assert float((q.mean * q.mode).sum()) == pytest.approx(mean, abs=1e-6)
        uniform = UniformOnSphere(torch.zeros(()), size)
        assert float(kl(q, uniform)) == pytest.approx(k * mean + log_c + log_surface(size), **close)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("k", CONCENTRATIONS)
def test_draws_lie_on_the_sphere_and_follow_the_density(size, k):
    q = around(size, k, torch.float32)
    z, _ = draw(q, (10_000,))
    torch.testing.assert_close(z.norm(dim=-1), torch.ones(10_000), atol=1e-5, rtol=0)
    angles = 2 * ((z - q.mode).norm(dim=-1) / 2).clamp(max=1).asin()
    a, distribution, _ = angle_table(size, k)
    test = stats.kstest(angles.double().numpy(), lambda t: np.interp(t, a, distribution))
    assert test.pvalue > 1e-5
    across = z - (z * q.mode).sum(-1, keepdim=True) * q.mode
    error = across.std(0) / 100
    assert ((across.mean(0)).abs() < 5 * error + 1e-6).all()
    z = z.double()
    assert (z.mean(0) - q.mean).abs().max() < 5 * (z.var(0).max() / 10_000) ** 0.5 + 1e-6
    torch.testing.assert_close(z.var(0), q.variance.double(), rtol=0.15, atol=1e-6)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("k", CONCENTRATIONS)
@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
def test_the_implicit_gradient_keeps_quantiles(size, k, dtype):
    """Oracle: finite differences of the distribution function in k."""
    step = max(1e-3 * k, 1e-4)
    low, high = max(k - step, 0.0), k + step
    a, distribution, density = angle_table(size, k)
    at = np.interp([1e-3, 0.05, 0.3, 0.5, 0.7, 0.95, 0.999], distribution, a)
    change = (angle_table(size, high)[1] - angle_table(size, low)[1]) / (high - low)
    expected = -np.interp(at, a, change) / np.interp(at, a, density)
    found = around(size, k, dtype)._slope(torch.tensor(at, dtype=dtype)).double().numpy()
    assert np.abs(found - expected).max() < 2e-3 * np.abs(expected).max()


@pytest.mark.parametrize("size", [2, 3, 6])
def test_gradients_of_an_expectation_are_right_in_mean(size):
    """E[f(z)] for f(z) = exp(a'z), in the direction and in the concentration.

    Oracle: f times the density is a von Mises-Fisher density again, up to its constant,
    E[f] = C(k) / C(|k mu + a|).
    """
    torch.manual_seed(size)
    a = torch.linspace(0.3, 1.0, size, dtype=torch.float64)
    raw = torch.randn(size, dtype=torch.float64).requires_grad_()
    k = torch.tensor(3.0, dtype=torch.float64, requires_grad=True)

    def log_c(k):
        anywhere = torch.eye(size, dtype=torch.float64)[0]
        return MisesFisher(anywhere, k).log_prob(anywhere) - k

    mu = normalize(raw, dim=-1)
    exact = (log_c(k) - log_c((k * mu + a).norm())).exp()
    expected = torch.autograd.grad(exact, (raw, k))
    found = []
    for _ in range(12):
        z = MisesFisher(normalize(raw, dim=-1), k).rsample((1500,))
        value = (z @ a).exp().mean()
        found.append(torch.cat([g.reshape(-1) for g in torch.autograd.grad(value, (raw, k))]))
    found = torch.stack(found)
    expected = torch.cat([g.reshape(-1) for g in expected])
    assert ((found.mean(0) - expected).abs() < 6 * found.std(0) / 12**0.5).all()


def test_the_raw_output_bounds_the_concentration_and_has_a_direction_even_at_zero():
    family = VonMisesFisher(5)
    raw = torch.zeros(7, 6)
    raw[:, -1] = torch.tensor([-1e4, -100.0, -1.0, 0.0, 1.0, 100.0, 1e4])
    raw.requires_grad_()
    q = family(raw)
    expected = 1 / (raw[:, -1].double().exp() / 5 + 1e-4)
    torch.testing.assert_close(q.concentration.double(), expected, rtol=1e-5, atol=1e-30)
    torch.testing.assert_close(q.mode.norm(dim=-1), torch.ones(7))
    z = q.rsample((50,))
    loss = z.sum() + q.log_prob(z.detach()).sum() + q.rate_to_uniform().sum()
    (gradient,) = torch.autograd.grad(loss, raw)
    assert z.isfinite().all() and gradient.isfinite().all()


@pytest.mark.parametrize("part", [VonMisesFisher, SphereUniform])
def test_a_sphere_of_two_points_is_refused(part):
    with pytest.raises(ConfigError, match="latent 2 or more, got 1.*two points"):
        part(1)
