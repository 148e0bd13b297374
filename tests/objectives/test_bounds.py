"""Bounds on log p(x) against their formulas written out, and against the exact log p(x)."""

from math import exp, log

import pytest
import torch

from elbowroom.distributions import Bernoulli, Deterministic
from elbowroom.errors import ConfigError, IncompatibleError
from elbowroom.objectives import (
    EvidenceBound,
    ImportanceBound,
    RenyiBound,
    Sum,
    ciwae,
    dreg,
    iwae,
    miwae,
    renyi,
    sticking_the_landing,
)
from tests.cases import examples, small_vae, spread
from tests.linear_gaussian import LinearGaussian, digits

# Four codes of three examples: an axis mixed up cannot go unseen.
TABLE = [[-90.0, -2.0, 0.5], [-88.5, -7.0, 0.5], [-91.0, -1.0, 0.5], [-95.0, -1.5, 0.5]]
LOG_W = torch.tensor(TABLE, dtype=torch.float64)
COLUMNS = list(zip(*TABLE, strict=True))

BOUNDS = {
    "evidence": EvidenceBound(),
    "importance": ImportanceBound(),
    "two groups": ImportanceBound(groups=2),
    "four groups": ImportanceBound(groups=4),
    "renyi 0.5": RenyiBound(0.5),
    "renyi 0.9": RenyiBound(0.9),
    "renyi 3": RenyiBound(3.0),
    "renyi -2": RenyiBound(-2.0),
}
every = pytest.mark.parametrize("name", BOUNDS)


def log_mean_exp(values) -> float:
    return log(sum(map(exp, values)) / len(values))


BY_HAND = {
    "evidence": lambda w: sum(w) / 4,
    "importance": log_mean_exp,
    "two groups": lambda w: (log_mean_exp(w[:2]) + log_mean_exp(w[2:])) / 2,
    "four groups": lambda w: sum(w) / 4,
    "renyi 0.5": lambda w: 2 * log(sum(exp(v / 2) for v in w) / 4),
    "renyi 0.9": lambda w: 10 * log(sum(exp(v / 10) for v in w) / 4),
    "renyi 3": lambda w: -0.5 * log(sum(exp(-2 * v) for v in w) / 4),
    "renyi -2": lambda w: log(sum(exp(3 * v) for v in w) / 4) / 3,
}


@every
def test_it_is_the_formula(name):
    expected = torch.tensor([BY_HAND[name](column) for column in COLUMNS], dtype=torch.float64)
    torch.testing.assert_close(BOUNDS[name].of(LOG_W), expected, rtol=1e-12, atol=1e-12)


@every
def test_its_shares_and_damping_are_its_first_and_second_derivatives(name):
    bound, log_w = BOUNDS[name], LOG_W.clone().requires_grad_()
    (first,) = torch.autograd.grad(bound.of(log_w).sum(), log_w, create_graph=True)
    second = torch.stack([
        torch.autograd.grad(first[k].sum(), log_w, retain_graph=True, allow_unused=True,
                            materialize_grads=True)[0][k] if first.requires_grad
        else torch.zeros(3, dtype=torch.float64)
        for k in range(4)
    ])  # fmt: skip
    share, damping = bound.shares(LOG_W)
    torch.testing.assert_close(share, first.detach())
    torch.testing.assert_close(share * (1 - damping), second)


def test_the_renyi_bounds_fall_from_the_importance_to_the_evidence_bound():
    orders = [0.0, 0.1, 0.5, 0.9, 1 - 1e-5]
    values = torch.stack([RenyiBound(alpha).of(LOG_W) for alpha in orders])
    assert (values[:-1] >= values[1:] - 1e-9).all()
    torch.testing.assert_close(values[0], ImportanceBound().of(LOG_W))
    torch.testing.assert_close(values[-1], EvidenceBound().of(LOG_W), rtol=0, atol=1e-4)


def test_it_is_not_the_mean_of_log_w_under_the_weights():
    """Which is larger by up to log K, and no bound."""
    wrong = (LOG_W.softmax(0) * LOG_W).sum(0)
    assert (ImportanceBound().of(LOG_W)[:2] < wrong[:2] - 0.1).all()


def test_one_code_makes_all_bounds_the_same():
    for bound in (EvidenceBound(), ImportanceBound(), RenyiBound(0.5)):
        torch.testing.assert_close(bound.of(LOG_W[:1]), LOG_W[0])


RECIPES = {
    "iwae": (lambda: iwae(samples=4), ImportanceBound()),
    "dreg": (lambda: dreg(samples=4), ImportanceBound()),
    "miwae": (lambda: miwae(groups=2, samples=2), ImportanceBound(groups=2)),
    "renyi": (lambda: renyi(alpha=0.3, samples=4), RenyiBound(0.3)),
    "sticking": (lambda: sticking_the_landing(samples=4), EvidenceBound()),
}


