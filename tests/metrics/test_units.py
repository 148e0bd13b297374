"""What each unit does, on codes that were planted."""

import pytest
import torch

from elbowroom.distributions import Bernoulli, Deterministic
from elbowroom.errors import DataError, IncompatibleError
from elbowroom.metrics import active_units, posterior_means, rate_per_unit
from tests.cases import IMAGE, LIKELIHOODS, examples, small_vae, spread
from tests.linear_gaussian import LinearGaussian, digits
from tests.planted_codes import planted


@pytest.mark.parametrize("batch_size", [1, 7, 1000])
def test_means_are_the_posteriors_and_in_order(batch_size):
    means = torch.randn(23, 3)
    model, x = planted(means, 0.5)
    torch.testing.assert_close(posterior_means(model, x, batch_size=batch_size), means)


@pytest.mark.parametrize("batch_size", [1, 7, 1000])
def test_the_rate_of_a_unit_is_its_closed_form_and_a_mean_over_examples(batch_size):
    means, scales = torch.randn(23, 3), 0.1 + torch.rand(23, 3)
    model, x = planted(means, scales)
    exact = 0.5 * (means**2 + scales**2 - 1) - scales.log()
    rates = rate_per_unit(model, x, batch_size=batch_size)
    torch.testing.assert_close(rates, exact.double().mean(0), rtol=1e-5, atol=1e-6)
    assert rates.dtype == torch.float64


@pytest.mark.parametrize("likelihood", LIKELIHOODS)
def test_the_units_add_up_to_the_rate(likelihood):
    model = small_vae(LIKELIHOODS[likelihood](IMAGE).eval(), latent=3)
    spread(model, 2.0)
    x = examples(model.likelihood, 9)
    whole = model(x).rate.mean().item()
    assert rate_per_unit(model, x).sum().item() == pytest.approx(whole, rel=1e-5)


def test_active_units_are_those_whose_means_vary():
    means = torch.randn(4000, 4) * torch.tensor([1.0, 0.11, 0.09, 0.0]) + 5
    assert active_units(means).tolist() == [True, True, False, False]
    assert active_units(means, threshold=0.5).tolist() == [True, False, False, False]


def test_activity_takes_no_notice_of_shift_and_order_and_follows_its_unit():
    means = torch.randn(100, 5) * torch.tensor([1.0, 0, 1, 0, 1])
    active = active_units(means)
    assert torch.equal(active_units(means[torch.randperm(100)] + 3), active)
    order = torch.randperm(5)
    assert torch.equal(active_units(means[:, order]), active[order])


@pytest.mark.parametrize("beta", [1.0, 2.0, 5.0])
def test_in_a_linear_model_a_unit_is_dead_when_its_eigenvalue_is_below_beta_noise(beta):
    """The best beta-VAE with fixed noise s^2 keeps eigenvalue i where it is above beta s^2."""
    x = digits()
    fitted = LinearGaussian.fitted(x, 10)
    gain = fitted.weights.square().sum(0)  # eigenvalue - s^2
    noise = float((gain[4] + gain[5]) / 2 + fitted.variance) / beta
    kept = gain + fitted.variance > beta * noise
    assert kept.tolist() == [True] * 5 + [False] * 5
    # Posterior variance beta s^2 / eigenvalue; the means have the rest, 1 - beta s^2 / eigenvalue.
    left = (1 - beta * noise / (gain + fitted.variance)).clamp(min=0)
    scores = (x - fitted.mean) @ (fitted.weights / gain.sqrt()) / (gain + fitted.variance).sqrt()
    model, codes = planted((scores * left.sqrt()).float(), (1 - left).sqrt().float())
    assert active_units(posterior_means(model, codes)).tolist() == kept.tolist()
    assert ((rate_per_unit(model, codes) > 1e-6) == kept).all()


@pytest.mark.parametrize("count", [0, 1])
def test_too_few_examples_have_no_variance(count):
    with pytest.raises(DataError, match="2 examples or more"):
        active_units(torch.zeros(count, 3))


def test_a_code_without_density_has_no_rate():
    model = small_vae(Bernoulli(IMAGE), posterior=Deterministic(2))
    with pytest.raises(IncompatibleError, match="independent units"):
        rate_per_unit(model, torch.zeros(3, *IMAGE))
    assert posterior_means(model, torch.zeros(3, *IMAGE)).shape == (3, 2)


def student(latent: int) -> torch.distributions.Distribution:
    base = torch.distributions.StudentT(3 + torch.zeros(latent), validate_args=False)
    return torch.distributions.Independent(base, 1, validate_args=False)


def test_a_prior_of_dependent_units_leaves_no_rate_for_each_unit(monkeypatch):
    model, x = planted(torch.randn(5, 2), 0.5)
    whole = torch.distributions.MultivariateNormal(torch.zeros(2), torch.eye(2) + 0.5)
    monkeypatch.setattr(model.prior, "forward", lambda: whole)
    with pytest.raises(IncompatibleError, match="does not split over the units"):
        rate_per_unit(model, x)


def test_without_a_closed_form_the_rate_of_each_unit_is_estimated_by_its_draws(monkeypatch):
    model, x = planted(torch.randn(5, 2), 0.5)
    monkeypatch.setattr(model.prior, "forward", lambda: student(2))
    many = x.repeat_interleave(4_000, 0)
    units = rate_per_unit(model, many)
    with torch.no_grad():
        rate = model(x, 4_000).rate.double()
    error = rate.std() / rate.numel() ** 0.5
    assert abs(float(units.sum() - rate.mean())) < 5 * 2**0.5 * float(error)
    assert torch.equal(units, rate_per_unit(model, many)), "other draws another time"


@pytest.mark.parametrize("measure", [posterior_means, rate_per_unit])
def test_random_state_modes_and_gradients_are_left_alone(measure):
    model, x = planted(torch.randn(5, 2), 0.5)
    model.train()
    model.encoder.eval()  # a person may have frozen a part
    generator = torch.get_rng_state()
    result = measure(model, x)
    assert not result.requires_grad
    assert model.training and model.decoder.training and not model.encoder.training
    assert torch.equal(torch.get_rng_state(), generator)
