"""Proposals fitted to each example: draws and density belong together, and they fit."""

import pytest
import torch

from elbowroom.evidence.codes import CodeSpace
from elbowroom.evidence.fitted import Fitted, fit_proposal, informed_units
from elbowroom.evidence.proposals import Normal, from_encoder, moments, prior_scale
from tests.evidence.oracles import ORACLES, linear, oracle, simulated
from tests.planted_codes import grid


def fit(model, x, informed=None):
    space = CodeSpace.of(model)
    with torch.no_grad():
        trace = model(x, 64)
        around = moments(trace, space)
        z, log_joint = space.drawn(trace), space.log_joint(space.drawn(trace), x)
        best = z[log_joint.argmax(0), torch.arange(len(x))]
        if informed is None:
            informed = informed_units(around.scale, prior_scale(space))
        return fit_proposal(space, x, around, best, informed), space


def by_hand(size: int, informed: list[int]) -> Fitted:
    d = len(informed)
    generator = torch.Generator().manual_seed(size)
    axes, _ = torch.linalg.qr(torch.randn(1, d, d, generator=generator))
    around = Normal(torch.full((1, size), 0.3), torch.full((1, size), 0.8))
    return Fitted(around, torch.tensor(informed), torch.full((1, d), -0.4),
                  torch.linspace(0.3, 0.6, d)[None], axes)  # fmt: skip


@pytest.mark.parametrize(("size", "informed"), [(1, [0]), (2, [0, 1]), (2, [1])])
def test_the_density_integrates_to_one(size, informed):
    axes, cell = grid(*[(-30.0, 30.0, 200_001 if size == 1 else 1501)] * size)
    z = torch.stack([axis.flatten() for axis in axes], -1).float()[:, None]
    total = by_hand(size, informed).log_prob(z).exp().double().sum() * cell
    assert float(total) == pytest.approx(1, abs=2e-4)


@pytest.mark.parametrize(("size", "informed"), [(1, [0]), (2, [1]), (4, [0, 2, 3])])
def test_draws_have_the_density(size, informed):
    """E_r[f / r] = 1 for a narrower f, and the moments of the draws are those of the density."""
    proposal = by_hand(size, informed)
    z = proposal.draw(100_000)
    f = Normal(torch.zeros(1, size), torch.full((1, size), 0.5))
    ratio = (f.log_prob(z) - proposal.log_prob(z)).exp()
    assert abs(ratio.mean() - 1) < 4 * ratio.std() / 100_000**0.5
    first = (ratio[..., None] * z).mean(0)
    assert (first.abs() < 4 * (ratio[..., None] * z).std(0) / 100_000**0.5).all()


@pytest.mark.parametrize("name", ORACLES)
def test_weights_are_unbiased_on_every_oracle(name):
    known = oracle(name)
    proposal, space = fit(known.model, known.x)
    with torch.no_grad():
        z = proposal.draw(4000)
        log_w = space.log_joint(z, known.x).double() - proposal.log_prob(z).double()
    ratio = (log_w - known.truth).exp()
    error = ratio.std(0) / 4000**0.5
    assert ((ratio.mean(0) - 1).abs() < 5 * error + 1e-3).all()
    # Better than the encoder's guess, wherever that is not exact.
    with torch.no_grad():
        from_q = from_encoder(known.model, known.x)
        z = from_q.draw(4000)
        plain = space.log_joint(z, known.x).double() - from_q.log_prob(z).double()
    relative = [float((one - known.truth).exp().var(0).mean()) for one in (log_w, plain)]
    assert relative[0] < max(relative[1], 0.3)