@pytest.mark.parametrize("name", RECIPES)
@pytest.mark.parametrize("training", [True, False])
def test_the_loss_is_the_bound_and_its_parts_are_logged(name, training):
    recipe, bound = RECIPES[name]
    model = small_vae(Bernoulli((5,)))
    x = examples(model.likelihood, 7)
    torch.manual_seed(1)
    with torch.set_grad_enabled(training):
        loss, logs = recipe()(model, x)
    torch.manual_seed(1)
    trace = model(x, 4)
    torch.testing.assert_close(loss.detach(), -bound.of(trace.log_w).mean())
    torch.testing.assert_close(logs["bound"], -loss.detach())
    torch.testing.assert_close(logs["distortion"] + logs["rate"], -trace.log_w.mean())


def test_ciwae_lies_between():
    model = small_vae(Bernoulli((5,)))
    x = examples(model.likelihood, 7)

    def loss(beta: float) -> torch.Tensor:
        torch.manual_seed(1)
        return ciwae(beta=beta, samples=6)(model, x).loss

    assert loss(0.0) != loss(1.0)
    torch.testing.assert_close(loss(0.3), 0.3 * loss(1.0) + 0.7 * loss(0.0))
    torch.manual_seed(1)
    importance = iwae(samples=6)(model, x).loss
    torch.testing.assert_close(loss(0.0), importance)


@pytest.mark.parametrize("samples", [1, 3, 20])
def test_with_the_exact_posterior_every_single_bound_is_log_p(samples):
    """Oracle: probabilistic PCA on its principal axes, where all weights are p(x)."""
    x = digits()[:50]
    oracle = LinearGaussian.fitted(x, 2)
    log_w = oracle.vae()(x.float(), samples).log_w.detach()
    for bound in (ImportanceBound(), EvidenceBound(), RenyiBound(0.5)):
        off = bound.of(log_w).double() - oracle.log_evidence(x)
        assert off.abs().max() < 2e-3


def exact_log_evidence(model, x: torch.Tensor) -> torch.Tensor:
    """Return log p(x) of a model with two units, by a grid over +-6 standard deviations."""
    line = torch.linspace(-6, 6, 241)
    grid = torch.cartesian_prod(line, line)[:, None].expand(-1, len(x), -1)
    with torch.no_grad():
        trace = model.generate(given=grid)
        joint = trace.px.log_prob(x) + trace.levels[0].log_p
    return (joint.double().logsumexp(0) + 2 * log(float(line[1] - line[0]))).float()


def test_bounds_tighten_with_the_number_of_codes_towards_log_p():
    model = small_vae(Bernoulli((6,)))
    spread(model, 3.0)
    x = examples(model.likelihood, 8)
    exact = exact_log_evidence(model, x)
    with torch.no_grad():
        log_w = model(x, 12000).log_w
    means, errors = [], []
    for codes in (1, 4, 20, 400):
        values = torch.stack([ImportanceBound().of(part) for part in log_w.split(codes)])
        means.append(values.mean())
        errors.append(values.std(0).square().sum().sqrt() / len(values) ** 0.5 / 8)
    for k in range(3):
        assert means[k + 1] - means[k] > 4 * errors[k]
    assert means[-1] < exact.mean() + 4 * errors[-1]
    assert exact.mean() - means[-1] < 0.1 < exact.mean() - means[0]
    half = ciwae(beta=0.5, samples=4)
    with torch.no_grad():
        middle = torch.stack([half(model, x).logs["loss"] for _ in range(400)])
    assert means[0] < -middle.mean() < means[1]


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda: renyi(alpha=1.0), "use the objective elbo"),
        (lambda: renyi(alpha=float("inf")), "finite"),
        (lambda: miwae(groups=0), "groups must be 1 or more"),
        (lambda: iwae(samples=0), "samples must be 1 or more"),
        (lambda: ciwae(beta=1.5), "between 0"),
        (lambda: ImportanceBound(groups=3).of(LOG_W), "multiple of groups"),
    ],
)
def test_options_out_of_range_are_refused(build, words):
    with pytest.raises(ConfigError, match=words):
        build()


@pytest.mark.parametrize("recipe", [iwae, miwae, ciwae, renyi, dreg, sticking_the_landing])
def test_a_posterior_without_density_is_refused(recipe):
    model = small_vae(Bernoulli((5,)), posterior=Deterministic(2))
    with pytest.raises(IncompatibleError, match="density"):
        recipe().check(model)


def test_a_bound_adds_to_other_costs_and_prints():
    both = Sum(ImportanceBound(groups=2), samples=4) + EvidenceBound()
    assert repr(both) == "ImportanceBound(groups=2) + EvidenceBound(), 4 samples"
