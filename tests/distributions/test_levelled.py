"""Likelihoods of levelled data: at the edges, at extreme scales, and over coupled channels."""

import numpy as np
import pytest
import torch
from scipy.special import expit
from scipy.stats import multinomial

from elbowroom.distributions import (
    Categorical,
    DiscretisedLogistic,
    DiscretisedLogisticMixture,
    Ordinal,
)
from elbowroom.distributions.cut_logistic import CutLogistic
from elbowroom.distributions.cuts import EvenCuts
from elbowroom.errors import ConfigError

KINDS = (Categorical, DiscretisedLogistic, DiscretisedLogisticMixture, Ordinal)
every = pytest.mark.parametrize("kind", KINDS)

# From a location far outside to the middle of a level, from a spike to a step over all levels.
EXTREMES = torch.cartesian_prod(
    torch.tensor([-1e4, -5.0, -0.1, 0.0, 0.3, 0.5001, 1.0, 7.0, 1e4]),
    torch.tensor([-100.0, -10.0, -3.0, 0.0, 3.0, 10.0, 20.0, 100.0]),
)[..., None]


def in_float64(raw: torch.Tensor, levels: int) -> np.ndarray:
    """Return P(k), (levels, N), by the difference that cancels least."""
    place, log_scale = raw.double().numpy()[..., 0].T
    scale = 1 / 16 + (levels - 1) * np.exp(np.minimum(log_scale, 20))
    edges = (np.arange(levels - 1)[:, None] + 0.5 - (levels - 1) * place) / scale
    below = np.vstack([np.full_like(place, -np.inf), edges])
    above = np.vstack([edges, np.full_like(place, np.inf)])
    return np.where(below > 0, expit(-below) - expit(-above), expit(above) - expit(below))


@pytest.mark.parametrize("levels", [2, 3, 17, 256])
def test_any_location_and_scale_sum_to_one_with_the_right_moments_and_finite_gradients(levels):
    raw = EXTREMES.clone().requires_grad_()
    p = DiscretisedLogistic((1,), levels)(raw)
    points = torch.linspace(0, 1, levels, dtype=torch.float64)[:, None]
    log_mass = p.log_prob(points[..., None])
    assert log_mass.isfinite().all()
    mass = log_mass.detach().double().exp()
    torch.testing.assert_close(mass.sum(0), torch.ones(len(raw)).double(), atol=1e-6, rtol=0)
    np.testing.assert_allclose(mass.numpy(), in_float64(raw.detach(), levels), atol=2e-5)
    mean = (mass * points).sum(0)
    variance = (mass * (points - mean).square()).sum(0)
    torch.testing.assert_close(p.mean[:, 0].double(), mean, atol=1e-5, rtol=0)
    torch.testing.assert_close(p.variance[:, 0].double(), variance, atol=1e-5, rtol=0)
    for value in (log_mass.sum(), p.mean.sum(), p.variance.sum()):
        (gradient,) = torch.autograd.grad(value, raw, retain_graph=True)
        assert gradient.isfinite().all()


def test_the_mean_needs_no_sum_over_levels():
    """Oracle: the sum itself, on both sides of the scale at which the formula changes."""
    location = torch.linspace(-300, 600, 901, dtype=torch.float64)
    for scale in (0.07, 0.5, 0.999, 1.001, 3.0, 200.0, 1e5):
        j = torch.arange(255, dtype=torch.float64)[:, None]
        total = ((location - j - 0.5) / scale).sigmoid().sum(0)
        found = EvenCuts(255).expected(location, torch.full_like(location, scale))
        torch.testing.assert_close(found, total, atol=3e-5, rtol=0)


