"""The aggregate posterior of a batch: which weight stands where, and what it estimates."""

from itertools import combinations

import pytest
import torch

from elbowroom.distributions.aggregate import Aggregate
from elbowroom.objectives import batch_aggregate as module
from elbowroom.objectives.batch_aggregate import batch_aggregate, weights
from tests.planted_codes import correlated


def level_of(model, x, samples=1):
    return model(x, samples).levels[0]


def test_the_exact_estimator_is_the_mixture_of_the_whole_data_set():
    """In float64, by another function that mixes by blocks and has no gradient."""
    model, x = correlated(40, 0.8, 0.3)
    level = level_of(model, x, 3)
    joint, units = batch_aggregate(level.posterior, level.z, 40, "exact")
    aggregate = Aggregate(model.encoder.family, model.encoder.raw(x))
    true_joint, true_units = aggregate.log_prob_and_units(level.z.flatten(0, 1))
    close = {"rtol": 1e-4, "atol": 1e-4, "check_dtype": False}
    torch.testing.assert_close(joint.flatten(), true_joint, **close)
    torch.testing.assert_close(units.flatten(0, 1), true_units, **close)


@pytest.mark.parametrize(("rows", "size"), [(2, 7), (5, 17), (6, 6), (8, 60_000)])
def test_stratified_weights_are_the_mean_of_the_papers_over_all_orders(rows, size):
    others, mine = rows - 1, weights(torch.zeros(()), rows, size, "stratified")
    adjusted = torch.full((others, others), 1 / others)
    adjusted.fill_diagonal_((size - others) / (size * others))  # one order in each row
    torch.testing.assert_close(mine.sum(1), torch.ones(rows))
    torch.testing.assert_close(mine.diagonal(), torch.full((rows,), 1 / size))
    off = mine[~torch.eye(rows, dtype=torch.bool)]
    torch.testing.assert_close(off, adjusted.mean(0)[0].expand_as(off))


def over_all_batches(estimator):
    """Return q(z) of the first code for each batch of 3 of 7 examples that has it, and the truth.

    Also what the paper's stratified weights give for each order of a batch.
    """
    model, x = correlated(7, 0.8, 0.6)
    q = model.encoder(x)
    z = q.sample()
    densities = q.log_prob(z[0]).exp()
    values, papers = [], []
    for others in combinations(range(1, 7), 2):
        chosen = [others[0], 0, others[1]]  # its own posterior is not at the first place
        some = model.encoder(x[chosen])
        values.append(batch_aggregate(some, z[None, chosen], 7, estimator).joint[0, 1])
        papers += [densities[0] / 7 + densities[i] / 2 + densities[j] * (7 - 2) / (7 * 2)
                   for i, j in (others, others[::-1])]  # fmt: skip
    return torch.stack(values), torch.stack(papers).log(), densities.mean()


def test_stratified_densities_are_unbiased_over_all_batches():
    values, papers, truth = over_all_batches("stratified")
    torch.testing.assert_close(values.exp().mean(), truth)
    torch.testing.assert_close(papers.exp().mean(), truth)
    assert papers.mean() < values.mean() < truth.log()  # the mean over orders has less bias


def test_weighted_densities_are_a_lower_bound_over_all_batches():
    values, _, truth = over_all_batches("weighted")
    assert values.exp().mean() < truth
    assert values.mean() < over_all_batches("stratified")[0].mean()


def test_with_the_whole_data_set_as_a_batch_stratified_is_exact():
    model, x = correlated(25, 0.8, 0.3)
    level = level_of(model, x, 2)
    for mine, exact in zip(
        batch_aggregate(level.posterior, level.z, 25, "stratified"),
        batch_aggregate(level.posterior, level.z, 25, "exact"),
        strict=True,
    ):
        torch.testing.assert_close(mine, exact)


def test_many_codes_are_mixed_some_at_a_time(monkeypatch):
    model, x = correlated(20, 0.8, 0.3)
    level = level_of(model, x, 3)
    whole = batch_aggregate(level.posterior, level.z, 90, "stratified")
    monkeypatch.setattr(module, "_VALUES", 20 * 3 * 7)
    torch.testing.assert_close(batch_aggregate(level.posterior, level.z, 90, "stratified"), whole)
