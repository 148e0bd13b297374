"""Laws of every posterior and prior, and of the rate between them."""

from functools import partial
from math import log

import pytest
import torch
from torch.distributions import MultivariateNormal

from elbowroom.distributions import Ability, Point, Space, draw, kl, kl_per_unit
from elbowroom.errors import ConfigError, IncompatibleError
from elbowroom.models import Neural
from elbowroom.networks import MLP
from tests.cases import POSTERIORS, PRIORS, in_context


def able(*abilities: Ability) -> list[str]:
    return [name for name, build in POSTERIORS.items() if set(abilities) <= build(2).provides]


DENSE = able(Ability.DENSITY)
ANYWHERE = able(Ability.DENSITY, Ability.ANYWHERE)
REAL = [name for name in DENSE if POSTERIORS[name](2).space is Space.REAL]
POINTS = [name for name in POSTERIORS if name not in DENSE]


def trained(part):
    """Move the weights of a posterior or prior away from where they start, which may be trivial."""
    with torch.no_grad():
        for parameter in part.parameters():
            parameter.add_(0.1 * torch.randn_like(parameter))
    return part.requires_grad_(False)  # no graph over a hundred thousand draws


def posterior(name: str, latent: int, lead: tuple[int, ...] = ()):
    family = trained(POSTERIORS[name](latent))
    return family(0.7 * torch.randn(*lead, *family.param_shape))


def prior(name: str, latent: int, of: str = "DiagonalGaussian"):
    """Return a prior that fits a posterior; some are made of the encoder that has that one."""
    family = POSTERIORS[of](latent)
    encoder = Neural(MLP(hidden=(8,)).down((5,), family.param_shape), family)
    context = {"latent": latent, "encoder": encoder, "event_shape": (5,)}
    return trained(in_context(PRIORS[name], **context)())


def space_of(name: str) -> Space:
    return (POSTERIORS | PRIORS)[name].func.space


SOURCES = {name: partial(posterior, name) for name in ANYWHERE} | {
    name: lambda n, name=name: prior(name, n)() for name in PRIORS
}
SOURCES = {name: build for name, build in SOURCES.items() if space_of(name) is Space.REAL}
ONE_SPACE = [(q, p) for q in DENSE for p in PRIORS if space_of(q) is space_of(p)]


@torch.no_grad()
@pytest.mark.parametrize("name", SOURCES)
def test_a_density_of_one_unit_integrates_to_one(name):
    p = SOURCES[name](1)
    z = torch.linspace(-30, 30, 60_001, dtype=torch.float64)[:, None]
    assert p.log_prob(z).exp().sum().item() * 1e-3 == pytest.approx(1, abs=1e-4)


@torch.no_grad()
@pytest.mark.parametrize("name", SOURCES)
def test_draws_follow_the_density(name):
    """E_p[g(z) / p(z)] over a box is the integral of g there: here g = 1 on boxes of two units."""
    p, count = SOURCES[name](2), 100_000
    z = p.sample((count,)).double()
    for low in (-0.5, 0.0, 0.4):
        inside = ((z > low) & (z < low + 1)).all(-1).double()
        side = torch.linspace(low, low + 1, 101, dtype=torch.float64)
        middles = (side[1:] + side[:-1]) / 2
        box = torch.cartesian_prod(middles, middles)
        mass = p.log_prob(box).exp().mean()
        assert abs(inside.mean() - mass) < 4 * inside.std() / count**0.5 + 1e-4


@pytest.mark.parametrize("latent", [1, 2])
@pytest.mark.parametrize("name", REAL)
def test_the_density_of_draws_measures_volumes(name, latent):
    """E_q[1 / q(z)] over a box is its volume, which asks for the density of q's own draws only."""
    with torch.no_grad():
        z, log_q = draw(q := posterior(name, latent), (80_000,))
        log_q = q.log_prob(z) if log_q is None else log_q
    low, high = z[:10_000].quantile(0.3, dim=0), z[:10_000].quantile(0.7, dim=0)
    z, log_q = z[10_000:], log_q[10_000:].double()
    inside = ((z > low) & (z < high)).all(-1)
    terms = torch.where(inside, -log_q, float("-inf")).exp()
    volume = (high - low).double().prod()
    error = terms.std() / len(terms) ** 0.5
    assert error < 0.05 * volume
    assert abs(terms.mean() - volume) < 4 * error


@pytest.mark.parametrize("name", POSTERIORS)
def test_leading_dimensions_are_batches_and_draws_carry_gradients(name):
    family = POSTERIORS[name](3)
    raw = torch.randn(4, 5, *family.param_shape, requires_grad=True)
    q = family(raw)
    assert (q.batch_shape, q.event_shape) == ((4, 5), (3,))
    z, _ = draw(q, (7,))
    assert z.shape == (7, 4, 5, 3)
    (gradient,) = torch.autograd.grad(z.sigmoid().sum(), raw)
    assert (gradient != 0).any()


