"""Total correlation and the split of the rate: three estimators against exact values."""

from math import log

import pytest
import torch

from elbowroom.distributions import Bernoulli, Gaussian
from elbowroom.distributions.posteriors import DiagonalLaplace, FullGaussian, PlanarFlow
from elbowroom.errors import ConfigError, IncompatibleError
from elbowroom.evidence import rate_parts
from elbowroom.models import VAE, LadderVAE
from elbowroom.models.priors import GaussianMixture, LearnedGaussian
from elbowroom.objectives import (
    Distortion,
    Rate,
    SplitRate,
    TotalCorrelation,
    Weighted,
    beta_tcvae,
)
from elbowroom.objectives.batch_aggregate import batch_aggregate
from tests.cases import examples, small_vae, spread
from tests.planted_codes import correlated, grid, planted

ESTIMATORS = ("stratified", "weighted", "exact")
PARTS = ("mutual information", "total correlation", "dimension-wise KL")

every_estimator = pytest.mark.parametrize("estimator", ESTIMATORS)


def log_normal(z, mean, scale):
    return -0.5 * ((z - mean) / scale) ** 2 - scale.log() - 0.5 * log(2 * torch.pi)


def test_the_exact_parts_agree_with_quadrature():
    means = torch.tensor([[-1.0, -1.2], [1.0, 0.8], [0.5, 1.5]])
    scales = torch.tensor([[0.5, 0.4], [0.6, 0.5], [0.3, 0.7]])
    model, x = planted(means, scales)
    z, cell = grid((-6, 6, 801), (-6, 6, 801))
    each = [log_normal(z[i][..., None], means[:, i].double(), scales[:, i].double())
            for i in (0, 1)]  # fmt: skip
    joint = sum(each).logsumexp(-1) - log(3)
    product = sum(unit.logsumexp(-1) - log(3) for unit in each)
    prior = sum(log_normal(axis, 0.0, torch.tensor(1.0)) for axis in z)
    weight = joint.exp() * cell
    truth = {"total correlation": float((weight * (joint - product)).sum()),
             "dimension-wise KL": float((weight * (product - prior)).sum())}  # fmt: skip
    trace = model(x, 40_000)
    logs = SplitRate(3, estimator="exact")(model, trace).logs
    truth["mutual information"] = float(logs["rate"]) - sum(truth.values())
    for name, value in truth.items():
        assert value > 0.1
        assert float(logs[name]) == pytest.approx(value, abs=0.01), name
    alone = TotalCorrelation(3, estimator="exact")(model, trace).value
    torch.testing.assert_close(alone, logs["total correlation"])


def test_one_unit_has_no_total_correlation():
    model, x = planted(torch.tensor([[-2.0], [0.0], [0.3], [1.5]]), 0.4)
    for estimator in ESTIMATORS:
        value = TotalCorrelation(9, estimator=estimator)(model, model(x, 5)).value
        assert abs(value) < 1e-5


@every_estimator
def test_the_parts_add_up_to_the_rate_and_with_equal_weights_are_the_rate(estimator):
    model, x = correlated(30, 0.5, 0.4)
    torch.manual_seed(1)
    trace = model(x[:12], 2)
    cost = SplitRate(30, estimator=estimator)(model, trace)
    assert sum(cost.logs[name] for name in PARTS) == pytest.approx(float(cost.logs["rate"]))
    torch.testing.assert_close(cost.value, trace.rate.mean())
    parameters = list(model.encoder.parameters())
    mine = torch.autograd.grad(cost.value, parameters, retain_graph=True)
    plain = torch.autograd.grad(trace.rate.mean(), parameters)
    torch.testing.assert_close(mine, plain, rtol=1e-3, atol=1e-4)


@every_estimator
def test_each_part_has_its_own_weight(estimator):
    model, x = correlated(30, 0.5, 0.4)
    trace = model(x[:12], 2)
    cost = SplitRate(30, alpha=0.5, beta=6.0, gamma=2.0, estimator=estimator)(model, trace)
    weighted = sum(w * cost.logs[name] for w, name in zip((0.5, 6, 2), PARTS, strict=True))
    torch.testing.assert_close(cost.value, weighted)
    alone = TotalCorrelation(30, estimator=estimator)(model, trace).value
    torch.testing.assert_close(
        SplitRate(30, alpha=0.0, gamma=0.0, estimator=estimator)(model, trace).value, alone
    )


def test_log_weights_count_once_for_the_joint_and_once_for_each_unit():
    """Posteriors that are all alike: the estimate is their density times the sum of weights."""
    model, x = planted(torch.zeros(10, 4), 0.5)
    trace = model(x, 3)
    for estimator, low in (("stratified", 0.0), ("weighted", log(50)), ("exact", 0.0)):
        logs = SplitRate(50, estimator=estimator)(model, trace).logs
        assert float(logs["total correlation"]) == pytest.approx(3 * low, abs=1e-4)
        z, q = trace.z, trace.posterior
        joint, units = batch_aggregate(q, z, 50, estimator)
        torch.testing.assert_close(joint, q.log_prob(z) - low)
        torch.testing.assert_close(units, q.base_dist.log_prob(z) - low)


