"""Laws of semi-amortised inference: better posteriors, by steps that nobody else feels."""

import copy

import pytest
import torch

from elbowroom.distributions import (
    Bernoulli,
    Deterministic,
    DiagonalGaussian,
    Gaussian,
    OptimalGaussian,
)
from elbowroom.errors import ConfigError, IncompatibleError
from elbowroom.models import VAE, Neural, StandardNormal
from elbowroom.models.refined import Refined
from elbowroom.models.structures import SemiAmortised
from elbowroom.networks import MLP
from elbowroom.objectives import elbo
from tests.cases import IMAGE, examples, spread
from tests.every_model import built


def refined(likelihood=None, **options) -> VAE:
    return built(likelihood or Bernoulli(IMAGE), structure=SemiAmortised(**options))


def elbo_of(model: VAE, x: torch.Tensor) -> float:
    torch.manual_seed(0)
    with torch.no_grad():
        trace = model(x, 500)
        return float((trace.log_px - trace.rate).mean())


def test_the_steps_raise_the_bound_and_more_steps_raise_it_more():
    model = refined(step_size=0.05, samples=8)
    spread(model.decoder, 4.0)
    x = examples(model.likelihood, 40)
    plain = VAE(
        Neural(model.encoder.network, model.encoder.family),
        model.decoder,
        model.prior,
    )
    bounds = [elbo_of(plain, x)]
    for steps in (1, 5, 40):
        model.encoder.steps = steps
        bounds.append(elbo_of(model, x))
    assert bounds == sorted(bounds)
    assert bounds[-1] > bounds[0] + 0.5


def test_a_linear_gaussian_model_ends_at_the_exact_posterior():
    """Oracle: with p(x|z) = N(x; wz, 1), q(z|x) = N(wx / (w^2 + 1), 1 / (w^2 + 1))."""
    likelihood = Gaussian((1,), scale="fixed", initial=1.0)
    model = built(
        likelihood,
        latent=1,
        network=MLP(hidden=()),
        structure=SemiAmortised(steps=400, step_size=0.02, samples=400),
    )
    with torch.no_grad():
        model.decoder.network.body[-1].weight.fill_(1.5)
        model.decoder.network.body[-1].bias.fill_(0.0)
    x = torch.tensor([[-1.0], [0.5], [2.0]])
    q = model.encoder(x)
    precision = 1.5**2 + 1
    torch.testing.assert_close(q.mean, 1.5 * x / precision, atol=0.02, rtol=0.02)
    torch.testing.assert_close(q.variance, torch.full((3, 1), 1 / precision), atol=0.02, rtol=0.05)


def test_each_example_is_refined_on_its_own():
    model = refined(samples=1)
    model.encoder.family = Mean(3)  # no noise: the same steps alone and in company
    x = examples(model.likelihood, 6)
    together = model.encoder.raw(x)
    alone = torch.cat([model.encoder.raw(one) for one in x.split(1)])
    torch.testing.assert_close(together, alone, atol=1e-5, rtol=1e-4)


class Mean(DiagonalGaussian):
    """A posterior whose draws are its mean."""

    def forward(self, raw):
        q = super().forward(raw)
        q.base_dist.scale = q.base_dist.scale * 0 + 1
        q.rsample = lambda shape: q.mean.expand(*shape, *q.mean.shape)
        return q


def test_parameters_are_the_models_once_and_a_copy_stays_tied():
    model = refined()
    names = [name for name, _ in model.named_parameters()]
    assert len(names) == len(set(names)) and not any("others" in name for name in names)
    copied = copy.deepcopy(model)
    assert copied.encoder.others == (copied.decoder, copied.prior)


def test_in_training_and_in_inference_mode_it_is_the_same_posterior():
    model = refined()
    x = examples(model.likelihood, 4)
    results = []
    for mode in (torch.enable_grad, torch.no_grad, torch.inference_mode):
        torch.manual_seed(0)
        with mode():
            results.append(model.encoder(x).mean.clone())
    assert torch.equal(results[0], results[1]) and torch.equal(results[0], results[2])


def test_the_steps_leave_gradients_modes_and_buffers_alone():
    model = refined(OptimalGaussian(IMAGE)).train()
    before = model.likelihood.variance.clone()
    model.infer(torch.randn(5, *IMAGE))
    assert torch.equal(model.likelihood.variance, before)
    assert all(parameter.grad is None for parameter in model.parameters())
    assert all(module.training for module in model.modules())
    elbo()(model, torch.randn(5, *IMAGE)).loss.backward()
    assert not torch.equal(model.likelihood.variance, before)


@pytest.mark.parametrize("options", [{"steps": 0}, {"samples": 0}, {"step_size": 0.0}])
def test_options_out_of_range_are_refused(options):
    with pytest.raises(ConfigError, match="needs steps >= 1"):
        refined(**options)


def test_without_a_density_there_is_no_elbo_to_climb():
    with pytest.raises(IncompatibleError, match="diagonal-gaussian"):
        built(Bernoulli(IMAGE), posterior=Deterministic, structure=SemiAmortised())


def test_it_says_what_it_is():
    encoder = refined(steps=3).encoder
    assert isinstance(encoder, Refined) and "steps=3, step_size=0.1" in repr(encoder)
    assert isinstance(encoder.others[1], StandardNormal)


def test_outside_training_the_codes_of_examples_repeat():
    model = refined(samples=2).eval()
    x = examples(model.likelihood, 6)
    assert torch.equal(model.centred(x)[0].z, model.centred(x)[0].z)
    model.train()
    assert not torch.equal(model.encoder.raw(x), model.encoder.raw(x))
