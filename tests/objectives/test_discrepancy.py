"""Maximum mean discrepancy: unbiased, zero for the prior, and the two objectives made of it."""

from math import exp, sqrt

import pytest
import torch

from elbowroom.distributions import Bernoulli, Deterministic, Space
from elbowroom.distributions.posteriors import PlanarFlow, VonMisesFisher
from elbowroom.distributions.sphere import UniformOnSphere
from elbowroom.errors import ConfigError, IncompatibleError
from elbowroom.models.priors import CouplingFlow, GaussianMixture
from elbowroom.objectives import MeanDiscrepancy, info_vae, wae
from elbowroom.objectives.discrepancy import squared_distances
from tests.cases import examples, small_vae, spread
from tests.linear_ladder import LinearLadder

KERNELS = ("gaussian", "inverse-multiquadratic", "laplace")
OF_DISTANCE = {
    "gaussian": lambda r: exp(-(r**2)),
    "inverse-multiquadratic": lambda r: 1 / (1 + r**2),
    "laplace": lambda r: exp(-r),
}

every_kernel = pytest.mark.parametrize("kernel", KERNELS)


def mean_and_error(cost, z, y, space=Space.REAL):
    """Return the mean over repetitions (R, B, units), and its standard error."""
    values = torch.stack([cost.between(a[None], b[None], space) for a, b in zip(z, y, strict=True)])
    return float(values.mean()), float(values.std()) / sqrt(len(values))


@every_kernel
def test_it_is_the_mean_over_pairs(kernel):
    """By hand: no example meets itself, and k is the mean over the scales."""
    z, y = torch.randn(2, 4, 3), torch.randn(2, 4, 3)

    def k(a, b):
        r = float((a - b).norm()) / sqrt(2 * 3)
        return sum(OF_DISTANCE[kernel](r / s) for s in (0.5, 2.0)) / 2

    by_hand = 0.0
    for a, b in zip(z, y, strict=True):
        alike = sum(k(a[i], a[j]) + k(b[i], b[j]) for i in range(4) for j in range(4) if i != j)
        by_hand += alike / 12 - 2 * sum(k(a[i], b[j]) for i in range(4) for j in range(4)) / 16
    value = MeanDiscrepancy(kernel, scales=(0.5, 2.0)).between(z, y)
    assert float(value) == pytest.approx(by_hand / 2, abs=2e-5)


@every_kernel
@pytest.mark.parametrize("rows", [2, 20])
def test_codes_from_the_prior_have_none_in_expectation(kernel, rows):
    cost = MeanDiscrepancy(kernel)
    mean, error = mean_and_error(cost, torch.randn(1500, rows, 5), torch.randn(1500, rows, 5))
    assert abs(mean) < 4 * error


@every_kernel
def test_so_it_is_on_the_sphere(kernel):
    uniform = UniformOnSphere(torch.zeros(()), 4)
    z, y = uniform.sample((1000, 10)), uniform.sample((1000, 10))
    mean, error = mean_and_error(MeanDiscrepancy(kernel), z, y, Space.SPHERE)
    assert abs(mean) < 4 * error
    capped = torch.nn.functional.normalize(z + torch.tensor([1.0, 0, 0, 0]), dim=-1)
    mean, error = mean_and_error(MeanDiscrepancy(kernel), capped, y, Space.SPHERE)
    assert mean > 20 * error


@pytest.mark.parametrize("rows", [2, 30])
def test_it_is_the_closed_form_between_two_normals_at_every_batch_size(rows):
    units, shift, variance, scale = 3, 0.7, 0.4, 0.8
    width = units * scale**2  # of exp(-|x - y|^2 / (2 width))

    def similarity(variances, squared_shift=0.0):
        spread = width + variances
        return (width / spread) ** (units / 2) * exp(-squared_shift / (2 * spread))

    truth = (similarity(2 * variance) + similarity(2.0)
             - 2 * similarity(variance + 1, units * shift**2))  # fmt: skip
    z = shift + sqrt(variance) * torch.randn(2000, rows, units)
    cost = MeanDiscrepancy("gaussian", scales=(scale,))
    mean, error = mean_and_error(cost, z, torch.randn(2000, rows, units))
    assert abs(mean - truth) < 4 * error
    assert error < 0.1 * truth or rows == 2


@pytest.mark.parametrize("space", [Space.REAL, Space.SPHERE])
def test_the_unit_of_distance_is_that_between_two_draws_from_the_prior(space):
    draws = (torch.randn(4000, 6) if space is Space.REAL
             else UniformOnSphere(torch.zeros(()), 6).sample((4000,)))  # fmt: skip
    squares = (draws[:2000] - draws[2000:]).square().sum(-1)
    unit = 12 if space is Space.REAL else 2
    assert float(squares.mean()) == pytest.approx(unit, rel=0.05)
    z, y = draws[None, :50], draws[None, 50:100]
    rescaled = MeanDiscrepancy(scales=(sqrt(unit / 12),)).between(z, y, Space.REAL)
    torch.testing.assert_close(MeanDiscrepancy().between(z, y, space), rescaled)


