"""Laws of models with several levels of codes, against a linear-Gaussian oracle."""

import pytest
import torch
from torch.distributions import Independent, Normal

from elbowroom.distributions import Bernoulli
from elbowroom.models import LatentModel
from elbowroom.models.structures import Ladder, VeryDeep
from elbowroom.models.top_down import product_of
from tests.cases import DEFAULT_ARCHITECTURES, IMAGE, examples, spread
from tests.every_model import built
from tests.linear_ladder import LinearLadder

DIRECTIONS = ("top-down", "bottom-up")
SEVERAL = {
    "top-down": Ladder(latents=(3, 2)),
    "bottom-up": Ladder(latents=(3, 2), inference="bottom-up"),
    "very deep": VeryDeep(blocks=(1, 2), channels=8),
}
DRAWS = 4_000
every_direction = pytest.mark.parametrize("direction", DIRECTIONS)
every_structure = pytest.mark.parametrize("name", SEVERAL)


def simulated(ladder: LinearLadder, count: int = 8) -> torch.Tensor:
    torch.manual_seed(1)
    with torch.no_grad():
        return ladder.model("top-down").generate((count,)).px.sample()


def far_from_trivial(name: str, latent: int = 2) -> LatentModel:
    """Return a model whose levels depend on each other strongly."""
    torch.manual_seed(0)
    model = built(Bernoulli(IMAGE), latent=latent, structure=SEVERAL[name])
    with torch.no_grad():  # away from layers that start at zero
        for parameter in model.parameters():
            parameter.add_(0.05 * torch.randn_like(parameter))
    if name != "very deep":
        spread(model.given_above, 1.5)
        spread(model.inference, 1.2)
    return model.eval()


@every_direction
def test_exact_inference_gives_every_draw_the_weight_of_the_evidence(direction):
    ladder = LinearLadder.random(orthogonal=True)
    x = simulated(ladder)
    log_w = ladder.model(direction)(x, samples=50).log_w.double()
    truth = ladder.log_evidence(x)
    assert truth.max() - truth.min() > 1
    torch.testing.assert_close(log_w, truth.expand(50, -1), atol=1e-4, rtol=0)


@every_direction
def test_the_mean_weight_is_the_evidence_and_the_mean_log_weight_is_below(direction):
    ladder = LinearLadder.random(seed=2)
    x = simulated(ladder)
    with torch.no_grad():
        trace = ladder.model(direction, wider=1.3)(x, samples=100_000)
        log_w, rate = trace.log_w.double(), trace.rate.double()
    truth = ladder.log_evidence(x)
    ratio = (log_w - truth).exp()
    error = ratio.std(0) / 100_000**0.5
    assert (error < 0.05).all()
    assert ((ratio.mean(0) - 1).abs() < 4 * error).all()
    gap = truth - log_w.mean(0)
    assert (gap > 0.05).all(), "the posterior is too good to tell a bound from the truth"
    # The closed form of the rate and the estimate by draws are means of the same thing.
    bound = trace.log_px.double() - rate
    both = (bound - log_w).std(0) / 100_000**0.5
    assert ((bound - log_w).mean(0).abs() < 4 * both + 1e-5).all()


@every_structure
def test_the_rate_of_each_level_is_what_it_costs_at_the_drawn_codes(name):
    model = far_from_trivial(name)
    x = examples(model.likelihood, 4)
    with torch.no_grad():
        levels = model.infer(x, DRAWS)
    total = 0.0
    for level in levels:
        by_draws = (level.log_q - level.log_p).double()
        difference = level.rate.double() - by_draws
        assert (difference.mean(0).abs() < 4.5 * difference.std(0) / DRAWS**0.5 + 1e-5).all()
        torch.testing.assert_close(level.unit_rates.sum(-1), level.rate, rtol=1e-3, atol=1e-3)
        total = total + level.rate
    with torch.no_grad():
        trace = model(x, 3)
    torch.testing.assert_close(trace.rate, sum(level.rate for level in trace.levels))
    torch.testing.assert_close(
        trace.log_w, trace.log_px + sum(level.log_p - level.log_q for level in trace.levels)
    )


def test_bottom_up_a_kl_at_each_level_would_be_another_number():
    """So the law above can fail: p of a level is given a code that was drawn from this level's."""
    ladder = LinearLadder.random()
    with torch.no_grad():
        top, lower = ladder.model("bottom-up").infer(simulated(ladder), DRAWS)
    assert lower.p_follows and not top.p_follows
    fixed = torch.distributions.kl_divergence(lower.q.base_dist, lower.p.base_dist).sum(-1)
    difference = (fixed - lower.rate).double()
    assert (difference.mean(0).abs() > 8 * difference.std(0) / DRAWS**0.5).all()