def test_the_posterior_of_a_linear_model_is_found_exactly():
    exact = linear(q=4)
    model = exact.vae(2.0)
    x = simulated(model, 6)
    proposal, _ = fit(model, x, torch.arange(4))
    mean = (x.double() - exact.mean) @ exact.weights / exact.variance
    mean = mean @ torch.linalg.inv(exact.precision)
    torch.testing.assert_close(proposal.mode.double(), mean, atol=2e-3, rtol=2e-3)
    found = (proposal.axes / (proposal.lengths[:, None] / 1.15) ** 2) @ proposal.axes.mT
    torch.testing.assert_close(found.double(), exact.precision.expand(6, 4, 4), atol=2e-2,
                               rtol=2e-3)  # fmt: skip
    torch.testing.assert_close(
        proposal.scale.double(),
        1.15 * torch.linalg.inv(exact.precision).diagonal().sqrt().expand(6, 4),
        atol=1e-3, rtol=2e-3,
    )  # fmt: skip


def test_units_that_nothing_informs_are_left_alone():
    exact = linear(q=4)
    exact.weights[:, 2] = 0
    model = exact.vae()
    x = simulated(model, 5)
    proposal, space = fit(model, x)
    assert proposal.informed.tolist() == [0, 1, 3]
    with torch.no_grad():
        q = from_encoder(model, x)
    torch.testing.assert_close(proposal.around.scale[:, 2], q.scale[:, 2])
    torch.testing.assert_close(proposal.scale[:, 2], q.scale[:, 2])
    draws = proposal.draw(20_000)[..., 2]
    assert (draws.mean(0) - proposal.around.mean[:, 2]).abs().max() < 0.05
    assert space.size == 4


def test_a_unit_is_informed_where_any_example_narrows_it():
    scale = torch.tensor([[0.3, 1.0, 0.99], [1.0, 1.0, 0.5]])
    assert informed_units(scale, torch.ones(1, 3)).tolist() == [0, 2]
    assert informed_units(torch.ones(2, 3), torch.ones(1, 3)).tolist() == []
    assert informed_units(scale, torch.full((1, 3), 4.0)).tolist() == [0, 1, 2]


def test_recentring_moves_to_the_mean_of_a_skew_target():
    """A Gumbel density has its mode at 0 and its mean at 0.577."""
    start = by_hand(1, [0])
    proposal = Fitted(start.around, start.informed, torch.zeros(1, 1), torch.full((1, 1), 1.5),
                      torch.ones(1, 1, 1))  # fmt: skip
    z = proposal.draw(4000)
    target = (-z - (-z).exp())[..., 0]
    log_w = target - proposal.log_prob(z)
    moved = proposal.recentred(z, log_w)
    assert moved.mode.item() == pytest.approx(0.577, abs=0.08)
    again = moved.draw(4000)
    better = (-again - (-again).exp())[..., 0] - moved.log_prob(again)
    assert better.var() < log_w.var()
    alone = proposal.recentred(z[:2], torch.tensor([[0.0], [-99.0]]))
    assert alone.mode.abs() < 0.2 * z[0, 0].abs()  # one draw that counts is hardly believed


def test_some_of_the_proposals_are_the_same_proposals():
    known = oracle("linear")
    proposal, space = fit(known.model, known.x)
    z = torch.randn(7, 13, space.size)
    which = torch.tensor([1, 4, 11])
    torch.testing.assert_close(
        proposal.only(which).log_prob(z[:, which]), proposal.log_prob(z)[:, which]
    )


def test_codes_are_joined_and_split_without_loss():
    space = CodeSpace.of(oracle("two levels").model)
    assert space.shapes == ((2,), (3,)) and space.size == 5
    z = torch.randn(4, 6, 5)
    top, lower = space.split(z)
    assert top.shape == (4, 6, 2) and lower.shape == (4, 6, 3)
    assert torch.equal(space.join((top, lower)), z)
    one = torch.randn(5)
    assert torch.equal(space.join(space.split(one)), one)


def test_the_units_of_a_ladder_are_those_of_its_whole_prior():
    """Not of the lower code given one code above: that is far narrower."""
    model = oracle("two levels").model
    a = model.a.detach()
    exact = torch.cat([torch.ones(2), (a @ a.T).diagonal().add(model.s**2).sqrt()])
    found = torch.stack([prior_scale(CodeSpace.of(model))[0] for _ in range(50)]).mean(0)
    torch.testing.assert_close(found, exact, rtol=0.1, atol=0.05)
