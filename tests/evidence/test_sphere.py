"""Evidence of models whose codes lie on a sphere: no method may step off it."""

import pytest
import torch

from elbowroom.distributions import Bernoulli
from elbowroom.distributions.posteriors import VonMisesFisher
from elbowroom.errors import IncompatibleError
from elbowroom.evidence import adaptive, annealed, bidirectional, importance_sampling
from elbowroom.models import LadderVAE
from elbowroom.models.priors import StandardNormal
from tests.cases import examples, small_vae, spread


@pytest.fixture
def model():
    one = small_vae(Bernoulli((6,)), posterior=VonMisesFisher(2))
    spread(one, 3.0)
    return one


@pytest.fixture
def x(model):
    return examples(model.likelihood, 8)


def truth(model, x):
    """Oracle: codes on the circle are angles, and p(x) is an integral over them."""
    angle = 2 * torch.pi * torch.arange(2000) / 2000
    z = torch.stack([angle.cos(), angle.sin()], -1)
    with torch.no_grad():
        log_px = model.generate(given=z[:, None]).px.log_prob(x).double()
    return log_px.exp().mean(0).log()


def test_importance_sampling_finds_the_integral_over_the_circle(model, x):
    found = importance_sampling(model, x, samples=4000).per_example
    assert ((found["value"] - truth(model, x)).abs() < 5 * found["error"] + 1e-3).all()


def test_adaptive_stays_with_the_encoder_and_reaches_its_target(model, x):
    found = adaptive(model, x, target_error=0.01)
    assert {way for way, count in found.taken.items() if count} == {"encoder"}
    error = found.per_example["error"]
    assert ((found.per_example["value"] - truth(model, x)).abs() < 5 * error + 5e-3).all()


def test_adaptive_says_what_its_budget_did_not_reach(model, x):
    found = adaptive(model, x, target_error=1e-4, budget=600)
    assert any("did not reach" in note for note in found.notes)
    assert found.per_example["decodes"].max() <= 600


def test_adaptive_reaches_its_target_where_a_lower_level_hangs_on_a_circle(x):
    torch.manual_seed(0)
    ladder = LadderVAE.of(
        Bernoulli((6,)), latent=1, above=(2,), hidden=(8,), posterior=VonMisesFisher
    )
    spread(ladder, 2.0)
    angle, lower = 2 * torch.pi * torch.arange(200) / 200, torch.linspace(-9, 9, 361)
    top = torch.stack([angle.cos(), angle.sin()], -1)[:, None].expand(-1, len(lower), -1)
    given = (top[:, :, None], lower[None, :, None, None].expand(len(top), -1, 1, 1))
    with torch.no_grad():
        trace = ladder.generate(given=given)
        joint = trace.px.log_prob(x).double() + trace.levels[1].log_p.double()
    cell = (lower[1] - lower[0]).double() / len(angle)
    wanted = joint.flatten(0, 1).logsumexp(0) + cell.log()

    found = adaptive(ladder, x, target_error=0.01)

    assert found.taken["encoder"] == len(x)
    assert found.per_example["decodes"].max() > 128  # a first look is not enough for all
    error = found.per_example["error"]
    assert ((found.per_example["value"] - wanted).abs() < 5 * error + 5e-3).all()


def test_what_would_leave_the_sphere_is_refused(model, x):
    with pytest.raises(IncompatibleError, match="lie on the unit sphere.*'adaptive'"):
        annealed(model, x, steps=4, samples=2)
    with pytest.raises(IncompatibleError, match="lie on the unit sphere"):
        bidirectional(model, examples=4, steps=4, samples=2)
    with pytest.raises(IncompatibleError, match="no finite rate"):
        small_vae(Bernoulli((6,)), posterior=VonMisesFisher(2), prior=StandardNormal(2))
