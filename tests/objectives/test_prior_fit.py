"""The second stage: the prior goes to where the codes are, and nothing else moves."""

import pytest
import torch

from elbowroom.distributions import Bernoulli, Deterministic
from elbowroom.errors import IncompatibleError
from elbowroom.models.priors import LearnedGaussian
from elbowroom.networks import MLP
from elbowroom.objectives import (
    Constrained,
    CriticTotalCorrelation,
    Distortion,
    Lagrangian,
    PriorFit,
    Rate,
    Sum,
    elbo,
    prior_fit,
)
from elbowroom.training import Step
from tests.cases import IMAGE, examples
from tests.every_model import built


@pytest.mark.parametrize("posterior", [None, Deterministic])
def test_it_reaches_the_prior_alone(posterior):
    options = {} if posterior is None else {"posterior": posterior}
    model = built(Bernoulli(IMAGE), prior=LearnedGaussian, **options)
    Step(model, prior_fit())(examples(model.likelihood, 6)).loss.backward()
    reached = {name for name, p in model.named_parameters() if p.grad is not None and p.grad.any()}
    assert reached and all(name.startswith("prior.") for name in reached)


def test_its_minimum_is_at_the_moments_of_the_codes():
    """Oracle: a normal fitted by maximum likelihood has the mean and variance of the codes."""
    torch.manual_seed(0)
    model = built(Bernoulli(IMAGE), prior=LearnedGaussian, posterior=Deterministic, latent=2)
    x = examples(model.likelihood, 200)
    adam, objective = torch.optim.Adam(model.prior.parameters(), lr=0.02), prior_fit()
    for _ in range(600):
        adam.zero_grad()
        objective(model, x).loss.backward()
        adam.step()
    with torch.no_grad():
        codes = model.encoder(x).mean
        p = model.prior()
    torch.testing.assert_close(p.mean, codes.mean(0), atol=3e-3, rtol=1e-2)
    torch.testing.assert_close(p.stddev, codes.std(0, correction=0), atol=1e-3, rtol=1e-2)


def test_a_prior_without_parameters_has_nothing_to_fit():
    with pytest.raises(IncompatibleError, match="nothing to fit.*coupling-flow"):
        prior_fit().check(built(Bernoulli(IMAGE)))


def test_a_learned_prior_that_nothing_trains_is_refused_wherever_the_cost_stands():
    model = built(Bernoulli(IMAGE), prior=LearnedGaussian)
    for objective in (
        elbo(beta=0.0),
        Distortion() + Constrained(CriticTotalCorrelation(MLP()), 1.0),
        Sum(Lagrangian(Distortion())),
    ):
        with pytest.raises(IncompatibleError, match="never be trained"):
            objective.check(model)
    Sum(Lagrangian(PriorFit())).check(model)
    (Distortion() + Constrained(Rate(), 1.0)).check(model)
