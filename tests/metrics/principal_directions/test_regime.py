"""Active, passive and mixed units that were planted, and the KL that they make."""

from dataclasses import replace

import pytest
import torch

from elbowroom.distributions import Ability, Bernoulli, Deterministic, Gaussian
from elbowroom.errors import IncompatibleError
from elbowroom.metrics.principal_directions import DeltaKL, Kind, Regime, kinds_of, polarised_regime
from elbowroom.models import VAE
from elbowroom.models.priors import LearnedGaussian
from elbowroom.networks import MLP
from tests.cases import IMAGE
from tests.every_model import MODELS

A, P, M = Kind.ACTIVE, Kind.PASSIVE, Kind.MIXED


@pytest.mark.parametrize(
    ("mean", "spread", "kind"),
    [
        (0.0, 0.0, A), (0.1, 0.0, A), (0.11, 0.0, M), (0.5, 0.0, M), (0.89, 0.0, M), (0.9, 0.0, P),
        (1.0, 0.0, P), (1.09, 0.1, P), (1.2, 0.0, M), (1.0, 0.2, M), (0.5, 0.25, M), (0.05, 0.2, M),
    ],
)  # fmt: skip
def test_what_a_unit_is(mean, spread, kind):
    assert kinds_of([mean], [spread]) == (kind,)


def planted(log_variances):
    """A linear encoder of x in {0, 1}: means 2 x, log-variances a + b x for each (a, b)."""
    size = len(log_variances)
    model = VAE.of(Gaussian((1,)), latent=size, network=MLP(hidden=()))
    layer = model.encoder.network.body[-1]
    with torch.no_grad():
        start, slope = torch.tensor(log_variances).T
        layer.weight.copy_(torch.cat([torch.full((size,), 2.0), slope])[:, None])
        layer.bias.copy_(torch.cat([torch.zeros(size), start]))
    return model


def test_planted_units():
    """Always on, always off, on for half of the examples, half-way for all."""
    model = planted([(-6.0, 0.0), (0.0, 0.0), (0.0, -6.0), (-0.7, 0.0)])
    x = torch.arange(100).remainder(2).float()[:, None]
    regime = polarised_regime(model, x)
    assert regime.kinds == (A, P, M, M)
    assert regime.on.tolist() == [1, 0, 0.5, 0]
    assert regime.off.tolist() == [0, 1, 0.5, 0]
    found = regime.to_dict()
    assert (found["active"], found["passive"], found["mixed"]) == (1, 1, 2)


@pytest.mark.parametrize(
    ("kinds", "delta", "words"),
    [
        ((A, P), 0.03, "no unit is mixed and delta-KL is 0.03 or less: this is the polarised"),
        ((A, P), 0.031, "no unit is mixed, which is the polarised regime, but delta-KL is above"),
        ((A, M, P), 0.012, "1 of 3 units is mixed, so that this is not the polarised regime, alth"),
        ((A, M, M), 0.2, "2 of 3 units are mixed and delta-KL is above 0.03: this is not"),
    ],
)
def test_the_regime_is_told_from_both_numbers(kinds, delta, words):
    mean = torch.tensor([{A: 0.01, P: 1.0, M: 0.5}[kind] for kind in kinds])
    rest = torch.zeros(len(kinds))
    regime = Regime(mean, rest, rest, rest, DeltaKL(delta, 0.001, 5.0, 5.0), 10)
    assert regime.in_words().startswith(words)
    assert replace(regime, delta=None).in_words() is None


def test_delta_kl_is_that_of_its_formula():
    model = planted([(-4.0, 0.0), (0.05, 0.0), (0.0, -6.0)])
    x = torch.rand(50, 1).round()
    regime = polarised_regime(model, x)
    assert regime.kinds == (A, P, M)
    level = model(x).levels[0]
    q = level.posterior
    rough = 0.5 * (q.mean.square() - q.variance.log() - 1)[:, [0, 2]].sum(-1)
    assert regime.delta.kl == pytest.approx(level.rate.mean().item(), rel=1e-5)
    assert regime.delta.approximate == pytest.approx(rough.mean().item(), rel=1e-5)
    share = abs(rough.mean() - level.rate.mean()) / level.rate.mean()
    assert regime.delta.value == pytest.approx(share.item(), rel=1e-4)
    assert 0 < regime.delta.error < 0.1


def test_a_polarised_model_has_no_delta_kl():
    """One unit on, one off with a mean that stands still; then the first is half-way only."""
    x = torch.rand(50, 1)
    found = []
    for log_variance in (-12.0, -1.0):
        model = planted([(log_variance, 0.0), (0.0, 0.0)])
        with torch.no_grad():
            model.encoder.network.body[-1].weight[1] = 0
        found.append(polarised_regime(model, x))
    sharp, rough = found
    assert sharp.kinds == (A, P) and sharp.delta.value < 1e-5
    assert rough.kinds == (M, P) and rough.delta.value > 0.1


def test_variances_are_shares_of_the_priors():
    model = VAE.of(Gaussian((1,)), latent=1, network=MLP(hidden=()), prior=LearnedGaussian(1))
    with torch.no_grad():
        for parameter in model.encoder.parameters():
            parameter.zero_()
    x = torch.rand(20, 1)
    before = polarised_regime(model, x).mean
    prior = model.prior()
    torch.testing.assert_close(before, 1 / prior.variance.detach().double())


@pytest.mark.parametrize("name", MODELS)
def test_every_model_with_noise_has_one(name):
    model = MODELS[name](Bernoulli(IMAGE))
    x = torch.rand(6, *IMAGE).round()
    if Ability.DENSITY not in model.abilities:
        with pytest.raises(IncompatibleError, match="no density"):
            polarised_regime(model, x)
        return
    regime = polarised_regime(model, x)
    assert len(regime.kinds) == sum(model.units) and regime.examples == 6
    assert torch.isfinite(regime.mean).all()


def test_without_noise_there_is_none():
    model = VAE.of(Gaussian((2,)), latent=2, posterior=Deterministic(2), network=MLP(hidden=()))
    with pytest.raises(IncompatibleError, match="diagonal-gaussian"):
        polarised_regime(model, torch.zeros(3, 2))


def test_collapse_everywhere_has_no_share_of_nothing():
    model = planted([(0.0, 0.0)])
    with torch.no_grad():
        model.encoder.network.body[-1].weight.zero_()
    regime = polarised_regime(model, torch.rand(5, 1))
    assert regime.kinds == (P,) and regime.delta is None
