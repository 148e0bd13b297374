"""Hamiltonian Monte Carlo and annealed importance sampling: the identities that they rest on."""

import math

import pytest
import torch

from elbowroom.errors import ConfigError
from elbowroom.evidence import annealed, importance_sampling
from elbowroom.evidence.annealed import path_to
from elbowroom.evidence.annealing import forward, pilots, reverse, temperatures, tune
from elbowroom.evidence.codes import CodeSpace
from elbowroom.evidence.hamiltonian import hmc
from elbowroom.evidence.rows import reproducible
from tests.evidence.oracles import linear, oracle
from tests.evidence.spied import decoded
from tests.linear_gaussian import LinearGaussian, digits

SPACINGS = ("sigmoid", "geometric", "linear")
WAYS = [("prior", "geometric"), ("prior", "linear"), ("posterior", "sigmoid"),
        ("posterior", "linear")]  # fmt: skip


def chains_of(known, start, steps, samples, spacing="sigmoid"):
    """Return forward log-weights less the true log p(x), (C, B), and the step sizes."""
    with reproducible(known.model, 0, gradients=True):
        path = path_to(known.model, known.x, start, spacing, steps, 5)
        sizes = tune(path, samples, 0.65)
        log_w, _ = forward(path, sizes, samples)
    return log_w - known.truth, path, sizes


@pytest.mark.parametrize("step", [0.2, 0.5, 1.0])
def test_transitions_leave_a_correlated_normal_as_it_is(step):
    covariance = torch.tensor([[1.0, 0.8, 0.0], [0.8, 2.0, -0.5], [0.0, -0.5, 0.5]]).double()
    mean = torch.tensor([1.0, -2.0, 0.5]).double()
    target = torch.distributions.MultivariateNormal(mean, covariance)
    z = target.sample((4000, 5))
    size = torch.full((4000, 5), step).double()
    for _ in range(15):
        move = hmc(target.log_prob, z, size, torch.tensor([0.8, 1.5, 0.6]).double(), 4)
        z = move.z
    flat = z.flatten(0, 1)
    assert (flat.mean(0) - mean).abs().max() < 4 * (2.0 / 20_000) ** 0.5
    assert (flat.T.cov() - covariance).abs().max() < 0.08
    assert 0.2 < move.accepted.mean() <= 1
    assert not z.requires_grad


def test_transitions_move_from_anywhere_to_the_target():
    """Chains that start far away forget where: the transition is not the identity."""
    z = torch.full((3000, 2), 6.0)
    for _ in range(60):
        z = hmc(lambda z: -0.5 * z.square().sum(-1), z, torch.full((3000,), 0.5), torch.ones(2),
                4).z  # fmt: skip
    assert z.mean(0).abs().max() < 0.1
    assert (z.var(0) - 1).abs().max() < 0.15


@pytest.mark.parametrize("scale", [0.01, 1.0, 100.0])
def test_the_unit_of_length_is_no_matter(scale):
    def log_density(z):
        return -0.5 * (z / scale).square().sum(-1)

    z = scale * torch.randn(2000, 3)
    accepted = hmc(log_density, z, torch.full((2000,), 0.5), torch.tensor(scale), 5).accepted
    assert accepted.mean().item() == pytest.approx(0.97, abs=0.02)


def test_a_trajectory_that_leaves_the_numbers_is_rejected():
    z = torch.ones(50, 2)
    move = hmc(lambda z: z.sum(-1).log(), z, torch.full((50,), 40.0), torch.ones(2), 3)
    assert move.z.isfinite().all()
    stuck = move.accepted == 0
    assert stuck.any() and torch.equal(move.z[stuck], z[stuck])


@pytest.mark.parametrize("spacing", SPACINGS)
@pytest.mark.parametrize("steps", [2, 3, 50])
def test_temperatures_rise_from_zero_to_one(spacing, steps):
    betas = temperatures(steps, spacing)
    assert betas.shape == (steps + 1,)
    assert betas[0] == 0 and betas[-1] == 1
    assert (betas.diff() > 0).all()


def test_the_step_sizes_find_the_acceptance():
    for target in (0.5, 0.65, 0.85):
        known = oracle("linear")
        found = annealed(known.model, known.x, steps=120, samples=8, acceptance=target, leapfrog=4)
        assert found.per_example["acceptance"].mean().item() == pytest.approx(target, abs=0.1)


@pytest.mark.parametrize(("start", "spacing"), WAYS)
@pytest.mark.parametrize("name", ["linear", "non-linear 1-D", "mixture prior"])
def test_weights_are_unbiased_with_few_temperatures(name, start, spacing):
    """E[w] = p(x), as many temperatures as there may be, and whatever the transitions do."""
    log_w, _, _ = chains_of(oracle(name), start, 12, 3000, spacing)
    ratio = log_w.exp()
    error = ratio.std(0) / 3000**0.5
    trusted = error < 0.15
    assert trusted.any()
    assert ((ratio.mean(0) - 1).abs() < 4.5 * error)[trusted].all()
    assert (log_w.mean(0) < 3 * log_w.std(0) / 3000**0.5).all()