def test_from_small_batches_the_total_correlation_is_near_the_truth():
    """Wrong places of the weights gave -16 where the truth was 1.9."""
    model, x = correlated(400, 0.925, 0.15)
    parts = rate_parts(model, x, samples=20)
    truth = {"mutual information": parts.mutual_information.value,
             "total correlation": parts.total_correlation.value,
             "dimension-wise KL": parts.dimension_wise_kl.value}  # fmt: skip
    assert truth["total correlation"] == pytest.approx(1.9, abs=0.25)
    found = {}
    for estimator in ESTIMATORS:
        split = SplitRate(400, estimator=estimator)
        batches = [x[torch.randperm(400)[:64]] for _ in range(150)]
        logs = [split(model, model(batch)).logs for batch in batches]
        found[estimator] = {name: float(sum(row[name] for row in logs)) / 150 for name in PARTS}
    stratified, weighted, exact = (found[estimator] for estimator in ESTIMATORS)
    assert stratified["total correlation"] == pytest.approx(truth["total correlation"], abs=0.15)
    # Both are upper bounds of the information, the weighted one above the other; a batch as if it
    # were all there is has too little of it, and too much correlation.
    name = "mutual information"
    assert exact[name] + 0.1 < truth[name] < stratified[name] < weighted[name] - 2
    assert stratified[name] == pytest.approx(truth[name], abs=0.6)
    assert weighted["total correlation"] > truth["total correlation"] + log(400)
    assert exact["total correlation"] > truth["total correlation"] + 0.1


def test_a_batch_of_one_example_says_nothing():
    model, x = planted(torch.ones(1, 3), 0.5)
    trace = model(x, 4)
    logs = SplitRate(1000)(model, trace).logs
    assert abs(logs["total correlation"]) < 1e-5
    torch.testing.assert_close(logs["rate"], trace.rate.mean())


def test_descending_it_takes_the_correlation_out_of_the_codes():
    means = torch.randn(100, 1) + 0.1 * torch.randn(100, 2)
    means.requires_grad_()
    noise = torch.randn(1, 100, 2)
    optimiser = torch.optim.Adam([means], lr=0.1)

    def correlation():
        q = torch.distributions.Independent(torch.distributions.Normal(means, 0.3), 1)
        joint, units = batch_aggregate(q, means + 0.3 * noise, 100, "stratified")
        return (joint - units.sum(-1)).mean()

    start = float(correlation().detach())
    for _ in range(40):
        optimiser.zero_grad()
        correlation().backward()
        optimiser.step()
    assert start > 0.7 and float(correlation().detach()) < 0.4 * start


def ladder(inference):
    model = LadderVAE.of(Bernoulli((6,)), latent=3, above=(2,), inference=inference)
    spread(model, 2.0)
    return model


def test_of_a_ladder_one_level_is_split_and_the_others_are_added():
    model = ladder("top-down")
    trace = model(examples(model.likelihood, 8), 2)
    split = SplitRate(20)
    split.check(model)
    cost = split(model, trace)
    torch.testing.assert_close(cost.value, trace.rate.mean())
    torch.testing.assert_close(cost.logs["rate"], trace.rate.mean())
    top = trace.levels[0].rate.mean().detach()
    assert sum(cost.logs[name] for name in PARTS) == pytest.approx(float(top), abs=1e-4)


@pytest.mark.parametrize(
    ("build", "level", "words"),
    [
        (lambda: ladder("top-down"), 1, "given codes drawn at another level.*factor-vae"),
        (lambda: ladder("bottom-up"), 0, "given codes drawn at another level"),
        (lambda: ladder("bottom-up"), 2, "names level 2, but the last of this model is 1"),
        (lambda: small_vae(Bernoulli((6,)), posterior=PlanarFlow(2)), 0, "density at any code"),
        (lambda: small_vae(Bernoulli((6,)), posterior=FullGaussian(2)), 0, "independent units"),
    ],
)
def test_posteriors_that_cannot_be_mixed_unit_by_unit_are_refused(build, level, words):
    for cost in (TotalCorrelation(20, level=level), SplitRate(20, level=level)):
        with pytest.raises(IncompatibleError, match=words):
            cost.check(build())


def test_a_prior_of_dependent_units_is_refused_where_units_meet_it_and_there_alone():
    model = small_vae(Bernoulli((6,)), prior=GaussianMixture(2, components=3))
    with pytest.raises(IncompatibleError, match="units of the prior.*TotalCorrelation"):
        beta_tcvae(20).check(model)
    (Distortion() + Rate() + Weighted(5.0, TotalCorrelation(20))).check(model)
    with pytest.raises(IncompatibleError, match="parameters of the prior"):
        (Distortion() + TotalCorrelation(20)).check(model)


@pytest.mark.parametrize("posterior", [DiagonalLaplace(2), None])
def test_a_learned_prior_is_trained_by_the_dimension_wise_part(posterior):
    model = VAE.of(Gaussian((6,)), latent=2, posterior=posterior, prior=LearnedGaussian(2))
    beta_tcvae(20).check(model)
    with pytest.raises(IncompatibleError, match="parameters of the prior"):
        beta_tcvae(20, gamma=0.0).check(model)


def test_the_lowest_level_of_a_ladder_that_is_inferred_first_has_a_total_correlation():
    model = ladder("bottom-up")
    cost = TotalCorrelation(20, level=1)
    cost.check(model)
    assert cost(model, model(examples(model.likelihood, 8))).value.isfinite()


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda: TotalCorrelation(0), "number of training examples, 1 or more, got 0"),
        (lambda: SplitRate(10, estimator="stratifed"), "Did you mean 'stratified'"),
        (lambda: SplitRate(10, level=-1), "levels count from 0"),
        (lambda: beta_tcvae(10, alpha=-1.0), "0 or more, got -1"),
    ],
)
def test_arguments_out_of_range_are_refused(build, words):
    with pytest.raises(ConfigError, match=words):
        build()


def test_the_dataset_size_has_no_default():
    for part in (TotalCorrelation, SplitRate, beta_tcvae):
        with pytest.raises(TypeError, match="dataset_size"):
            part()