@every_kernel
def test_its_gradient_pulls_codes_to_the_prior(kernel):
    torch.manual_seed(0)
    mean, log_scale = torch.full((2,), 1.5), torch.full((2,), -1.0)
    parameters = [mean.requires_grad_(), log_scale.requires_grad_()]
    optimiser = torch.optim.Adam(parameters, lr=0.05)
    cost = MeanDiscrepancy(kernel, scales=(0.5, 1.0, 2.0))
    for _ in range(250):
        optimiser.zero_grad()
        z = mean + log_scale.exp() * torch.randn(1, 100, 2)
        cost.between(z, torch.randn(1, 100, 2)).backward()
        optimiser.step()
    assert mean.abs().max() < 0.35
    assert (log_scale.abs() < 0.35).all()


@every_kernel
def test_codes_in_one_point_have_a_gradient(kernel):
    z = torch.zeros(1, 4, 2, requires_grad=True)
    MeanDiscrepancy(kernel).between(z, torch.randn(1, 4, 2)).backward()
    assert z.grad.isfinite().all() and z.grad.any()


def test_a_batch_of_one_example_has_no_pairs():
    assert MeanDiscrepancy().between(torch.randn(3, 1, 2), torch.randn(3, 1, 2)) == 0
    model = small_vae(Bernoulli((6,)))
    wae()(model, examples(model.likelihood, 1)).loss.backward()


def test_distances_hold_far_from_zero():
    x = 1000 + torch.randn(6, 3)
    torch.testing.assert_close(
        squared_distances(x, x), torch.cdist(x.double(), x.double()).square().float(),
        rtol=1e-3, atol=1e-3,
    )  # fmt: skip


def test_mixed_precision_leaves_them_as_they_are():
    x, y = torch.randn(20, 8), torch.randn(20, 8)
    with torch.autocast("cpu", torch.bfloat16):
        mixed = squared_distances(x, y)
    assert torch.equal(mixed, squared_distances(x, y))


@pytest.mark.parametrize("level", [0, 1])
def test_codes_of_made_examples_match_the_prior_at_every_level_of_an_exact_ladder(level):
    ladder = LinearLadder.random(orthogonal=True)
    model, cost = ladder.model("top-down"), MeanDiscrepancy(level=level)
    cost.check(model)

    def over(shift):
        values = []
        for _ in range(150):
            trace = model.generate((20,))
            with torch.no_grad():
                values.append(cost(model, model(trace.px.sample() + shift)).value)
        values = torch.stack(values)
        return float(values.mean()), float(values.std()) / sqrt(150)

    mean, error = over(0.0)
    assert abs(mean) < 4 * error
    mean, error = over(3.0)
    assert mean > 10 * error


def test_no_gradient_reaches_a_learned_prior():
    for prior in (GaussianMixture(2, components=3), CouplingFlow(2)):
        model = small_vae(Bernoulli((6,)), prior=prior)
        MeanDiscrepancy()(model, model(examples(model.likelihood, 5))).value.backward()
        assert all(parameter.grad is None for parameter in model.prior.parameters())
        with pytest.raises(IncompatibleError, match="parameters of the prior.*refit"):
            wae().check(model)
        info_vae().check(model)


@pytest.mark.parametrize("posterior", [Deterministic(3), PlanarFlow(3), VonMisesFisher(3)])
def test_it_asks_for_draws_alone(posterior):
    model = small_vae(Bernoulli((6,)), latent=3, posterior=posterior)
    objective = wae(samples=2)
    objective.check(model)
    objective(model, examples(model.likelihood, 7)).loss.backward()
    assert all(p.grad is not None for p in model.encoder.parameters())


def test_info_vae_weights_its_parts_as_the_paper_does():
    model = small_vae(Bernoulli((6,)))
    spread(model, 2.0)
    terms = info_vae(alpha=0.25, weight=40.0, samples=3)(model, examples(model.likelihood, 9))
    logs = terms.logs
    expected = logs["distortion"] + 0.75 * logs["rate"] + 39.25 * logs["discrepancy"]
    torch.testing.assert_close(terms.loss.detach(), expected)


def test_without_a_rate_it_is_for_codes_without_a_density_too():
    model = small_vae(Bernoulli((6,)), posterior=Deterministic(2))
    info_vae(alpha=1.0).check(model)
    with pytest.raises(IncompatibleError, match="requires a density"):
        info_vae(alpha=0.9).check(model)


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda: MeanDiscrepancy("rbf"), "kernel must be one of gaussian"),
        (lambda: MeanDiscrepancy("gausian"), "Did you mean 'gaussian'"),
        (lambda: MeanDiscrepancy(scales=()), "one or more numbers above 0"),
        (lambda: MeanDiscrepancy(scales=(1.0, 0.0)), "above 0, got \\(1.0, 0.0\\)"),
        (lambda: MeanDiscrepancy(level=-1), "levels count from 0"),
        (lambda: info_vae(alpha=1.5), "1 - alpha"),
        (lambda: info_vae(alpha=-2.0, weight=1.0), "alpha = -2 and weight = 1 do not fit"),
        (lambda: info_vae(alpha=float("nan")), "do not fit"),
        (lambda: wae(weight=-1.0), "0 or more, got -1"),
    ],
)
def test_options_out_of_range_are_refused(build, words):
    with pytest.raises(ConfigError, match=words):
        build()


def test_a_level_that_is_not_there_is_refused():
    with pytest.raises(IncompatibleError, match="names level 1, but the last of this model is 0"):
        wae(level=1).check(small_vae(Bernoulli((6,))))
