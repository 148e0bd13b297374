"""The VampPrior: tied to the encoder of its own model, made of examples, no bigger than it says."""

from copy import deepcopy

import pytest
import torch
from torch.func import functional_call

from elbowroom.distributions import Bernoulli, Deterministic, Gaussian
from elbowroom.distributions.aggregate import Aggregate
from elbowroom.distributions.posteriors import VonMisesFisher
from elbowroom.errors import ConfigError, IncompatibleError, ShapeError
from elbowroom.models import VAE
from elbowroom.models.priors import VampPrior
from tests.cases import IMAGE, examples, small_vae

X = examples(Bernoulli(IMAGE), 40)


def model(components: int = 7, **parts) -> VAE:
    return small_vae(
        Bernoulli(IMAGE),
        prior=lambda encoder: VampPrior(2, encoder, components=components),
        **parts,
    )


def test_the_encoder_is_saved_counted_and_trained_once():
    one, plain = model(), small_vae(Bernoulli(IMAGE))
    assert set(one.state_dict()) == {*plain.state_dict(), "prior.inputs"}
    assert [name for name, _ in one.prior.named_parameters()] == ["inputs"]


def test_gradients_reach_inputs_and_encoder_through_the_prior():
    one = model()
    one.prior().log_prob(torch.randn(5, 2)).sum().backward()
    assert one.prior.inputs.grad.any()
    assert all(p.grad is not None and p.grad.any() for p in one.encoder.parameters())


def test_a_copy_of_the_model_has_a_prior_tied_to_its_own_encoder():
    one = model()
    other, z = deepcopy(one), torch.randn(5, 2)
    before = one.prior().log_prob(z)
    torch.testing.assert_close(other.prior().log_prob(z), before)
    with torch.no_grad():
        for parameter in other.encoder.parameters():
            parameter.add_(1.0)
    assert not torch.allclose(other.prior().log_prob(z), before)
    torch.testing.assert_close(one.prior().log_prob(z), before)


def test_other_parameters_for_a_call_are_the_priors_too():
    one, other, z = model(), model(), torch.randn(3, 40, 2)
    expected = other(X, given=z).log_w
    torch.testing.assert_close(
        functional_call(one, other.state_dict(), (X,), {"given": z}).log_w, expected
    )
    assert not torch.allclose(one(X, given=z).log_w, expected)


def test_with_every_example_as_an_input_it_is_the_aggregate_posterior():
    one = model(components=40).start_at(X)
    z = torch.randn(6, 2)
    aggregate = Aggregate(one.encoder.family, one.encoder.raw(X))
    torch.testing.assert_close(one.prior().log_prob(z).double(), aggregate.log_prob(z))


@pytest.mark.parametrize("components", [7, 40, 100])
def test_inputs_start_as_examples_and_none_twice(components):
    x = 100 + 10 * torch.randn(40, 3)  # far outside [0, 1]
    one = small_vae(
        Gaussian((3,)), prior=lambda encoder: VampPrior(2, encoder, components=components)
    ).start_at(x)
    inputs = one.prior.inputs.detach()
    distance = (inputs[:, None] - x).norm(dim=-1).amin(1)
    assert (distance[:40] < 1e-4).all()
    assert (torch.pdist(inputs) > 1e-3).all()
    assert distance.max() < 10


def test_it_is_as_spread_as_the_codes_at_the_start():
    """No collapse: the components of an untrained model differ as the codes of examples do."""
    one = model(components=20).start_at(X)
    prior, codes = one.prior().components.mean, one.encoder(X).mean
    assert (prior.std(0) > 0.5 * codes.std(0)).all()


def test_on_the_sphere_it_is_a_mixture_on_the_sphere():
    one = model(posterior=VonMisesFisher(2))
    z = one.generate((9,)).z
    torch.testing.assert_close(z.norm(dim=-1), torch.ones(9))
    assert one(X).log_w.isfinite().all()


def test_what_it_cannot_be_made_of_is_refused():
    with pytest.raises(IncompatibleError, match="Deterministic posterior has no density there"):
        model(posterior=Deterministic(2))
    encoder = small_vae(Bernoulli(IMAGE)).encoder
    with pytest.raises(ConfigError, match=r"shape \(2,\): it cannot have 3 units"):
        VampPrior(3, encoder)
    with pytest.raises(ConfigError, match="components must be 1 or more, got 0"):
        VampPrior(2, encoder, components=0)
    with pytest.raises(ShapeError, match=r"\(1, 8, 8\); these examples have \(5,\)"):
        VampPrior(2, encoder, components=3).start_at(torch.zeros(4, 5))
