"""The VAE: what its trace holds, and what generating does not need."""

import pytest
import torch
from torch.distributions import Gumbel, Independent

from elbowroom.distributions import (
    Ability,
    Bernoulli,
    Deterministic,
    DiagonalGaussian,
    Gaussian,
    Likelihood,
)
from elbowroom.errors import ConfigError, ElbowroomError, IncompatibleError
from elbowroom.models import VAE, Level, Neural, StandardNormal
from elbowroom.networks import MLP
from tests.cases import (
    DEFAULT_ARCHITECTURES,
    IMAGE,
    LIKELIHOODS,
    PRIORS,
    examples,
    small_vae,
    spread,
)
from tests.every_model import VAES, able, built

DENSE = able(Ability.DENSITY)
ANYWHERE = able(Ability.DENSITY, Ability.ANYWHERE)
CASES = [*((model, "Bernoulli") for model in DENSE), *(("", name) for name in LIKELIHOODS)]


@pytest.mark.parametrize(("name", "likelihood"), CASES)
def test_a_weight_is_the_joint_over_the_posterior(name, likelihood):
    family = LIKELIHOODS[likelihood](IMAGE).eval()
    model = VAES.get(name, built)(family, latent=3)
    x = examples(family, 5)
    trace = model.eval()(x, samples=4)
    (level,) = trace.levels
    assert trace.z.shape == (4, 5, 3)
    for term in (trace.log_px, trace.rate, trace.log_w, level.log_p, level.log_q):
        assert term.shape == (4, 5)
    torch.testing.assert_close(trace.log_w, trace.log_px + level.log_p - level.log_q)
    torch.testing.assert_close(level.log_p, model.prior().log_prob(trace.z))
    torch.testing.assert_close(trace.log_px, model.decoder(trace.z).log_prob(x))
    if Ability.ANYWHERE in model.abilities:
        torch.testing.assert_close(level.log_q, model.encoder(x).log_prob(trace.z))


@pytest.mark.parametrize("name", ANYWHERE)
def test_given_codes_are_scored_exactly(name):
    model = VAES[name](Bernoulli(IMAGE), latent=2)
    x = examples(model.likelihood, 5)
    drawn = model(x, samples=3)
    scored = model(x, given=drawn.z)
    assert torch.equal(scored.z, drawn.z)
    for term in ("log_px", "rate", "log_w"):
        torch.testing.assert_close(getattr(scored, term), getattr(drawn, term))


def test_the_mean_weight_is_the_evidence_of_a_nonlinear_model():
    """Oracle: one latent unit, so that p(x) is an integral on a line."""
    torch.manual_seed(3)
    model = small_vae(Bernoulli((6,)), latent=1)
    spread(model.decoder, 6.0)
    x = examples(model.likelihood, 12)
    with torch.no_grad():
        z = torch.linspace(-9, 9, 9001, dtype=torch.float64)[:, None]
        decoded = model.generate(given=z.float()[:, None])
        joint = decoded.px.log_prob(x).double() + model.prior().log_prob(z)[:, None]
        truth = joint.exp().sum(0) * (z[1] - z[0])
        weights = model(x, samples=100_000).log_w.double().exp()
    assert truth.max() / truth.min() > 3, "the model says the same of every example"
    four_errors = 4 * weights.std(0) / 100_000**0.5
    assert (four_errors / truth < 0.05).all()
    assert ((weights.mean(0) - truth).abs() < four_errors).all()


@pytest.mark.parametrize(
    ("name", "likelihood"),
    # A VampPrior is the encoder's posteriors of its pseudo-inputs.
    [*((n, "Bernoulli") for n in VAES if n != "VampPrior"), *(("", n) for n in LIKELIHOODS)],
)
def test_generating_never_runs_the_encoder(name, likelihood, monkeypatch):
    family = LIKELIHOODS[likelihood](IMAGE).eval()
    model = VAES.get(name, built)(family, latent=2)

    def refuse(*args: object) -> None:
        raise AssertionError("the encoder ran")

    monkeypatch.setattr(model.encoder, "forward", refuse)
    for shape in ((), (4,), (2, 3)):
        trace = model.generate(shape)
        assert trace.px.mean.shape == (*shape, *IMAGE)
        assert trace.z.shape == (*shape, 2)
        z = torch.randn(*shape, 2)
        assert torch.equal(model.generate(given=z).z, z)
    with pytest.raises(ElbowroomError, match="no x to score"):
        _ = trace.log_px
    with pytest.raises(ElbowroomError, match="no posterior"):
        _ = trace.rate


