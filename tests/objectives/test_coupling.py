"""Costs say whether examples of a batch depend on each other.

Where they do not, the cost of a batch is the mean of those of its two halves.
"""

import pytest
import torch

from elbowroom.distributions import Bernoulli
from elbowroom.errors import IncompatibleError
from elbowroom.objectives import Distortion, MeanDiscrepancy, Rate, Weighted, at_final_weights
from tests.cases import IMAGE, OBJECTIVES, examples
from tests.every_model import MODELS


def plain_model(objective: str):
    """Return a model that an objective makes sense for, away from its start, and the objective."""
    for name in ("DiagonalGaussian", "GaussianMixture"):
        torch.manual_seed(0)
        model = MODELS[name](Bernoulli(IMAGE))
        built = OBJECTIVES[objective](model)
        try:
            built.check(model)
        except IncompatibleError:
            continue
        with torch.no_grad():
            for parameter in model.parameters():
                parameter.add_(0.1 * torch.randn_like(parameter))
        return model, built
    raise AssertionError(f"no model for {objective}")


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_a_cost_that_couples_no_batch_is_the_mean_of_those_of_its_halves(objective):
    model, objective = plain_model(objective)
    x = examples(model.likelihood, 12)
    z = 2 * torch.randn(objective.samples, 12, model.latent)

    def value(cost, part):
        torch.manual_seed(1)
        with torch.no_grad():
            return cost(model, model(x[part], given=z[:, part])).value

    whole, first, second = slice(None), slice(6), slice(6, None)
    with at_final_weights(objective):
        for cost in objective.terms:
            if not draws(lambda cost=cost: cost(model, model(x, given=z)).value):
                mean = (value(cost, first) + value(cost, second)) / 2
                same = torch.allclose(value(cost, whole), mean, rtol=1e-4, atol=1e-4)
                assert same or objective.couples_batch, cost


def draws(evaluate) -> bool:
    """Tell whether evaluating a cost twice gives two values, because it draws codes itself."""
    return not torch.equal(evaluate(), evaluate())


def test_a_sum_couples_a_batch_where_one_of_its_parts_does():
    assert not (Distortion() + Weighted(2.0, Rate())).couples_batch
    assert (Distortion() + Weighted(2.0, MeanDiscrepancy())).couples_batch
    coupled = {name for name, build in OBJECTIVES.items() if build().couples_batch}
    assert {"beta_tcvae", "dip_vae", "info_vae", "wae", "capacity", "free_bits"} <= coupled
    assert not coupled & {"elbo", "iwae", "autoencoder", "factor_vae"}
