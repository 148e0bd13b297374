"""Laws of every posterior and prior, and of the rate between them."""

import pytest
import torch
from torch.distributions import Independent, Laplace, Normal, kl_divergence

from elbowroom.distributions import Ability, Point, closed_form, draw, kl, kl_per_unit
from elbowroom.distributions.draw import _CLOSED_FORMS
from elbowroom.errors import ConfigError, IncompatibleError
from tests.cases import POSTERIORS, PRIORS

DENSE = [name for name, build in POSTERIORS.items() if Ability.DENSITY in build(1).provides]
POINTS = [name for name in POSTERIORS if name not in DENSE]


def posterior(name: str, latent: int, lead: tuple[int, ...] = ()):
    family = POSTERIORS[name](latent)
    return family(0.7 * torch.randn(*lead, *family.param_shape))


SOURCES = {name: lambda n, name=name: posterior(name, n) for name in DENSE} | {
    name: lambda n, name=name: PRIORS[name](n)() for name in PRIORS
}


@pytest.mark.parametrize("name", SOURCES)
def test_a_density_of_one_unit_integrates_to_one(name):
    p = SOURCES[name](1)
    z = torch.linspace(-30, 30, 60_001, dtype=torch.float64)[:, None]
    assert p.log_prob(z).exp().sum().item() * 1e-3 == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize("name", SOURCES)
def test_draws_follow_the_density(name):
    """E_p[g(z) / p(z)] over a box is the integral of g there: here g = 1 on boxes of two units."""
    p, count = SOURCES[name](2), 100_000
    z = p.sample((count,)).double()
    for low in (-0.5, 0.0, 0.4):
        inside = ((z > low) & (z < low + 1)).all(-1).double()
        side = torch.linspace(low, low + 1, 201, dtype=torch.float64)
        middles = (side[1:] + side[:-1]) / 2
        box = torch.cartesian_prod(middles, middles)
        mass = p.log_prob(box).exp().mean()
        assert abs(inside.mean() - mass) < 4 * inside.std() / count**0.5 + 1e-4


@pytest.mark.parametrize("name", POSTERIORS)
def test_leading_dimensions_are_batches_and_draws_carry_gradients(name):
    family = POSTERIORS[name](3)
    raw = torch.randn(4, 5, *family.param_shape, requires_grad=True)
    q = family(raw)
    assert (q.batch_shape, q.event_shape) == ((4, 5), (3,))
    z, _ = draw(q, (7,))
    assert z.shape == (7, 4, 5, 3)
    (gradient,) = torch.autograd.grad(z.square().sum(), raw)
    assert (gradient != 0).any()


def test_the_raw_output_is_a_log_variance():
    q = POSTERIORS["DiagonalGaussian"](1)(torch.tensor([[0.5], [4.0]]))
    assert q.mean.item() == 0.5
    assert q.variance.item() == pytest.approx(torch.tensor(4.0).exp().item(), rel=1e-5)


@pytest.mark.parametrize("prior", PRIORS)
@pytest.mark.parametrize("name", DENSE)
def test_the_rate_is_the_mean_of_log_q_minus_log_p(name, prior):
    q, p = posterior(name, 3, (6,)), PRIORS[prior](3)()
    z, log_q = draw(q, (20_000,))
    terms = (q.log_prob(z) if log_q is None else log_q) - p.log_prob(z)
    four_errors = 4 * terms.std(0) / 20_000**0.5
    exact = kl(q, p)
    if exact is not None:
        assert ((terms.mean(0) - exact).abs() < four_errors).all()
        units = kl_per_unit(q, p)
        if units is not None:
            assert units.shape == (6, 3)
            torch.testing.assert_close(units.sum(-1), exact)


@pytest.mark.parametrize("pair", _CLOSED_FORMS, ids=lambda pair: "-".join(k.__name__ for k in pair))
def test_a_closed_form_is_torchs(pair):
    q, p = (kind(torch.randn(50, 3), torch.rand(50, 3) + 0.1) for kind in pair)
    expected = kl_divergence(q, p)
    mine = kl_per_unit(Independent(q, 1), Independent(p, 1))
    torch.testing.assert_close(mine, expected)
    torch.testing.assert_close(kl(Independent(q, 1), Independent(p, 1)), expected.sum(-1))


def test_no_closed_form_is_none_until_one_is_registered():
    q = Independent(Laplace(torch.zeros(2), torch.ones(2)), 1)
    p = Independent(Normal(torch.zeros(2), torch.ones(2)), 1)
    assert kl(q, p) is None and kl_per_unit(q, p) is None

    closed_form(Laplace, Normal)(lambda q, p: kl_divergence(q, p))
    try:
        torch.testing.assert_close(kl(q, p), kl_divergence(q, p))
    finally:
        del _CLOSED_FORMS[Laplace, Normal]


@pytest.mark.parametrize("name", POINTS)
def test_a_posterior_without_density_says_so(name):
    q = posterior(name, 3, (2,))
    assert isinstance(q, Point)
    assert torch.equal(q.rsample((5,)), q.mean.expand(5, 2, 3))
    assert (q.variance == 0).all() and torch.equal(q.mode, q.mean)
    with pytest.raises(IncompatibleError, match="no density.*diagonal-gaussian"):
        q.log_prob(q.mean)


@pytest.mark.parametrize("latent", [0, -1, 1.5])
@pytest.mark.parametrize("name", POSTERIORS)
def test_a_latent_size_that_is_none_is_refused(name, latent):
    with pytest.raises(ConfigError, match=f"latent must be a whole number.*{latent}"):
        POSTERIORS[name](latent)
