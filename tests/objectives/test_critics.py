"""What critics measure: total correlation, distances of features, who is real."""

from math import log

import pytest
import torch
from torch.distributions import Independent, Normal

from elbowroom.data.columns import Column
from elbowroom.distributions import Bernoulli, Gaussian
from elbowroom.distributions.likelihoods.columns import Columns
from elbowroom.errors import ConfigError, IncompatibleError
from elbowroom.models import Level, Trace
from elbowroom.networks import MLP, Network
from elbowroom.objectives import (
    Adversarial,
    Critic,
    CriticTotalCorrelation,
    FeatureDistortion,
)
from elbowroom.objectives.critic_total_correlation import shuffled
from elbowroom.objectives.recipes import factor_vae, vae_gan
from tests.cases import small_vae

IMAGE = (1, 16, 16)


def coded(z):
    """Return a trace that holds codes and nothing else."""
    return Trace(None, Normal(0.0, 1.0), (Level(z, Independent(Normal(0.0, 1.0), 0)),))


@pytest.mark.parametrize("correlation", [0.0, 0.9])
def test_a_trained_critic_finds_the_total_correlation_of_gaussian_codes(correlation):
    """TC of two standard normals with correlation r is -log(1 - r^2) / 2 nats."""
    torch.manual_seed(0)
    penalty = CriticTotalCorrelation(Critic.of((2,), MLP(hidden=(32, 32), activation="silu")))
    optimiser = torch.optim.Adam(penalty.parameters(), lr=1e-2)
    factor = torch.tensor([[1.0, correlation], [0.0, (1 - correlation**2) ** 0.5]])
    for _ in range(300):
        optimiser.zero_grad()
        penalty(None, coded(torch.randn(1, 256, 2) @ factor)).own.backward()
        optimiser.step()
    found = penalty(None, coded(torch.randn(1, 20_000, 2) @ factor)).value
    truth = -log(1 - correlation**2) / 2
    assert found == pytest.approx(truth, abs=0.05 + 0.1 * truth)


@pytest.mark.parametrize("units", [2, 7, 64])
def test_shuffled_codes_keep_each_unit_and_part_the_units_of_every_example(units):
    rows = torch.arange(64.0)
    z = rows[None, :, None].expand(3, 64, units)
    mixed = shuffled(z)
    assert torch.equal(mixed.sort(1).values, z)
    for row in mixed.flatten(0, 1):
        assert len(row.unique()) == units


def test_shuffled_codes_of_one_example_are_the_codes():
    z = torch.randn(2, 1, 3)
    assert torch.equal(shuffled(z), z)


def test_a_perfect_reconstruction_has_no_distortion_of_features():
    model, x = small_vae(Gaussian(IMAGE)), torch.rand(4, *IMAGE)
    penalty = FeatureDistortion(Critic.of(IMAGE))
    perfect = Independent(Normal(x[None], 1.0), 3)
    level = model(x).levels
    assert penalty(model, Trace(x, perfect, level)).value == 0
    off = Independent(Normal(x.flip(0)[None], 1.0), 3)
    assert penalty(model, Trace(x, off, level)).value > 0


def test_the_distortion_of_features_is_a_sum_over_features_and_a_mean_over_examples():
    model, x = small_vae(Gaussian(IMAGE)), torch.rand(4, *IMAGE)
    penalty = FeatureDistortion(Critic.of(IMAGE, MLP(hidden=(8,))))
    trace = model(x, 3)
    f = penalty.critic
    by_hand = [0.5 * (f(trace.px.mean[k, b]).features - f(x[b]).features).square().sum()
               for k in range(3) for b in range(4)]  # fmt: skip
    torch.testing.assert_close(penalty(model, trace).value, sum(by_hand) / 12)


def test_a_critic_that_cannot_decide_costs_log_two_of_each_question():
    model, x = small_vae(Gaussian(IMAGE)), torch.rand(4, *IMAGE)
    penalty = Adversarial(Critic.of(IMAGE, MLP(hidden=(8,))))
    with torch.no_grad():
        for parameter in penalty.critic.verdict.parameters():
            parameter.zero_()
    cost = penalty(model, model(x, 2))
    torch.testing.assert_close(cost.value, torch.tensor(log(2)))
    torch.testing.assert_close(cost.own, torch.tensor(2 * log(2)))


def test_noise_is_on_what_the_critic_judges():
    """A critic that sums what it sees shows the variance of the noise."""
    penalty = Adversarial(Critic.of(IMAGE, MLP(hidden=())), noise=0.5)
    with torch.no_grad():
        for parameter in penalty.critic.parameters():
            parameter.fill_(1.0)
    logits = penalty._judged(torch.zeros(2000, *IMAGE))
    assert float(logits.detach().var()) == pytest.approx(0.25 * 16 * 16, rel=0.15)


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda: vae_gan(IMAGE, gamma=0.0), "above 0, got 0"),
        (lambda: vae_gan(IMAGE, noise=-0.1), "0 or more, got -0.1"),
        (lambda: vae_gan(IMAGE, beta=-1.0), "0 or more"),
        (lambda: factor_vae(gamma=-1.0), "0 or more"),
        (lambda: factor_vae(level=-1), "count from 0"),
        (lambda: Critic(MLP().down((3,), (2,))), "one output"),
        (lambda: Critic(Network(torch.nn.Linear(3, 1), (3,), (1,))), "must be an nn.Sequential"),
    ],
)
def test_options_out_of_range_are_refused(build, words):
    with pytest.raises(ConfigError, match=words):
        build()


@pytest.mark.parametrize("objective", [factor_vae(), vae_gan(IMAGE)], ids=["factor-vae", "vae-gan"])
def test_conditional_models_have_critics_too(objective):
    model = small_vae(Bernoulli(IMAGE), condition=3)
    objective.check(model)
    loss = objective(model.given(torch.eye(3)), torch.ones(3, *IMAGE)).loss
    assert loss.isfinite()


@pytest.mark.parametrize("kind", [FeatureDistortion, Adversarial])
def test_values_that_cannot_be_averaged_have_no_reconstruction_to_judge(kind):
    table = Columns((2,), (Column("age", "real"), Column("sex", "binary", ("F", "M"))))
    with pytest.raises(IncompatibleError, match="cannot be averaged.*such as elbo"):
        kind(Critic.of((2,))).check(small_vae(table))


@pytest.mark.parametrize(
    ("penalty", "words"),
    [
        (FeatureDistortion(Critic.of((3, 16, 16))), r"\(3, 16, 16\), but the examples"),
        (Adversarial(Critic.of((5,))), r"\(5,\), but the examples have shape \(1, 16, 16\)"),
        (CriticTotalCorrelation(Critic.of((3,))), r"\(3,\), but the codes have shape \(2,\)"),
        (CriticTotalCorrelation(Critic.of((2,)), level=1), "names level 1, but the last .* is 0"),
    ],
)
def test_a_critic_of_other_shapes_is_refused(penalty, words):
    with pytest.raises(IncompatibleError, match=words):
        penalty.check(small_vae(Bernoulli(IMAGE)))