def test_backward_weights_are_unbiased_for_the_inverse():
    """E[1 / w of reverse chains] = 1 / p(x) over x and exact codes simulated together."""
    exact = linear(q=2)
    model = exact.vae(1.2)
    with reproducible(model, 0, gradients=True):
        trace = model.generate((3000,))
        code, x = CodeSpace.of(model).drawn(trace), trace.px.sample()
        path = path_to(model, x, "posterior", "sigmoid", 6, 5)
        log_w, accepted = reverse(path, tune(path, 2, 0.65), code[None])
    log_w = log_w[0] + exact.log_evidence(x.double())
    ratio = log_w.exp()
    assert abs(ratio.mean() - 1) < 4 * ratio.std() / 3000**0.5
    assert log_w.mean() < 0  # so that its negative is above log p(x)
    assert accepted.shape == (3000,) and 0 < accepted.mean() < 1


@pytest.mark.parametrize("start", ["prior", "posterior"])
def test_more_temperatures_vary_less(start):
    known = oracle("two levels")
    variances = [
        float(chains_of(known, start, steps, 64)[0].var(0).median()) for steps in (8, 32, 128)
    ]
    assert variances[0] > 2 * variances[1] > 4 * variances[2], variances


@pytest.mark.parametrize("name", ["linear", "two levels", "mixture prior"])
@pytest.mark.parametrize(("start", "spacing"), WAYS)
def test_it_is_right_from_everywhere_where_it_is_not_flagged(name, start, spacing):
    known = oracle(name)
    steps = 250 if start == "prior" else 60
    found = annealed(known.model, known.x, start=start, spacing=spacing, steps=steps, leapfrog=4)
    columns = found.per_example
    good = columns["flag"] == 0
    off = (columns["value"] - columns["bias"] - known.truth)[good]
    if good.double().mean() > 0.5:
        assert (off.abs() < 6 * columns["error"][good] + 5e-3).all()
        # A spread of log w below 1 among 16 chains may really be above: some 0.15 nats too low.
        error = columns["error"][good].square().sum().sqrt() / len(off)
        assert abs(off.mean()) < 4 * error + 0.05
    assert found.value < known.truth.mean() + 4 * found.mc_error
    if start == "posterior":
        assert good.double().mean() > 0.8


def test_too_few_temperatures_are_flagged():
    """Normal log-weights of variance 4 among 16 chains are 0.3 nats too low and look certain."""
    known = oracle("two levels")
    assert annealed(known.model, known.x, start="prior", steps=10, leapfrog=3).flagged > 0.9
    assert annealed(known.model, known.x, steps=100, leapfrog=5).flagged < 0.1


@pytest.mark.parametrize("wider", [0.5, 2.0])
def test_where_importance_sampling_fails_it_is_flagged_and_annealing_is_right(wider):
    """Digits with 20 rotated axes, and a posterior of the wrong width."""
    exact = LinearGaussian.fitted(digits(), 20).rotated()
    model, x = exact.vae(wider), digits()[:12].float()
    truth = exact.log_evidence(digits()[:12])
    plain = importance_sampling(model, x, samples=1000)
    assert plain.flagged > 0.5
    off = (plain.per_example["value"] - truth).abs()
    assert off.mean() > 0.3
    found = annealed(model, x, steps=500, leapfrog=8)
    assert found.flagged < plain.flagged - 0.2
    assert abs(found.value - found.bias - truth.mean()) < 4 * found.mc_error
    assert (found.per_example["value"] - truth).abs().mean() < 0.6 * off.mean()


@pytest.mark.parametrize("start", ["prior", "posterior"])
def test_the_decoder_evaluations_are_counted_as_they_are(start, monkeypatch):
    known = oracle("linear")
    counted = decoded(known.model, monkeypatch)
    found = annealed(known.model, known.x, steps=9, samples=6, leapfrog=3, start=start)
    # Besides: one pass for the posterior, the shapes and units of the codes, and their first draws.
    assert counted.evaluations == pytest.approx(found.decodes, abs=200)
    assert found.decodes == 13 * (pilots(6) * 9 * 8 + 6 * (8 * 8 + 9))


def test_the_table_holds_what_is_promised():
    known = oracle("linear")
    columns = annealed(known.model, known.x, steps=5, samples=4).per_example
    assert {"value", "error", "bias", "ess", "log_w_variance", "acceptance", "decodes"} <= set(
        columns
    )
    assert all(column.shape == (13,) and column.isfinite().all() for column in columns.values())


def test_one_temperature_step_would_be_importance_sampling_and_is_refused():
    known = oracle("linear")
    with pytest.raises(ConfigError, match="steps >= 2"):
        annealed(known.model, known.x, steps=1)
    assert math.isfinite(annealed(known.model, known.x, steps=2, samples=2).value)
