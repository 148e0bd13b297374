"""The parts of the rate against quadrature, closed forms, and the identities between them."""

from math import log, pi

import pytest
import torch

from elbowroom.distributions import Bernoulli, Deterministic
from elbowroom.distributions.aggregate import Aggregate
from elbowroom.errors import ConfigError, DataError, IncompatibleError, SupportError
from elbowroom.evidence import rate_parts
from tests.cases import IMAGE, small_vae
from tests.planted_codes import grid, planted

PARTS = ("rate", "mutual_information", "marginal_kl", "total_correlation", "dimension_wise_kl")


def log_normal(z, mean=0.0, scale=1.0):
    return -0.5 * ((z - mean) / scale) ** 2 - torch.as_tensor(scale).log() - 0.5 * log(2 * pi)


@pytest.mark.parametrize("latent", [1, 3, 7])
@pytest.mark.parametrize("examples", [5, 40])
def test_the_identities_hold_on_the_same_codes(latent, examples):
    model, x = planted(torch.randn(40, latent), 0.2 + torch.rand(40, latent))
    parts = rate_parts(model, x, examples=examples, samples=3)
    column = {name: part.per_example["value"] for name, part in parts.estimates.items()}
    close = {"rtol": 0, "atol": 1e-10}
    torch.testing.assert_close(
        column["rate"], column["mutual_information"] + column["marginal_kl"], **close
    )
    torch.testing.assert_close(
        column["marginal_kl"], column["total_correlation"] + column["dimension_wise_kl"], **close
    )


def test_one_unit_agrees_with_quadrature():
    means, scales = torch.tensor([[-2.0], [0.0], [0.3], [1.5]]), torch.tensor([0.3, 1, 0.1, 0.5])
    model, x = planted(means, scales[:, None])
    (z,), cell = grid((-9, 9, 20_001))
    each = log_normal(z[:, None], means[:, 0].double(), scales.double())
    mixture = each.logsumexp(1) - log(4)
    marginal = float((mixture.exp() * (mixture - log_normal(z))).sum() * cell)
    rate = float((each.exp() * (each - log_normal(z)[:, None])).sum() * cell / 4)
    parts = rate_parts(model, x, samples=20_000)
    for name, truth in {"rate": rate, "marginal_kl": marginal, "total_correlation": 0.0,
                        "mutual_information": rate - marginal,
                        "dimension_wise_kl": marginal}.items():  # fmt: skip
        part = getattr(parts, name)
        assert abs(part.value - truth) < 4 * part.mc_error + 1e-6, name
        assert part.mc_error < 0.01


def test_two_units_agree_with_quadrature():
    means = torch.tensor([[-1.0, -1.2], [1.0, 0.8], [0.5, 1.5]])
    scales = torch.tensor([[0.5, 0.4], [0.6, 0.5], [0.3, 0.7]])
    model, x = planted(means, scales)
    z, cell = grid((-6, 6, 1201), (-6, 6, 1201))
    units = [log_normal(z[i][..., None], means[:, i].double(), scales[:, i].double())
             for i in (0, 1)]  # fmt: skip
    joint = sum(units).logsumexp(-1) - log(3)
    product = sum(unit.logsumexp(-1) - log(3) for unit in units)
    prior = log_normal(z[0]) + log_normal(z[1])
    weight = joint.exp() * cell
    parts = rate_parts(model, x, samples=20_000)
    for name, truth in {"marginal_kl": joint - prior, "total_correlation": joint - product,
                        "dimension_wise_kl": product - prior}.items():  # fmt: skip
        part, expected = getattr(parts, name), float((weight * truth).sum())
        assert expected > 0.1
        assert abs(part.value - expected) < 4 * part.mc_error, name
        assert part.mc_error < 0.01


@pytest.mark.parametrize("count", [2, 50, 3000])
def test_codes_that_are_far_apart_tell_their_example_and_no_more(count):
    """3000 examples go through several blocks of the mixture."""
    model, x = planted(torch.arange(count)[:, None].float() * 10, 0.1)
    parts = rate_parts(model, x, examples=200)
    assert parts.mutual_information.value == pytest.approx(log(count), abs=1e-9)
    assert parts.ceiling == log(count) and parts.saturated


def test_codes_that_are_all_alike_tell_nothing():
    model, x = planted(torch.zeros(50, 3), torch.tensor([1.0, 0.5, 2.0]))
    parts = rate_parts(model, x)
    assert abs(parts.mutual_information.value) < 1e-9
    assert abs(parts.total_correlation.value) < 1e-9
    assert not parts.saturated
    exact = sum((s**2 - 1) / 2 - log(s) for s in (0.5, 2.0))
    assert abs(parts.marginal_kl.value - exact) < 4 * parts.marginal_kl.data_error


def test_units_that_are_independent_over_the_examples_have_no_total_correlation():
    """Every value of one unit with every value of the other."""
    first, second = torch.meshgrid(torch.randn(12), 2 * torch.randn(9), indexing="ij")
    model, x = planted(torch.stack([first.flatten(), second.flatten()], 1), 0.2)
    parts = rate_parts(model, x)
    assert abs(parts.total_correlation.value) < 1e-6
    assert parts.mutual_information.value > 1


