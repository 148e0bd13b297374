"""An objective says whether it scores examples under p(x|z), and what it says is true."""

import pytest
import torch

from elbowroom.distributions import Deterministic, DiagonalGaussian, Gaussian
from elbowroom.errors import IncompatibleError
from elbowroom.models import StandardNormal
from elbowroom.models.priors import LearnedGaussian
from elbowroom.objectives import (
    Constant,
    Distortion,
    MultiScaleStructuralSimilarity,
    Rate,
    StructuralSimilarity,
    Sum,
    Weighted,
)
from elbowroom.training.step import Step
from tests.cases import IMAGE, OBJECTIVES, small_vae

MODELS = [
    {"posterior": posterior(2), "prior": prior(2)}
    for posterior in (DiagonalGaussian, Deterministic)
    for prior in (StandardNormal, LearnedGaussian)
]


def step_of(name):
    """Return the objective with the first model that it makes sense for."""
    for parts in MODELS:
        model = small_vae(Gaussian(IMAGE), **parts)
        try:
            return Step(model, OBJECTIVES[name](model))
        except IncompatibleError:
            continue
    raise AssertionError(f"{name} is refused by all")


@pytest.mark.parametrize("name", OBJECTIVES)
def test_the_scale_of_the_likelihood_learns_exactly_where_x_is_scored_under_it(name):
    step = step_of(name)
    step(torch.rand(8, *IMAGE)).loss.backward()
    learns = step.model.likelihood.log_scale.grad is not None
    assert learns == step.objective.fits_likelihood


def test_it_is_a_likelihood_wherever_the_distortion_is_wrapped_or_one_of_several():
    similar = StructuralSimilarity(1.0, window=3)
    assert not (similar + Rate()).fits_likelihood
    assert not Sum(Weighted(2.0, MultiScaleStructuralSimilarity(1.0))).fits_likelihood
    assert (similar + Distortion()).fits_likelihood
    assert Sum(Weighted(Constant(value=3.0), Weighted(1.0, Distortion()))).fits_likelihood