@every_structure
def test_given_codes_are_scored_exactly(name):
    model = far_from_trivial(name)
    x = examples(model.likelihood, 5)
    drawn = model(x, samples=3)
    scored = model(x, given=tuple(level.z for level in drawn.levels))
    for term in ("log_px", "rate", "log_w"):
        assert getattr(drawn, term).shape == (3, 5)
        torch.testing.assert_close(getattr(scored, term), getattr(drawn, term))
    torch.testing.assert_close(
        torch.stack([level.log_p for level in scored.levels]).sum(0) + scored.log_px,
        _joint(model, x, tuple(level.z for level in drawn.levels)),
    )


def _joint(model: LatentModel, x: torch.Tensor, codes: tuple) -> torch.Tensor:
    trace = model.generate(given=codes)
    return trace.px.log_prob(x) + sum(level.log_p for level in trace.levels)


@every_structure
def test_inferring_leaves_the_decoder_out_and_gives_the_same_levels(name, monkeypatch):
    model = far_from_trivial(name)
    x = examples(model.likelihood, 5)
    torch.manual_seed(0)
    whole = model(x, 3).levels
    monkeypatch.setattr(model.decoder, "forward", None)
    torch.manual_seed(0)
    for one, other in zip(model.infer(x, 3), whole, strict=True):
        assert torch.equal(one.z, other.z)
        torch.testing.assert_close(one.rate, other.rate)


@every_structure
def test_generating_never_runs_the_inference_and_completes_what_is_given(name, monkeypatch):
    model = far_from_trivial(name)
    for part in model.trunk if name == "very deep" else [model.inference]:
        monkeypatch.setattr(part, "forward", None)
    for shape in ((), (4,), (2, 3)):
        trace = model.generate(shape)
        assert trace.px.mean.shape == (*shape, *IMAGE)
        codes = tuple(level.z for level in trace.levels)
        assert [z.shape for z in codes] == [(*shape, *one) for one in model.code_shapes]
        torch.testing.assert_close(model.generate(given=codes).px.mean, trace.px.mean)
        part = model.generate(given=codes[:1])
        assert torch.equal(part.z, codes[0]) and len(part.levels) == len(codes)
        completed = model.completed(codes[:1])
        for z, level in zip(completed[1:], model.generate(given=completed).levels[1:], strict=True):
            torch.testing.assert_close(z, level.p.mean)


@every_structure
def test_centred_codes_are_means_given_means(name):
    model = far_from_trivial(name)
    x = examples(model.likelihood, 5)
    state = torch.random.get_rng_state()
    levels = model.centred(x)
    assert torch.equal(torch.random.get_rng_state(), state), "a code was drawn"
    again = model.infer(x, given=tuple(level.z for level in levels))
    for level, same in zip(levels, again, strict=True):
        torch.testing.assert_close(level.z, same.q.mean.expand(level.z.shape))
    flat = model.joined(level.z[0] for level in levels)
    assert flat.shape == (5, sum(model.units))
    for z, level in zip(model.apart(flat), levels, strict=True):
        assert torch.equal(z, level.z[0])


def test_a_product_of_gaussians_is_the_normalised_product_of_their_densities():
    """Oracle: quadrature over a grid."""
    z = torch.linspace(-30, 30, 60_001, dtype=torch.float64)[:, None]
    means, scales = torch.tensor([[-1.0], [2.5]]).double(), torch.tensor([[0.4], [3.0]]).double()
    for a in range(2):
        one, other = (Independent(Normal(means[i], scales[i]), 1) for i in (a, 1 - a))
        joint = (one.log_prob(z) + other.log_prob(z)).exp()
        product = product_of(one, other)
        torch.testing.assert_close(product.log_prob(z).exp(), joint / (joint.sum() * 1e-3))
    extreme = product_of(one, Independent(Normal(means[0], torch.tensor([1e-30]).double()), 1))
    torch.testing.assert_close(extreme.mean, means[0])


@every_structure
@pytest.mark.parametrize("network", DEFAULT_ARCHITECTURES)
def test_it_starts_at_the_mean_of_the_data(name, network):
    model = built(Bernoulli(IMAGE), network=DEFAULT_ARCHITECTURES[network], structure=SEVERAL[name])
    spread(model.decoder, 0.0)
    x = examples(model.likelihood, 200).mean((-1, -2), keepdim=True).expand(200, *IMAGE)
    start = model.start_at(x.clamp(0.01, 0.99)).generate((3,)).px.mean
    torch.testing.assert_close(start, x.mean(0).expand(3, *IMAGE), atol=1e-3, rtol=1e-3)
