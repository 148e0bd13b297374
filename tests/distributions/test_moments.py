"""Means and scales, of distributions that know them and of those that do not."""

import pytest
import torch
from torch.distributions import Independent, Normal

from elbowroom.distributions import (
    Ability,
    Bernoulli,
    DiagonalGaussian,
    centre_of,
    mean_of,
    scale_of,
)
from elbowroom.distributions.posteriors import VonMisesFisher
from elbowroom.errors import IncompatibleError
from elbowroom.evidence import rate_parts
from elbowroom.metrics import (
    diagnose,
    posterior_means,
    prior_holes,
    rate_per_unit,
    rate_per_unit_if_any,
)
from tests.cases import IMAGE, POSTERIORS, PRIORS, examples, small_vae

ONE_WAY = [
    name
    for name, build in POSTERIORS.items()
    if Ability.DENSITY in build(2).provides and Ability.ANYWHERE not in build(2).provides
]


def unknown(name: str) -> bool:
    """Say whether a posterior does not know its mean."""
    family = POSTERIORS[name](2)
    try:
        _ = family(torch.zeros(1, *family.param_shape)).mean
    except NotImplementedError:
        return True
    return False


UNKNOWN = [name for name in POSTERIORS if unknown(name)]


def flow_vae(name: str):
    model = small_vae(Bernoulli(IMAGE), posterior=POSTERIORS[name](2))
    with torch.no_grad():
        for parameter in model.encoder.parameters():
            parameter.add_(0.1 * torch.randn_like(parameter))
    return model


def test_what_is_known_is_taken():
    q = Normal(torch.randn(5), torch.rand(5))
    assert torch.equal(mean_of(q), q.mean)
    torch.testing.assert_close(scale_of(q), q.stddev)


@pytest.mark.parametrize("name", UNKNOWN)
def test_what_is_not_known_is_that_of_many_draws(name):
    model = flow_vae(name)
    q = model.encoder(examples(model.likelihood, 4))
    with torch.no_grad():
        z = q.sample((20_000,))
    off = (mean_of(q, draws=2048) - z.mean(0)).abs() / z.std(0)
    assert (off < 0.1).all()
    torch.testing.assert_close(scale_of(q, draws=2048), z.std(0), rtol=0.1, atol=0)


@pytest.mark.parametrize("name", UNKNOWN)
def test_the_mean_is_exact_before_training(name):
    family = POSTERIORS[name](3)
    raw = torch.zeros(4, *family.param_shape)
    raw[:, :3] = torch.randn(4, 3)
    torch.testing.assert_close(mean_of(family(raw)), raw[:, :3], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", UNKNOWN)
def test_a_code_is_a_function_of_its_example_whatever_the_batch_and_the_seed(name):
    model = flow_vae(name)
    x = examples(model.likelihood, 9)
    state = torch.get_rng_state()
    means = posterior_means(model, x)
    torch.testing.assert_close(posterior_means(model, x, batch_size=2), means)
    assert torch.equal(torch.get_rng_state(), state)
    torch.manual_seed(5)
    torch.testing.assert_close(posterior_means(model, x.flip(0)).flip(0), means)


def test_a_distribution_that_is_no_flow_is_drawn_from_without_disturbing_the_global_state():
    class Silent(Independent):
        mean = variance = property(lambda self: (_ for _ in ()).throw(NotImplementedError))

    q = Silent(Normal(torch.tensor([1.0, -2.0]), torch.tensor([0.1, 3.0])), 1)
    state = torch.get_rng_state()
    torch.testing.assert_close(
        mean_of(q, draws=20_000), torch.tensor([1.0, -2.0]), rtol=0, atol=0.1
    )
    torch.testing.assert_close(
        scale_of(q, draws=20_000), torch.tensor([0.1, 3.0]), rtol=0.05, atol=0
    )
    assert torch.equal(torch.get_rng_state(), state)


@pytest.mark.parametrize("name", ONE_WAY)
def test_what_needs_a_density_anywhere_is_refused_or_left_out(name):
    model = flow_vae(name)
    x = examples(model.likelihood, 12)
    for measure in (prior_holes, rate_parts):
        with pytest.raises(IncompatibleError, match="density at any code.*spline-flow"):
            measure(model, x)
    diagnosis = diagnose(model, x)
    assert "prior holes" not in [finding.about for finding in diagnosis.findings]
    assert diagnosis["active units"].numbers["unit_rates"] is None


@pytest.mark.parametrize("prior", [n for n in PRIORS if n.startswith(("Coupling", "Autoreg"))])
def test_under_a_flow_prior_the_rate_does_not_split_over_the_units(prior):
    model = small_vae(Bernoulli(IMAGE), prior=PRIORS[prior](2))
    x = examples(model.likelihood, 12)
    assert rate_per_unit_if_any(model, x) is None
    with pytest.raises(IncompatibleError, match="standard-normal"):
        rate_per_unit(model, x)
    assert diagnose(model, x)["active units"].numbers["unit_rates"] is None


def test_the_centre_of_a_distribution_on_the_sphere_lies_on_it():
    q = VonMisesFisher(3)(torch.randn(5, *VonMisesFisher(3).param_shape))
    assert (q.mean.norm(dim=-1) < 0.99).all()
    torch.testing.assert_close(centre_of(q), q.mode)
    torch.testing.assert_close(centre_of(q).norm(dim=-1), torch.ones(5))
    flat = DiagonalGaussian(3)(torch.randn(5, 2, 3))
    assert torch.equal(centre_of(flat), flat.mean)