@pytest.mark.parametrize("name", ["DiagonalGaussian", "DiagonalLaplace"])
def test_the_raw_output_is_a_log_variance(name):
    q = POSTERIORS[name](1)(torch.tensor([[0.5], [4.0]]))
    assert q.mean.item() == 0.5
    assert q.variance.item() == pytest.approx(torch.tensor(4.0).exp().item(), rel=1e-5)


@torch.no_grad()
@pytest.mark.parametrize(("q", "p"), ONE_SPACE)
def test_the_rate_is_the_mean_of_log_q_minus_log_p(q, p):
    try:
        p = prior(p, 3, of=q)()
    except IncompatibleError:
        return  # a VampPrior of a posterior without a density anywhere
    q = posterior(q, 3, (6,))
    exact = kl(q, p)
    if exact is None:
        return  # then the mean of log q - log p is what the rate is
    assert exact.shape == (6,)
    z, log_q = draw(q, (10_000,))
    terms = (q.log_prob(z) if log_q is None else log_q) - p.log_prob(z)
    assert ((terms.mean(0) - exact).abs() < 4 * terms.std(0) / 10_000**0.5).all()
    units = kl_per_unit(q, p)
    if units is not None:
        assert units.shape == (6, 3)
        torch.testing.assert_close(units.sum(-1), exact)


CORRELATED = ["FullGaussian", "LowRankGaussian"]


@pytest.mark.parametrize("name", CORRELATED)
def test_correlated_units_are_torchs(name):
    """Oracle: torch's, with the covariance that a million draws would have."""
    family = POSTERIORS[name](4)
    raw = torch.randn(3, *family.param_shape)
    q = family(raw)
    if name == "FullGaussian":
        oracle = MultivariateNormal(q.loc, scale_tril=q.scale_tril)
    else:
        root = q.scale[..., None] * q.factor
        oracle = MultivariateNormal(q.loc, root @ root.mT + torch.diag_embed(q.scale.square()))
    z = 2 * torch.randn(50, 3, 4)
    torch.testing.assert_close(q.log_prob(z), oracle.log_prob(z), rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(q.variance, oracle.variance, rtol=1e-4, atol=1e-5)
    drawn = q.sample((100_000,)).movedim(1, 0)
    for one, covariance in zip(drawn, oracle.covariance_matrix, strict=True):
        deviation = covariance.diagonal().sqrt()
        error = (one.T.cov() - covariance).abs() / (deviation[:, None] * deviation)
        assert error.max() < 5 * (2 / 100_000) ** 0.5


@pytest.mark.parametrize("name", CORRELATED)
def test_without_correlations_it_is_the_diagonal_gaussian(name):
    diagonal, family = POSTERIORS["DiagonalGaussian"](3), POSTERIORS[name](3)
    raw = torch.randn(5, 2, 3)
    padded = torch.zeros(5, *family.param_shape).flatten(1)
    padded[:, :6] = raw.flatten(1)
    q, z = family(padded.reshape(5, *family.param_shape)), torch.randn(5, 3)
    torch.testing.assert_close(q.log_prob(z), diagonal(raw).log_prob(z))
    p = PRIORS["StandardNormal"](3)()
    torch.testing.assert_close(kl(q, p), kl(diagonal(raw), p))


@pytest.mark.parametrize("name", CORRELATED)
def test_a_best_correlated_posterior_closes_the_gap_of_a_diagonal_one(name):
    """The target has one direction of its own: the diagonal family cannot reach it, these can."""
    target = MultivariateNormal(
        torch.zeros(3), precision_matrix=torch.eye(3) + 4 * torch.ones(3, 3)
    )
    gaps = {}
    for one in ("DiagonalGaussian", name):
        family = POSTERIORS[one](3)
        raw = torch.zeros(family.param_shape).normal_(std=0.1).requires_grad_()
        adam = torch.optim.Adam([raw], lr=0.05)
        for _ in range(300):
            adam.zero_grad()
            q = family(raw)
            z, _ = draw(q, (64,))
            (q.log_prob(z) - target.log_prob(z)).mean().backward()
            adam.step()
        with torch.no_grad():
            q = family(raw)
            z, _ = draw(q, (20_000,))
            gaps[one] = float((q.log_prob(z) - target.log_prob(z)).mean())
    # (sum log of the precision's diagonal - its log-determinant) / 2
    assert gaps["DiagonalGaussian"] == pytest.approx((3 * log(5) - log(13)) / 2, abs=0.05)
    assert gaps[name] < 0.05


@pytest.mark.parametrize("rank", [0, -1])
def test_a_rank_of_nothing_is_refused(rank):
    with pytest.raises(ConfigError, match=f"rank must be 1 or more, got {rank}.*diagonal-gaussian"):
        POSTERIORS["LowRankGaussian"](3, rank=rank)


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


@pytest.mark.parametrize("name", ANYWHERE)
def test_mixed_precision_leaves_the_density_as_it_is(name):
    family = trained(POSTERIORS[name](3))
    raw = 0.7 * torch.randn(4, *family.param_shape)
    q = family(raw)
    z, _ = draw(q, (5,))
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        mixed = family(raw).log_prob(z)
    assert mixed.dtype == torch.float32
    torch.testing.assert_close(mixed, q.log_prob(z).detach())
