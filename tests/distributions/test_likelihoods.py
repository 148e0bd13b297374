"""Laws of every likelihood: a probability, the one that scipy knows, with its moments."""

import math
from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
import torch
from scipy import special, stats
from scipy.special import expit
from torch import Tensor

from elbowroom.distributions import (
    Bernoulli,
    Binomial,
    Categorical,
    Columns,
    ContinuousBernoulli,
    DiscretisedLogistic,
    DiscretisedLogisticMixture,
    Gaussian,
    Laplace,
    Likelihood,
    LogNormal,
    NegativeBinomial,
    OptimalGaussian,
    Ordinal,
    Poisson,
    StudentT,
    ZeroInflatedNegativeBinomial,
)
from elbowroom.distributions.likelihoods.fitting import fitting, known_likelihoods
from elbowroom.distributions.likelihoods.likelihood import Measure
from tests.cases import IMAGE, LIKELIHOODS, examples, parts

# The same distribution by scipy, from the raw parameters (B, parameters) of one value.
SCIPY: dict[type[Likelihood], Callable] = {
    Bernoulli: lambda one, raw, x: stats.bernoulli.logpmf(x, expit(raw[:, 0])),
    Binomial: lambda one, raw, x: stats.binom.logpmf(
        np.round(x * (one.levels - 1)), one.levels - 1, expit(raw[:, 0])
    ),
    Gaussian: lambda one, raw, x: stats.norm.logpdf(x, raw[:, 0], one.scale.detach().numpy()),
    OptimalGaussian: lambda one, raw, x: stats.norm.logpdf(x, raw[:, 0], one.variance.sqrt()),
    Laplace: lambda one, raw, x: stats.laplace.logpdf(x, raw[:, 0], number(one.scale)),
    StudentT: lambda one, raw, x: stats.t.logpdf(x, number(one.df), raw[:, 0], number(one.scale)),
    LogNormal: lambda one, raw, x: stats.lognorm.logpdf(
        x, number(one.scale), scale=np.exp(raw[:, 0])
    ),
    Poisson: lambda one, raw, x: stats.poisson.logpmf(x, np.exp(raw[:, 0])),
    NegativeBinomial: lambda one, raw, x: negative_binomial(one, raw, x),
    # Not in scipy: from the formulas of Loaiza-Ganem & Cunningham and of Lopez et al., in float64.
    ContinuousBernoulli: lambda one, raw, x: (
        x * raw[:, 0] - np.log(np.expm1(raw[:, 0]) / raw[:, 0])
    ),
    ZeroInflatedNegativeBinomial: lambda one, raw, x: np.log(
        expit(raw[:, 1]) * (x == 0) + expit(-raw[:, 1]) * np.exp(negative_binomial(one, raw, x))
    ),
    DiscretisedLogistic: lambda one, raw, x: discretised_logistic(one, *raw.T, x),
    DiscretisedLogisticMixture: lambda one, raw, x: (
        special.logsumexp(
            [
                weight + discretised_logistic(one, *part, x)
                for weight, *part in zip(*np.split(raw.T, 3), strict=True)
            ],
            axis=0,
        )
        - special.logsumexp(raw[:, : one.components], axis=1)
    ),
    Categorical: lambda one, raw, x: np.log(special.softmax(raw, axis=1))[
        np.arange(len(x)), level_numbers(one, x)
    ],
    Ordinal: lambda one, raw, x: cut_logistic(
        number(one.cuts)[:, 0], level_numbers(one, x), raw[:, 0], 1.0
    ),
}


def number(value: Tensor) -> np.ndarray:
    return value.detach().double().numpy()


def negative_binomial(one: Likelihood, raw: np.ndarray, x: np.ndarray) -> np.ndarray:
    r = np.exp(number(one.log_dispersion))
    return stats.nbinom.logpmf(x, r, r / (r + np.exp(raw[:, 0])))


def level_numbers(one: Likelihood, x: np.ndarray) -> np.ndarray:
    return np.round(x * (one.levels - 1)).astype(int)


def discretised_logistic(
    one: Likelihood, place: np.ndarray, log_scale: np.ndarray, x: np.ndarray
) -> np.ndarray:
    last = one.levels - 1
    scale = 1 / 16 + last * np.exp(log_scale)
    return cut_logistic(np.arange(last) + 0.5, level_numbers(one, x), last * place, scale)


def cut_logistic(
    cuts: np.ndarray, k: np.ndarray, place: np.ndarray, scale: np.ndarray | float
) -> np.ndarray:
    """Return log P(k) from the logistic's cumulative, or its complement, whichever is small."""
    upper, lower = np.append(cuts, np.inf)[k], np.append(-np.inf, cuts)[k]
    left = stats.logistic.cdf(upper, place, scale) - stats.logistic.cdf(lower, place, scale)
    right = stats.logistic.sf(lower, place, scale) - stats.logistic.sf(upper, place, scale)
    return np.log(np.where(lower > place, right, left))