def test_a_rate_without_closed_form_is_estimated_by_its_draws():
    q = Independent(Gumbel(torch.ones(5, 2), torch.ones(5, 2)), 1)
    level = Level(q.rsample((20_000,)), StandardNormal(2)(), q)
    torch.testing.assert_close(level.rate, level.log_q - level.log_p)
    z = torch.linspace(-40, 40, 80_001, dtype=torch.float64)
    unit = Gumbel(torch.ones(()).double(), 1.0).log_prob(z)
    normal = torch.distributions.Normal(0.0, 1.0).log_prob(z)
    exact = 2 * (unit.exp() * (unit - normal)).sum() * 1e-3
    error = level.rate.std(0) / 20_000**0.5
    assert ((level.rate.mean(0) - exact).abs() < 4 * error).all()


@pytest.mark.parametrize("likelihood", LIKELIHOODS)
@pytest.mark.parametrize("network", DEFAULT_ARCHITECTURES)
def test_it_starts_at_the_mean_of_the_data(likelihood, network):
    family = LIKELIHOODS[likelihood](IMAGE)
    model = small_vae(family, network=DEFAULT_ARCHITECTURES[network])
    spread(model.decoder, 0.0)  # what the weights add is noise around the start
    x = examples(family, 200)[..., :1, :1].expand(200, *IMAGE)  # a convolution has one start
    start = model.start_at(x).generate((3,)).px.mean
    by_moments = type(family).start_from is Likelihood.start_from
    close = 1e-3 if by_moments else 5e-3  # frequencies are those of one example more
    torch.testing.assert_close(start, x.mean(0).expand(3, *IMAGE), atol=close, rtol=close)


def test_a_posterior_without_density_has_no_evidence():
    model = small_vae(Bernoulli(IMAGE), posterior=Deterministic(2))
    trace = model(examples(model.likelihood, 3))
    assert trace.log_px.shape == (1, 3)
    for term in ("rate", "log_w"):
        with pytest.raises(IncompatibleError, match="no density"):
            getattr(trace, term)


@pytest.mark.parametrize("network", DEFAULT_ARCHITECTURES)
@pytest.mark.parametrize("likelihood", LIKELIHOODS)
def test_saving_and_loading_is_the_identity(likelihood, network):
    one, other = (
        small_vae(LIKELIHOODS[likelihood](IMAGE), network=DEFAULT_ARCHITECTURES[network])
        for _ in range(2)
    )
    x = examples(one.likelihood, 4)
    with torch.no_grad():
        one(x).log_px.sum()  # moves the buffers of a likelihood that has some
    other.load_state_dict(one.state_dict())
    again = other.state_dict()
    assert list(again) == list(one.state_dict())
    assert all(torch.equal(value, again[name]) for name, value in one.state_dict().items())
    z = torch.randn(4, 2)
    for model in (one, other):
        model.eval()
    assert torch.equal(one.generate(given=z).px.log_prob(x), other.generate(given=z).px.log_prob(x))


def test_parts_that_disagree_are_refused():
    likelihood, network = Gaussian(IMAGE), MLP()
    q = DiagonalGaussian(3)
    encoder = Neural(network.down(IMAGE, q.param_shape), q)
    decoder = Neural(network.up((2,), likelihood.param_shape), likelihood)
    with pytest.raises(ConfigError, match=r"encoder \(3,\), decoder \(2,\), prior \(3,\)"):
        VAE(encoder, decoder, StandardNormal(3))
    with pytest.raises(ConfigError, match="disagree"):
        small_vae(likelihood, latent=3, prior=StandardNormal(2))
    with pytest.raises(ConfigError, match="must be a likelihood, got DiagonalGaussian"):
        VAE(encoder, Neural(network.up((3,), (2, 3)), q), StandardNormal(3))
    with pytest.raises(ConfigError, match="param_shape"):
        Neural(network.down(IMAGE, (7,)), q)


@pytest.mark.parametrize("latent", [0, -2])
@pytest.mark.parametrize("prior", PRIORS)
def test_no_latent_units_are_refused_whoever_is_asked(latent, prior):
    with pytest.raises(ConfigError, match="latent must be"):
        small_vae(Bernoulli(IMAGE), latent=latent)
    with pytest.raises(ConfigError, match="latent must be"):
        VAES[prior](Bernoulli(IMAGE), latent=latent)


def test_a_model_and_a_trace_say_what_they_are():
    model = small_vae(Bernoulli(IMAGE), latent=3)
    assert repr(model).startswith("VAE((1, 8, 8) -> 3 latent units, Bernoulli, DiagonalGaussian")
    assert repr(model(torch.zeros(5, *IMAGE), 2)) == (
        "Trace(2 x 5 inferred codes of shape (3,), 1 level(s), x of shape (1, 8, 8))"
    )
    assert repr(model.generate((2, 5))).startswith("Trace(2 x 5 generated codes of shape (3,)")
    assert repr(model.generate((4,))).startswith("Trace(4 generated codes of shape (3,)")
    assert repr(model.generate()).startswith("Trace(1 generated codes of shape (3,)")