def test_two_points_have_the_first_three_moments():
    location = torch.linspace(-6, 21, 50, dtype=torch.float64)
    law = CutLogistic(location, torch.full_like(location, 1.7), EvenCuts(15))
    k = torch.arange(16, dtype=torch.float64)[:, None]
    mass = law.log_mass(k).exp()
    low, high, share = law.two_points()
    for power in (1, 2, 3):
        exact = (mass * k**power).sum(0)
        found = share * low**power + (1 - share) * high**power
        torch.testing.assert_close(found, exact, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("levels", [2, 5])
@pytest.mark.parametrize("channels", [2, 3])
def test_the_colours_of_a_pixel_sum_to_one(channels, levels):
    """Oracle: all colours. The mean is exact where channels are independent or binary."""
    torch.manual_seed(0)
    pixel = DiscretisedLogisticMixture((channels, 1, 1), levels, components=3)
    raw = 1.5 * torch.randn(12, *pixel.param_shape)
    raw[:, 3 * (1 + channels) : 3 * (1 + 2 * channels)] -= 2.0  # sharp enough to be coupled
    p = pixel(raw)
    colours = torch.cartesian_prod(*[torch.linspace(0, 1, levels)] * channels)
    mass = p.log_prob(colours[:, None, :, None, None]).double().exp()
    torch.testing.assert_close(mass.sum(0), torch.ones(12).double(), atol=1e-6, rtol=0)
    mean = (mass[..., None] * colours[:, None]).sum(0)
    close = 1e-4 if channels == 2 or levels == 2 else 0.03
    torch.testing.assert_close(p.mean[..., 0, 0].double(), mean, atol=close, rtol=0)
    torch.testing.assert_close(p.mean[:, 0, 0, 0].double(), mean[:, 0], atol=1e-5, rtol=0)
    count = 20_000
    drawn = p.sample((count,))[..., 0, 0]
    place = ((drawn * (levels - 1)).round() @ levels ** torch.arange(channels - 1.0, -1, -1)).long()
    share = torch.nn.functional.one_hot(place, levels**channels).double().mean(0).T
    assert ((share - mass).abs() < 5 * (mass * (1 - mass) / count).sqrt() + 3 / count).all()


def test_three_channels_are_coupled_and_others_only_share_their_component():
    torch.manual_seed(0)
    for channels, coupled in ((2, False), (3, True)):
        one = DiscretisedLogisticMixture((channels, 1, 1), 256, components=1)
        raw = torch.full(one.param_shape, 0.5)
        raw[1 + channels : 1 + 2 * channels] = -4.0
        draws = one(raw).sample((4000,))[..., 0, 0]
        correlation = torch.corrcoef(draws.T)[0, 1]
        assert (correlation > 0.3) == coupled and (correlation.abs() < 0.1) == (not coupled)


def test_pixels_are_independent_and_each_has_its_own_parameters():
    torch.manual_seed(0)
    image = DiscretisedLogisticMixture((3, 2, 4), 17)
    pixel = DiscretisedLogisticMixture((3, 1, 1), 17)
    raw = torch.randn(5, *image.param_shape)
    x = torch.randint(17, (5, 3, 2, 4)) / 16
    alone = [
        pixel(raw[..., i : i + 1, j : j + 1]).log_prob(x[..., i : i + 1, j : j + 1])
        for i in range(2)
        for j in range(4)
    ]
    torch.testing.assert_close(image(raw).log_prob(x), sum(alone))
    assert image(raw).sample((7,)).shape == image(raw).mode.expand(7, -1, -1, -1, -1).shape


def test_one_component_is_the_discretised_logistic():
    raw = torch.randn(9, 2, 6)
    x = torch.randint(256, (9, 6)) / 255
    mixed = torch.cat([torch.randn(9, 1, 6), raw], 1)
    p = DiscretisedLogistic((6,), 256)(raw)
    q = DiscretisedLogisticMixture((6,), 256, components=1)(mixed)
    for mine, other in ((p.log_prob(x), q.log_prob(x)), (p.mean, q.mean), (p.mode, q.mode)):
        torch.testing.assert_close(mine, other, rtol=1e-5, atol=1e-5)


def test_a_categorical_is_scipys_multinomial_of_one_trial():
    logits = torch.randn(4)
    p = Categorical((1,), levels=4, highest=3)(logits[:, None])
    for k in range(4):
        expected = multinomial.logpmf(np.eye(4)[k], 1, logits.double().softmax(0).numpy())
        assert float(p.log_prob(torch.tensor([float(k)]))) == pytest.approx(expected, abs=1e-5)


def test_ordinal_levels_are_differences_of_the_cumulative_and_begin_equally_likely():
    likelihood = Ordinal((2,), levels=5)
    x = torch.linspace(0, 1, 5)[:, None].expand(5, 2)
    start = likelihood(torch.zeros(1, 2)).base_dist.log_prob(x).exp()
    torch.testing.assert_close(start, torch.full((5, 2), 0.2), atol=1e-4, rtol=0)
    with torch.no_grad():
        likelihood.first_and_log_gaps.add_(torch.randn(4, 2))
    cuts = likelihood.cuts.detach().double().numpy()
    assert (np.diff(cuts, axis=0) > 0).all()
    cumulative = np.vstack([np.zeros((1, 2)), expit(cuts - 0.7), np.ones((1, 2))])
    mass = likelihood(torch.full((1, 2), 0.7)).base_dist.log_prob(x).exp()
    np.testing.assert_allclose(mass.detach().numpy(), np.diff(cumulative, axis=0), atol=1e-6)


def test_a_level_that_no_example_has_stays_possible():
    likelihood = Ordinal((1,), levels=4)
    with torch.no_grad():
        likelihood.first_and_log_gaps[2] = -200.0
    log_mass = likelihood(torch.zeros(1, 1)).log_prob(torch.tensor([2 / 3]))
    assert log_mass.isfinite()
    (gradient,) = torch.autograd.grad(log_mass, likelihood.first_and_log_gaps)
    assert gradient.isfinite().all()


def test_shared_cuts_are_one_set():
    assert Ordinal((1, 8, 8), 17, cuts="shared").first_and_log_gaps.shape == (16, 1, 1, 1)
    assert Ordinal((1, 8, 8), 17).first_and_log_gaps.shape == (16, 1, 8, 8)


@every
def test_whole_numbers_are_the_same_levels(kind):
    scaled, whole = kind((3,), 5), kind((3,), 5, 4)
    raw = torch.randn(20, *scaled.param_shape)
    k = torch.randint(5, (20, 3)).float()
    torch.testing.assert_close(scaled(raw).log_prob(k / 4), whole(raw).log_prob(k))
    torch.testing.assert_close(4 * scaled(raw).mean, whole(raw).mean)
    torch.testing.assert_close(16 * scaled(raw).variance, whole(raw).variance)
    torch.testing.assert_close(4 * scaled(raw).mode, whole(raw).mode)
    draws = whole(raw).sample()
    whole.check(draws)
    assert draws.max() > 1
    mean = torch.tensor([0.5, 1.7, 3.9])
    start = whole.start(mean, torch.ones(3))
    torch.testing.assert_close(whole(start).mean, mean, atol=1e-4, rtol=0)


@every
def test_gradients_are_finite_for_any_raw_number(kind):
    likelihood = kind((3, 2, 2), 256)
    x = torch.randint(256, (3, 2, 2)) / 255
    for size in (0.0, 1.0, 100.0, 1e4):
        raw = (size * torch.randn(5, *likelihood.param_shape)).requires_grad_()
        log_p = likelihood(raw).log_prob(x)
        (gradient,) = torch.autograd.grad(log_p.sum(), raw)
        assert log_p.isfinite().all() and gradient.isfinite().all()


@pytest.mark.parametrize("kind", [Categorical, DiscretisedLogistic, DiscretisedLogisticMixture])
def test_the_start_has_about_the_spread_of_the_data(kind):
    likelihood = kind((1,), 256)
    p = likelihood(likelihood.start(torch.tensor([0.5]), torch.tensor([0.01])))
    assert float(p.stddev) == pytest.approx(0.1, rel=0.1)


@every
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (((3,), None), "known number of levels"),
        (((3,), 1), "levels must be 2 or more, got 1"),
        (((3,), 4, 0.0), "highest level must be a positive number, got 0"),
    ],
)
def test_what_is_not_levels_is_refused(kind, arguments, words):
    with pytest.raises(ConfigError, match=words):
        kind(*arguments)


def test_options_out_of_range_are_refused():
    with pytest.raises(ConfigError, match="components must be 1 or more, got 0"):
        DiscretisedLogisticMixture((3,), 4, components=0)
    with pytest.raises(ConfigError, match="cuts must be one of per-dimension, shared"):
        Ordinal((3,), 4, cuts="global")


def test_categories_start_at_their_frequencies():
    x = torch.tensor([0.0, 2.0, 2.0, 2.0] * 250)[:, None]
    likelihood = Categorical((1,), levels=3, highest=2)
    p = likelihood(likelihood.start_from(x))
    masses = p.log_prob(torch.arange(3.0)[:, None]).exp()
    torch.testing.assert_close(masses, torch.tensor([0.25, 0.0, 0.75]), atol=1e-3, rtol=0)
