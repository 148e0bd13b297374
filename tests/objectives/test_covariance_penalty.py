"""The covariance of the codes against NumPy's, and what it is held at."""

import numpy as np
import pytest
import torch

from elbowroom.distributions import Bernoulli, Deterministic
from elbowroom.distributions.posteriors import (
    FullGaussian,
    LowRankGaussian,
    PlanarFlow,
    VonMisesFisher,
)
from elbowroom.errors import ConfigError, IncompatibleError
from elbowroom.models import LadderVAE, Level, StandardNormal
from elbowroom.objectives import CovariancePenalty, dip_vae
from elbowroom.objectives.covariance_penalty import covariance_of, mean_covariance
from tests.cases import examples, small_vae, spread
from tests.planted_codes import planted


def by_hand(covariance, off_diagonal, diagonal):
    pairs = covariance - np.diag(np.diag(covariance))
    return off_diagonal * (pairs**2).sum() + diagonal * ((np.diag(covariance) - 1) ** 2).sum()


@pytest.mark.parametrize("form", ["i", "ii"])
@pytest.mark.parametrize("samples", [1, 3])
def test_it_is_the_formula_with_numpys_covariances(form, samples):
    means, scales = torch.randn(30, 4) @ torch.randn(4, 4), 0.3 + torch.rand(30, 4)
    model, x = planted(means, scales)
    covariance = np.cov(means.numpy(), rowvar=False)
    if form == "ii":
        covariance = covariance + np.diag((scales.numpy() ** 2).mean(0))
    cost = CovariancePenalty(3.0, 7.0, form=form)(model, model(x, samples))
    assert float(cost.value.detach()) == pytest.approx(by_hand(covariance, 3, 7), rel=1e-4)
    assert float(cost.logs["covariance"]) == pytest.approx(by_hand(covariance, 1, 0), rel=1e-4)
    assert float(cost.logs["variance"]) == pytest.approx(by_hand(covariance, 0, 1), rel=1e-4)


def test_white_codes_cost_nothing():
    """Form i of white means; form ii of white codes: a part of the variance is the noise's."""
    white = torch.tensor([[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0]]) * (3 / 4) ** 0.5
    for form, means in (("i", white), ("ii", 0.8 * white)):
        model, x = planted(means, 0.6)
        value = CovariancePenalty(5.0, 5.0, form=form)(model, model(x)).value
        assert abs(float(value.detach())) < 1e-8


def test_form_ii_is_the_covariance_of_the_codes():
    model, x = planted(torch.randn(40, 3) @ torch.randn(3, 3), 0.5 + torch.rand(40, 3))
    level = model(x, 5000).levels[0]
    whole = covariance_of(level.posterior.mean) * 39 / 40 + mean_covariance(level)
    torch.testing.assert_close(covariance_of(level.z), whole, rtol=0.03, atol=0.03)


def test_the_covariance_of_dependent_units_is_that_of_their_draws():
    model = small_vae(Bernoulli((6,)), latent=3, posterior=FullGaussian(3))
    spread(model, 3.0)
    level = model(examples(model.likelihood, 8), 20_000).levels[0]
    factors = level.posterior.scale_tril
    torch.testing.assert_close(
        mean_covariance(level), (factors @ factors.mT).mean(0), rtol=0.05, atol=0.03
    )
    assert (mean_covariance(level) - mean_covariance(level).diagonal().diag()).abs().max() > 0.01


def test_codes_without_noise_have_one_covariance():
    model = small_vae(Bernoulli((6,)), latent=3, posterior=Deterministic(3))
    trace = model(examples(model.likelihood, 8))
    one, two = (CovariancePenalty(form=form) for form in ("i", "ii"))
    two.check(model)
    torch.testing.assert_close(one(model, trace).value, two(model, trace).value)


def test_mixed_precision_leaves_it_as_it_is():
    codes = torch.randn(40, 5)
    with torch.autocast("cpu", torch.bfloat16):
        mixed = covariance_of(codes)
    assert torch.equal(mixed, covariance_of(codes))


def test_one_example_has_no_covariance():
    model, x = planted(torch.ones(1, 2), 1.0)
    cost = CovariancePenalty(1.0, 1.0, form="i")(model, model(x))
    assert float(cost.value.detach()) == 2.0


@pytest.mark.parametrize("inference", ["top-down", "bottom-up"])
@pytest.mark.parametrize("level", [0, 1])
def test_every_level_of_a_ladder_has_one(inference, level):
    model = LadderVAE.of(Bernoulli((6,)), latent=3, above=(2,), inference=inference)
    objective = dip_vae(level=level, samples=2)
    objective.check(model)
    assert objective(model, examples(model.likelihood, 8)).loss.isfinite()


def test_the_objective_is_the_elbo_and_the_penalty():
    model, x = planted(torch.randn(9, 2), 0.5)
    logs = dip_vae(off_diagonal=2.0, diagonal=3.0)(model, x[:, :4]).logs
    expected = logs["distortion"] + logs["rate"] + 2 * logs["covariance"] + 3 * logs["variance"]
    torch.testing.assert_close(logs["loss"], expected)


@pytest.mark.parametrize(
    ("posterior", "words"),
    [
        (PlanarFlow(3), "needs the mean of q.*info-vae"),
        (VonMisesFisher(3), "sphere.*cannot be the identity"),
    ],
)
def test_codes_without_such_a_covariance_are_refused(posterior, words):
    model = small_vae(Bernoulli((6,)), latent=3, posterior=posterior)
    with pytest.raises(IncompatibleError, match=words):
        dip_vae().check(model)


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda: CovariancePenalty(form="iii"), "form must be one of i, ii, got 'iii'"),
        (lambda: CovariancePenalty(-1.0), "0 or more, got -1"),
        (lambda: dip_vae(diagonal=-2.0), "0 or more, got -2"),
        (lambda: CovariancePenalty(level=-1), "levels count from 0"),
    ],
)
def test_options_out_of_range_are_refused(build, words):
    with pytest.raises(ConfigError, match=words):
        build()


@pytest.mark.parametrize("family", [FullGaussian, LowRankGaussian])
def test_correlated_posteriors_give_their_covariance_and_no_noise_of_draws(family):
    q = family(3)(torch.randn(5, *family(3).param_shape))
    level = Level(q.rsample((1,)), StandardNormal(3)(), q)
    draws = q.sample((200_000,)) - q.mean
    by_draws = torch.einsum("kbi,kbj->ij", draws, draws) / draws.shape[0] / 5
    torch.testing.assert_close(mean_covariance(level), by_draws, atol=0.05, rtol=0.05)
