"""Critics and models never reach each other, parameter by parameter (FactorVAE, VAE-GAN)."""

import pytest
import torch

from elbowroom.distributions import Gaussian
from elbowroom.networks import MLP, Conv, ResNet
from elbowroom.networks.frozen import frozen
from elbowroom.objectives import Critic
from elbowroom.objectives.recipes import factor_vae, vae_gan
from elbowroom.training.optimisation import players
from elbowroom.training.step import Step
from tests.cases import small_vae

IMAGE = (1, 16, 16)
GAMMA = 0.25
CRITICS = {"chosen": None, "mlp": MLP(hidden=(8,)), "conv": Conv(channels=(4,), hidden=8),
           "resnet": ResNet(channels=(4, 8))}  # fmt: skip


def adversarial(critic=None):
    objective = vae_gan(IMAGE, gamma=GAMMA, beta=0.5, noise=0.0, critic=critic or MLP(hidden=(16,)))
    return objective, objective.terms[0].critic


def factorised(critic=None):
    objective = factor_vae(gamma=3.0, hidden=(16,))
    objective.check(small_vae(Gaussian(IMAGE)))
    return objective, objective.terms[2].penalty.critic


OBJECTIVES = {"vae-gan": adversarial, "factor-vae": factorised}
every = pytest.mark.parametrize("build", OBJECTIVES.values(), ids=OBJECTIVES)


@pytest.fixture
def model():
    torch.manual_seed(0)
    return small_vae(Gaussian(IMAGE))


@pytest.fixture
def x():
    return torch.rand(6, *IMAGE)


def costs(objective, model, x):
    """Return the trace and the cost of each term, with the same noise every time."""
    torch.manual_seed(1)
    trace = model(x, objective.samples)
    return trace, [term(model, trace) for term in objective.terms]


def gradients(loss, module):
    wanted = [parameter for parameter in module.parameters() if parameter.requires_grad]
    return torch.autograd.grad(loss, wanted, allow_unused=True, retain_graph=True)


def untouched(loss, module):
    return all(gradient is None for gradient in gradients(loss, module))


@every
def test_what_the_model_minimises_reaches_no_critic(build, model, x):
    objective, critic = build()
    for cost in costs(objective, model, x)[1]:
        assert untouched(cost.value, critic)


@every
def test_what_the_critic_minimises_reaches_no_model(build, model, x):
    objective, critic = build()
    owns = [cost.own for cost in costs(objective, model, x)[1] if cost.own is not None]
    assert len(owns) == 1
    assert untouched(owns[0], model)
    assert all(g is not None and g.any() for g in gradients(owns[0], critic))


@every
def test_one_backward_gives_each_player_the_gradient_of_its_own_loss_alone(build, model, x):
    objective, critic = build()
    cost = costs(objective, model, x)[1]
    of_model = gradients(sum(c.value for c in cost), model)
    of_critic = gradients(sum(c.own for c in cost if c.own is not None), critic)
    torch.manual_seed(1)
    objective(model, x).loss.backward()
    for module, expected in ((model, of_model), (critic, of_critic)):
        for parameter, gradient in zip(module.parameters(), expected, strict=True):
            if gradient is None:
                assert parameter.grad is None
            else:
                torch.testing.assert_close(parameter.grad, gradient)


@every
def test_the_optimiser_has_a_group_for_each_player(build, model):
    objective, critic = build()
    groups = players(Step(model, objective))
    assert set(groups) == {"model", "critic"}
    assert {id(p) for p in groups["critic"]} == {id(p) for p in critic.parameters()}
    assert {id(p) for p in groups["model"]} == {id(p) for p in model.parameters()}


def test_the_adversarial_term_reaches_the_decoder_and_neither_encoder_nor_prior(model, x):
    objective, _ = adversarial()
    fooling = costs(objective, model, x)[1][2].value
    assert untouched(fooling, model.encoder)
    assert untouched(fooling, model.likelihood)
    assert all(g is not None and g.any() for g in gradients(fooling, model.decoder.network))


def test_encoder_and_decoder_of_vae_gan_get_what_the_paper_gives_them(model, x):
    """Larsen et al. (2016), algorithm 1: the decoder's share is the paper's times 1 / gamma."""
    objective, critic = adversarial()
    trace, _ = costs(objective, model, x)
    torch.manual_seed(1)
    objective(model, x).loss.backward()
    with frozen(critic):
        distance = critic(trace.px.mean).features - critic(x).features
        features = 0.5 * distance.square().flatten(2).sum(-1).mean()
        codes = trace.z.detach()
        drawn_after_codes(x)
        made = [model.decoder(codes).mean, model.generate((1, len(x))).px.mean]
        fooling = sum(torch.nn.functional.softplus(-critic(m).logit).mean() for m in made) / 2
    encoder = gradients(features + 0.5 * trace.rate.mean(), model.encoder)
    decoder = gradients(GAMMA * features + fooling, model.decoder.network)
    for parameter, expected in zip(model.encoder.parameters(), encoder, strict=True):
        torch.testing.assert_close(parameter.grad, expected)
    for parameter, expected in zip(model.decoder.network.parameters(), decoder, strict=True):
        torch.testing.assert_close(GAMMA * parameter.grad, expected)


def drawn_after_codes(x):
    """Put the global generator where it is after the codes have been drawn."""
    torch.manual_seed(1)
    torch.randn(1, len(x), 2)


@pytest.mark.parametrize("critic", CRITICS.values(), ids=CRITICS)
def test_any_architecture_is_a_critic_without_batch_norm(critic, model, x):
    """An example's judgement does not depend on which others are judged with it."""
    judge = Critic.of(IMAGE, critic).train()
    assert not any(
        isinstance(part, torch.nn.modules.batchnorm._BatchNorm) for part in judge.modules()
    )
    state = {name: value.clone() for name, value in judge.state_dict().items()}
    together, alone = judge(x), [judge(one[None]) for one in x]
    torch.testing.assert_close(together.logit, torch.cat([j.logit for j in alone]))
    torch.testing.assert_close(together.features, torch.cat([j.features for j in alone]))
    assert all(torch.equal(value, state[name]) for name, value in judge.state_dict().items())
    widths = together.features.flatten(1)
    torch.testing.assert_close(widths.square().mean(1), torch.ones(6), atol=0.02, rtol=0)


def test_a_critic_judges_under_any_leading_shape(x):
    judge = Critic.of(IMAGE)
    stacked = judge(x.reshape(2, 1, 3, *IMAGE))
    torch.testing.assert_close(stacked.logit.flatten(), judge(x).logit)
    assert stacked.features.shape == (2, 1, 3, *judge(x).features.shape[1:])