every = pytest.mark.parametrize("name", LIKELIHOODS)


def likelihood_and_raw(name: str, lead: tuple[int, ...], shape: tuple[int, ...] = (1,)):
    likelihood = LIKELIHOODS[name](shape).eval()
    with torch.no_grad():
        for learned in likelihood.state_dict().values():
            learned.fill_(0.3)
    return likelihood, 1.5 * torch.randn(*lead, *likelihood.param_shape)


def grid(likelihood: Likelihood) -> tuple[Tensor, Tensor]:
    """Return points that cover the support (or all of the mass), (G, 1, 1), and their weights.

    Without an end, numbers are the hyperbolic sine or the exponential of an even grid, dense where
    the mass is and so wide that no tail is missed.
    """
    support = likelihood.support
    if support.spacing:
        count = support.levels or 5_000
        points = support.low + support.spacing * torch.arange(count, dtype=torch.float64)
        return points[:, None, None], torch.ones(count, 1, dtype=torch.float64)
    even = torch.linspace(-30, 30, 30_001, dtype=torch.float64)
    if support.high < math.inf:
        span = support.high - support.low
        points, slopes = support.low + span * (even + 30) / 60, torch.full_like(even, span / 60)
    elif support.low > -math.inf:
        points, slopes = support.low + even.exp(), even.exp()
    else:
        points, slopes = (even / 2).sinh(), (even / 2).cosh() / 2
    weights = slopes * 60 / 30_000
    weights[0] = weights[-1] = weights[0] / 2
    return points[:, None, None], weights[:, None]


def edges(likelihood: Likelihood) -> Tensor:
    """Return the ends of the support, (2, 1); large values where it has none."""
    support = likelihood.support
    low = support.low if support.low > -math.inf else -1e4
    return torch.tensor([[low + 1e-30 if support.above else low], [min(support.high, 1e5)]])


def test_the_tables_hold_every_likelihood_that_python_knows():
    known = {kind for kind in known_likelihoods() if kind.__module__.startswith("elbowroom.")}
    assert known == set(parts("model.likelihood")) == {*SCIPY, Columns}