@pytest.mark.parametrize("correlation", [0.0, 0.5, 0.9])
def test_correlated_codes_have_the_total_correlation_of_their_normal(correlation):
    """Codes of correlated normal means: -log(1 - r^2) / 2, r that of means and noise together."""
    root = torch.tensor([[1.0, 0.0], [correlation, (1 - correlation**2) ** 0.5]])
    variance = 0.16  # of the noise, on means of variance 1 - 0.16
    model, x = planted((1 - variance) ** 0.5 * torch.randn(5000, 2) @ root.T, variance**0.5)
    parts = rate_parts(model, x, examples=1500)
    r = (1 - variance) * correlation
    error = 4 * parts.total_correlation.data_error
    assert abs(parts.total_correlation.value + 0.5 * log(1 - r**2)) < error + 0.01
    # The units' own distributions are the prior.
    assert abs(parts.dimension_wise_kl.value) < 4 * parts.dimension_wise_kl.data_error + 0.01


def test_on_a_subsample_the_information_is_too_low_and_the_marginal_too_high():
    model, x = planted(torch.randn(3000, 4), 0.3)
    whole = rate_parts(model, x, examples=400)
    some = [rate_parts(model, part, examples=100) for part in x[:800].split(100)]

    def mean(name):
        return sum(getattr(part, name).value for part in some) / len(some)

    assert mean("mutual_information") < whole.mutual_information.value - 0.5
    assert mean("marginal_kl") > whole.marginal_kl.value + 0.5
    assert mean("total_correlation") > whole.total_correlation.value + 0.2
    assert mean("rate") == pytest.approx(whole.rate.value, abs=0.2)


def test_data_errors_are_those_of_other_examples():
    """The spread of the marginal KL over data sets is the one that a single one states."""
    model, x = planted(torch.randn(60 * 200, 1), 0.5)
    single = [rate_parts(model, part, samples=20) for part in x.split(200)]
    for name in ("rate", "marginal_kl", "mutual_information"):
        values = torch.tensor([getattr(part, name).value for part in single])
        stated = sum(getattr(part, name).data_error for part in single) / len(single)
        assert float(values.std()) == pytest.approx(stated, rel=0.35), name


def test_monte_carlo_errors_are_those_of_other_codes():
    model, x = planted(torch.randn(20, 2), 0.5)
    again = [rate_parts(model, x, samples=30, seed=seed) for seed in range(60)]
    for name in PARTS:
        values = torch.tensor([getattr(part, name).value for part in again])
        stated = sum(getattr(part, name).mc_error for part in again) / len(again)
        assert float(values.std()) == pytest.approx(stated, rel=0.35), name


def test_the_mixture_is_the_naive_one_however_it_is_blocked():
    model, x = planted(torch.randn(2500, 5), 0.1 + torch.rand(2500, 5))
    raw = model.encoder.network(x)
    z = 3 * torch.randn(37, 5)
    q = model.encoder.family(raw)
    naive = q.log_prob(z[:, None].double()).logsumexp(1) - log(2500)
    aggregate = Aggregate(model.encoder.family, raw)
    joint, units = aggregate.log_prob_and_units(z)
    torch.testing.assert_close(joint, naive.detach())
    torch.testing.assert_close(aggregate.log_prob(z), naive.detach())
    marginals = q.base_dist.log_prob(z[:, None].double()).logsumexp(1) - log(2500)
    torch.testing.assert_close(units, marginals.detach())
    assert joint.dtype == torch.float64 and not joint.requires_grad
    with pytest.raises(DataError, match="one example or more"):
        Aggregate(model.encoder.family, raw[:0])


def test_codes_far_from_everything_have_a_finite_log_density():
    model, x = planted(torch.zeros(4, 2), 0.01)
    far = Aggregate(model.encoder.family, model.encoder.network(x)).log_prob(
        torch.full((1, 2), 50.0)
    )
    assert far.item() == pytest.approx(-2 * 0.5 * 5000**2, rel=1e-4)


def test_a_seed_repeats_and_all_is_left_as_it_was():
    model, x = planted(torch.randn(30, 2), 0.5)
    model.train()
    generator = torch.get_rng_state()
    one, again, other = (rate_parts(model, x, seed=s).rate.value for s in (1, 1, 2))
    assert one == again != other
    assert torch.equal(torch.get_rng_state(), generator) and model.training


def test_it_reads_and_is_written_as_plain_values():
    import json

    model, x = planted(torch.randn(30, 2), 0.5)
    parts = rate_parts(model, x, examples=20, samples=3, seed=4)
    written = json.loads(json.dumps(parts.to_dict()))
    assert written["mutual_information"]["value"] == parts.mutual_information.value
    assert (written["population"], written["rate"]["examples"]) == (30, 20)
    assert (written["rate"]["seed"], written["rate"]["units"]) == (4, "nats")
    for word in ("mutual information", "marginal KL", "total correlation", "dimension-wise KL",
                 "log N = 3.401", "20 examples x 3 codes against 30"):  # fmt: skip
        assert word in repr(parts)


@pytest.mark.parametrize(
    ("mend", "error", "words"),
    [
        ({"samples": 1}, ConfigError, "got 1"),
        ({"examples": 0}, ConfigError, "examples must be 1 or more, got 0"),
        ({"x": torch.full((3, *IMAGE), 0.5)}, SupportError, "binarise"),
        ({"x": torch.zeros(0, *IMAGE)}, DataError, "no examples"),
        ({"model": small_vae(Bernoulli(IMAGE), posterior=Deterministic(2))}, IncompatibleError,
         "no density"),
    ],
    ids=str,
)  # fmt: skip
def test_what_makes_no_sense_is_refused(mend, error, words):
    given = {"model": small_vae(Bernoulli(IMAGE)), "x": torch.zeros(3, *IMAGE)} | mend
    with pytest.raises(error, match=words):
        rate_parts(given.pop("model"), given.pop("x"), **given)
