"""Gradients of bounds: the same mean, less noise, and none at the exact posterior."""

import pytest
import torch
from torch import Tensor, nn

from elbowroom.distributions import Ability, Bernoulli, DiagonalGaussian
from elbowroom.errors import IncompatibleError
from elbowroom.models import LatentModel
from elbowroom.models.priors.vamp_prior import VampPrior
from elbowroom.networks import MLP
from elbowroom.objectives import (
    DoublyReparametrised,
    EvidenceBound,
    ImportanceBound,
    Penalty,
    RenyiBound,
    StickingTheLanding,
    Sum,
    dreg,
    sticking_the_landing,
)
from tests.cases import examples, small_vae, spread
from tests.evidence.two_levels import TwoLevels
from tests.linear_gaussian import LinearGaussian, digits

BATCH, DRAWS = 128, 60


def plain_model() -> LatentModel:
    return small_vae(Bernoulli((6,)), network=MLP(hidden=(4,), activation="tanh"))


def vamp_model() -> LatentModel:
    """The prior's parameters are the encoder's too."""

    def prior(encoder):
        return VampPrior(2, encoder, components=3)

    return small_vae(Bernoulli((6,)), network=MLP(hidden=(4,), activation="tanh"), prior=prior)


MODELS = {"vae": plain_model, "vamp": vamp_model, "two levels": TwoLevels}


def far_from_trivial(name: str) -> tuple[LatentModel, Tensor]:
    torch.manual_seed(3)
    model = MODELS[name]()
    if name != "two levels":  # whose weights are far from trivial as they are
        spread(model, 2.0)
    x = examples(model.likelihood, 2, seed=1)
    return model, x.repeat_interleave(BATCH // 2, 0)


def gradients(penalty: Penalty, model: LatentModel, x: Tensor, samples: int, draws=DRAWS) -> Tensor:
    """Return independent draws of the gradient for all parameters, (draws, parameters)."""
    objective = Sum(penalty, samples=samples)
    parameters = [p for p in model.parameters() if p.requires_grad]
    rows = []
    for seed in range(draws):
        torch.manual_seed(seed)
        parts = torch.autograd.grad(objective(model, x).loss, parameters, materialize_grads=True,
                                    allow_unused=True)  # fmt: skip
        rows.append(torch.cat([part.flatten() for part in parts]).double())
    return torch.stack(rows)


def distance(one: Tensor, other: Tensor) -> float:
    """Return how far the means of paired draws are apart, in standard errors: the farthest."""
    difference = one - other
    error = difference.std(0) / len(difference) ** 0.5
    return float((difference.mean(0).abs() / (error + 1e-9)).max())


BOUNDS = {
    "importance": ImportanceBound(),
    "groups": ImportanceBound(groups=2),
    "renyi": RenyiBound(0.5),
    "evidence": EvidenceBound(),
}


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("bound", BOUNDS)
def test_doubly_reparametrised_gradients_have_the_same_mean(name, bound):
    model, x = far_from_trivial(name)
    plain = gradients(BOUNDS[bound], model, x, 4)
    assert distance(gradients(DoublyReparametrised(BOUNDS[bound]), model, x, 4), plain) < 4


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("samples", [1, 3])
def test_sticking_the_landing_has_the_same_mean_for_the_elbo(name, samples):
    model, x = far_from_trivial(name)
    plain = gradients(EvidenceBound(), model, x, samples)
    assert distance(gradients(StickingTheLanding(EvidenceBound()), model, x, samples), plain) < 4


def test_sticking_the_landing_is_biased_for_the_importance_bound():
    """So that the tests above see a bias where there is one (Tucker et al. 2019, section 4)."""
    model, x = far_from_trivial("vae")
    plain = gradients(ImportanceBound(), model, x, 4)
    assert distance(gradients(StickingTheLanding(ImportanceBound()), model, x, 4), plain) > 6


def test_the_parameters_of_decoder_and_prior_have_the_plain_gradient():
    model, x = far_from_trivial("vae")
    size = sum(p.numel() for p in model.encoder.parameters())
    bound = ImportanceBound()
    plain, *others = (
        gradients(penalty, model, x, 5, draws=2)[:, size:]
        for penalty in (bound, StickingTheLanding(bound), DoublyReparametrised(bound))
    )
    assert plain.abs().max() > 1e-3
    for other in others:
        torch.testing.assert_close(other, plain, rtol=1e-3, atol=1e-6)


def encoder_noise(penalty: Penalty, model: LatentModel, x: Tensor, samples: int) -> float:
    size = sum(p.numel() for p in model.encoder.parameters())
    return float(gradients(penalty, model, x, samples)[:, :size].var(0).sum())


@pytest.mark.parametrize("samples", [5, 30])
def test_the_noise_is_ordered_as_in_the_paper(samples):
    """Near the exact posterior, and more so with more codes."""
    x = digits()[:64]
    model = LinearGaussian.fitted(digits(), 3).vae(wider=1.2)
    plain, doubly = (
        encoder_noise(penalty, model, x.float(), samples)
        for penalty in (ImportanceBound(), DoublyReparametrised(ImportanceBound()))
    )
    assert doubly < plain / 3


def test_sticking_the_landing_is_less_noisy_near_the_exact_posterior():
    model = LinearGaussian.fitted(digits(), 3).vae(wider=1.05)
    x = digits()[:64].float()
    plain = encoder_noise(EvidenceBound(), model, x, 1)
    assert encoder_noise(StickingTheLanding(EvidenceBound()), model, x, 1) < plain / 10


@pytest.mark.parametrize(
    "penalty",
    [
        StickingTheLanding(EvidenceBound()),
        StickingTheLanding(ImportanceBound()),
        DoublyReparametrised(ImportanceBound()),
        DoublyReparametrised(RenyiBound(0.5)),
    ],
    ids=repr,
)
def test_at_the_exact_posterior_every_single_gradient_of_the_encoder_is_zero(penalty):
    x = digits()[:16]
    model = LinearGaussian.fitted(digits(), 3).vae()
    noise = gradients(EvidenceBound(), model, x.float(), 4, draws=3)
    rest = gradients(penalty, model, x.float(), 4, draws=3)
    size = sum(p.numel() for p in model.encoder.parameters())
    assert rest[:, :size].abs().max() < 1e-3 * noise[:, :size].abs().max()
    assert rest[:, size:].abs().max() > 1e-2


class OwnDrawsOnly(DiagonalGaussian):
    """A posterior that knows the density of its own draws alone, as some flows do."""

    provides = frozenset({Ability.DENSITY})


@pytest.mark.parametrize("recipe", [dreg, sticking_the_landing])
def test_a_posterior_that_knows_its_own_draws_alone_is_refused(recipe):
    model = small_vae(Bernoulli((5,)), posterior=OwnDrawsOnly(2))
    with pytest.raises(IncompatibleError, match="density at any code"):
        recipe().check(model)


def test_the_model_has_its_own_parameters_again_afterwards():
    model = TwoLevels()
    before = dict(model.named_parameters())
    DoublyReparametrised(ImportanceBound())(model, model(torch.randn(3, 6), 2))
    assert all(isinstance(p, nn.Parameter) and p is before[n] for n, p in model.named_parameters())