@every
def test_it_sums_or_integrates_to_one_and_has_the_moments_that_it_says(name):
    likelihood, raw = likelihood_and_raw(name, (6,))
    assert (likelihood.measure is Measure.COUNTING) == bool(likelihood.support.spacing)
    p = likelihood(raw)
    points, weights = grid(likelihood)
    with torch.no_grad():
        mass = p.log_prob(points).double().exp() * weights
    torch.testing.assert_close(mass.sum(0), torch.ones(6).double(), atol=2e-5, rtol=0)
    mean = (mass * points[..., 0]).sum(0)
    variance = (mass * (points[..., 0] - mean).square()).sum(0)
    torch.testing.assert_close(p.mean[:, 0].double(), mean, atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(p.variance[:, 0].double(), variance, atol=1e-4, rtol=1e-3)


@every
def test_it_is_scipys(name):
    likelihood, raw = likelihood_and_raw(name, (50,))
    x = examples(likelihood, 50)
    numbers = raw.double().flatten(1).numpy()  # one value: its raw parameters, (50, parameters)
    expected = SCIPY[type(likelihood)](likelihood, numbers, x[:, 0].numpy())
    with torch.no_grad():
        log_p = likelihood(raw).log_prob(x)
    np.testing.assert_allclose(log_p.numpy(), expected, rtol=1e-5, atol=2e-4)


@every
def test_draws_have_its_moments_and_lie_in_its_support(name):
    likelihood, raw = likelihood_and_raw(name, (4,))
    p, count = likelihood(raw), 40_000
    draws = p.sample((count,))
    assert draws.shape == (count, 4, 1)
    assert not likelihood.support.outside(draws).any()
    deviations = (draws - p.mean).double()
    rare = 1e-4  # of levels so improbable that none is drawn
    four_errors = 4 * deviations.std(0) / count**0.5 + rare
    assert (deviations.mean(0).abs() < four_errors).all()
    squares = deviations.square() - p.variance
    assert (squares.mean(0).abs() < 4 * squares.std(0) / count**0.5 + rare).all()


@every
def test_leading_dimensions_are_batches_of_the_same(name):
    likelihood, raw = likelihood_and_raw(name, (3, 5), shape=IMAGE)
    x = examples(likelihood, 5)
    p = likelihood(raw)
    assert (p.batch_shape, p.event_shape) == ((3, 5), IMAGE)
    one_by_one = [[likelihood(raw[k, b]).log_prob(x[b]) for b in range(5)] for k in range(3)]
    expected = torch.stack([torch.stack(row) for row in one_by_one])
    torch.testing.assert_close(p.log_prob(x), expected, rtol=1e-5, atol=1e-4)


@every
def test_its_start_has_the_mean_asked_for(name):
    likelihood, _ = likelihood_and_raw(name, (), shape=IMAGE)
    mean = torch.linspace(0.05, 0.95, 64).reshape(IMAGE)
    raw = likelihood.start(mean, torch.full(IMAGE, 0.01))
    assert raw.shape == likelihood.param_shape
    torch.testing.assert_close(likelihood(raw).mean, mean, atol=1e-5, rtol=1e-5)


@every
def test_a_start_from_constant_pixels_is_finite(name):
    likelihood, _ = likelihood_and_raw(name, (), shape=IMAGE)
    for constant in (torch.zeros(IMAGE), torch.ones(IMAGE)):
        raw = likelihood.start(constant, torch.zeros(IMAGE))
        assert raw.isfinite().all()
        if not likelihood.support.outside(constant).any():
            assert likelihood(raw).log_prob(constant).isfinite()


@every
def test_it_takes_what_it_draws_and_says_that_it_fits(name):
    likelihood, raw = likelihood_and_raw(name, (20,), shape=IMAGE)
    x = likelihood(raw).sample()
    likelihood.check(x)
    assert type(likelihood) in {type(one) for one in fitting(x, likelihood.support.levels)}


@every
def test_its_mode_has_the_largest_probability(name):
    likelihood, raw = likelihood_and_raw(name, (9,))
    p = likelihood(raw)
    points, _ = grid(likelihood)
    with torch.no_grad():
        assert (p.log_prob(p.mode) >= p.log_prob(points.float()).amax(0) - 1e-4).all()


@every
def test_its_score_is_zero_on_average(name):
    """E[d log p / d theta] = 0 where p integrates to one: an oracle for gradients."""
    likelihood, raw = likelihood_and_raw(name, (3,))
    points, weights = grid(likelihood)
    log_p = likelihood(raw.requires_grad_()).log_prob(points).double()
    mass = (log_p.detach().exp() * weights).detach()
    learned = [p for p in likelihood.parameters() if p.requires_grad]
    (log_p * mass).sum().backward()
    for value in (raw, *learned):
        assert value.grad.abs().max() < 2e-3


@every
@pytest.mark.parametrize("size", [0.0, 1e-4, 1.0, 8.0, 30.0])
def test_nowhere_in_its_support_is_a_loss_or_a_gradient_not_finite(name, size):
    likelihood, raw = likelihood_and_raw(name, (64,))
    raw = (size * raw.sign()).requires_grad_()
    x = torch.cat([edges(likelihood), examples(likelihood, 3)])
    log_p = likelihood(raw).log_prob(x[:, None])
    assert log_p.isfinite().all()
    log_p.sum().backward()
    assert raw.grad.isfinite().all()
    assert all(p.grad.isfinite().all() for p in likelihood.parameters() if p.requires_grad)


def test_binomial_gradients_are_those_of_the_cross_entropy_times_n():
    likelihood = Binomial(IMAGE, levels=17)
    x = examples(likelihood, 8)
    raw = torch.randn(8, *likelihood.param_shape, requires_grad=True)
    (by_binomial,) = torch.autograd.grad(-likelihood(raw).log_prob(x).sum(), raw)
    cross_entropy = torch.nn.functional.binary_cross_entropy_with_logits(
        raw.squeeze(1), x, reduction="sum"
    )
    (by_cross_entropy,) = torch.autograd.grad(cross_entropy, raw)
    torch.testing.assert_close(by_binomial, 16 * by_cross_entropy)


def test_two_levels_are_bernoulli():
    raw, x = torch.randn(8, 1, *IMAGE), torch.randint(2, (8, *IMAGE)).float()
    torch.testing.assert_close(
        Binomial(IMAGE, levels=2)(raw).log_prob(x), Bernoulli(IMAGE)(raw).log_prob(x)
    )


@pytest.mark.parametrize("family", [Gaussian, Laplace, partial(StudentT, tails="fixed"), LogNormal])
@pytest.mark.parametrize("kind", ["fixed", "shared", "per-dimension"])
def test_only_a_fixed_scale_does_not_learn(family, kind):
    likelihood = family(IMAGE, scale=kind, initial=0.2)
    trainable = [p for p in likelihood.parameters() if p.requires_grad]
    assert bool(trainable) == (kind != "fixed")
    assert likelihood.scale.shape == (IMAGE if kind == "per-dimension" else ())
    torch.testing.assert_close(likelihood.scale.expand(IMAGE), torch.full(IMAGE, 0.2))
