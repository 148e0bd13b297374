"""Rates in closed form, against torch's and against quadrature."""

import pytest
import torch
from torch.distributions import (
    Gumbel,
    Independent,
    Laplace,
    MultivariateNormal,
    Normal,
    kl_divergence,
)

from elbowroom.distributions import closed_form, kl, kl_per_unit
from elbowroom.distributions.correlated_normal import CorrelatedNormal, LowRankNormal
from elbowroom.distributions.draw import _CLOSED_FORMS

UNITS = [pair for pair in _CLOSED_FORMS if pair in ((Normal, Normal), (Laplace, Normal))]


@pytest.mark.parametrize("pair", UNITS, ids=lambda pair: "-".join(k.__name__ for k in pair))
def test_a_closed_form_of_units_is_torchs(pair):
    q, p = (kind(torch.randn(50, 3), torch.rand(50, 3) + 0.1) for kind in pair)
    expected = kl_divergence(q, p)
    mine = kl_per_unit(Independent(q, 1), Independent(p, 1))
    torch.testing.assert_close(mine, expected)
    torch.testing.assert_close(kl(Independent(q, 1), Independent(p, 1)), expected.sum(-1))


@pytest.mark.parametrize("prior_batch", [(), (50,)])
def test_that_of_correlated_units_is_torchs(prior_batch):
    loc, scale, factor = torch.randn(50, 4), torch.rand(50, 4) + 0.1, torch.randn(50, 4, 2)
    lower = torch.randn(50, 4, 4).tril(-1) + torch.diag_embed(torch.rand(50, 4) + 0.2)
    root = scale[..., None] * factor
    covariance = root @ root.mT + torch.diag_embed(scale.square())
    mean, deviation = torch.randn(*prior_batch, 4), torch.rand(*prior_batch, 4) + 0.3
    p = Independent(Normal(mean, deviation), 1)
    full = MultivariateNormal(mean, torch.diag_embed(deviation.square()))
    for q, oracle in (
        (CorrelatedNormal(loc, lower), MultivariateNormal(loc, scale_tril=lower)),
        (LowRankNormal(loc, scale, factor), MultivariateNormal(loc, covariance)),
    ):
        torch.testing.assert_close(kl(q, p), kl_divergence(oracle, full), rtol=1e-4, atol=1e-4)
        assert kl_per_unit(q, p) is None, "its units are not independent"


def test_no_closed_form_is_none_until_one_is_registered():
    q = Independent(Gumbel(torch.zeros(2), torch.ones(2)), 1)
    p = Independent(Normal(torch.zeros(2), torch.ones(2)), 1)
    assert kl(q, p) is None and kl_per_unit(q, p) is None

    closed_form(Gumbel, Normal)(lambda q, p: kl_divergence(q, p))
    try:
        torch.testing.assert_close(kl(q, p), kl_divergence(q, p))
    finally:
        del _CLOSED_FORMS[Gumbel, Normal]


def test_distributions_over_events_of_different_shapes_have_none():
    q = Normal(torch.zeros(2), torch.ones(2))
    assert kl(Independent(q, 1), q) is None
    assert kl(q, Independent(q, 1)) is None
    twice = Independent(Normal(torch.zeros(3, 2), torch.ones(3, 2)), 2)
    assert kl(Independent(q, 1), twice) is None
