"""The mixture of a family's distributions, against torch's."""

import pytest
import torch
from torch.distributions import Categorical, MixtureSameFamily

from elbowroom.distributions import DiagonalGaussian
from elbowroom.distributions.mixture import Mixture
from elbowroom.distributions.posteriors import FullGaussian
from elbowroom.errors import ConfigError
from elbowroom.models.priors import GaussianMixture
from tests.cases import POSTERIORS


@pytest.mark.parametrize("family", [DiagonalGaussian(3), FullGaussian(3)], ids=repr)
def test_it_is_torchs(family):
    raw, logits = torch.randn(4, *family.param_shape), torch.randn(4)
    mine = Mixture(family, raw, logits)
    oracle = MixtureSameFamily(Categorical(logits=logits), family(raw), validate_args=False)
    for shape in ((), (5,), (2, 5)):
        z = torch.randn(*shape, 3)
        torch.testing.assert_close(mine.log_prob(z), oracle.log_prob(z))
        assert mine.sample(shape).shape == (*shape, 3)
    torch.testing.assert_close(mine.mean, oracle.mean)
    torch.testing.assert_close(mine.variance, oracle.variance)


def test_many_values_are_scored_as_few_are():
    mixture = Mixture(DiagonalGaussian(8), torch.randn(500, 2, 8), torch.randn(500))
    z = torch.randn(3, 700, 8)  # more than one block
    alone = torch.stack([mixture.log_prob(one) for one in z[:, -1]])
    torch.testing.assert_close(mixture.log_prob(z)[:, -1], alone)


def test_components_start_apart_and_together_near_the_standard_normal():
    p = GaussianMixture(40, components=200)()
    torch.testing.assert_close(p.mean, torch.zeros(40), atol=0.2, rtol=0)
    torch.testing.assert_close(p.variance, torch.ones(40), atol=0.3, rtol=0)
    means = p.components.mean
    assert torch.pdist(means).min() > 1
    one = GaussianMixture(2, components=1)()
    torch.testing.assert_close(one.variance, torch.ones(2))


def test_no_components_are_refused():
    with pytest.raises(ConfigError, match="components must be 1 or more, got 0"):
        GaussianMixture(2, components=0)


def test_the_same_component_is_the_component():
    family = POSTERIORS["VonMisesFisher"](3)
    raw = torch.randn(4)
    z = torch.nn.functional.normalize(torch.randn(9, 3), dim=-1)
    mixture = Mixture(family, raw.expand(5, 4), torch.randn(5))
    torch.testing.assert_close(mixture.log_prob(z), family(raw).log_prob(z))
