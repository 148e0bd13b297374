"""Which parts models with several levels are made of, what is refused, and that they are kept."""

import pytest
import torch

from elbowroom.config import Config
from elbowroom.distributions import Ability, Bernoulli, DiagonalGaussian, Space
from elbowroom.errors import ConfigError, IncompatibleError, ShapeError
from elbowroom.models import VAE, LadderVAE, VeryDeepVAE, one_level
from elbowroom.models.structures import Ladder, VeryDeep
from elbowroom.networks import MLP, Conv
from elbowroom.objectives import Rate, Sum
from tests.cases import IMAGE, POSTERIORS, PRIORS, examples, spread
from tests.every_model import built
from tests.models.test_ladders import SEVERAL, every_direction, every_structure, far_from_trivial


@every_direction
@pytest.mark.parametrize("kind", POSTERIORS)
def test_each_posterior_stands_where_inference_allows_it(direction, kind):
    family = POSTERIORS[kind]
    sphere = family(3).space is Space.SPHERE
    prior = next(p for p in PRIORS.values() if p.func.space is family(3).space)
    options = {"posterior": family, "prior": prior, "latent": 4,
               "structure": Ladder(latents=(3,), inference=direction)}  # fmt: skip
    if Ability.DENSITY not in family(3).provides:
        with pytest.raises(IncompatibleError, match="no density.*use the diagonal-gaussian"):
            built(Bernoulli(IMAGE), **options)
        return
    if sphere and direction == "bottom-up":
        with pytest.raises(IncompatibleError, match="Gaussian given the level above.*top-down"):
            built(Bernoulli(IMAGE), **options)
        return
    model = built(Bernoulli(IMAGE), **options)
    lower = DiagonalGaussian if direction == "top-down" else type(family(3))
    assert [type(one) for one in model.inference.families] == [type(family(3)), lower]
    trace = model(examples(model.likelihood, 4), 3)
    assert trace.log_w.shape == trace.rate.shape == (3, 4) and trace.log_w.isfinite().all()
    assert [tuple(level.z.shape) for level in model.centred(trace.x)] == [(1, 4, 3), (1, 4, 4)]


REAL_PRIORS = [name for name, prior in PRIORS.items() if prior.func.space is Space.REAL]


@every_direction
@pytest.mark.parametrize("kind", REAL_PRIORS)
def test_each_prior_stands_at_the_top(direction, kind):
    structure = Ladder(latents=(3,), inference=direction)
    model = built(Bernoulli(IMAGE), latent=4, prior=PRIORS[kind], structure=structure)
    x = examples(model.likelihood, 12)
    trace = model.start_at(x)(x, samples=2)
    (trace.rate - trace.log_px).mean().backward()
    assert all(parameter.grad is not None for parameter in model.parameters())
    names = [name for name, _ in model.named_parameters()]
    assert len({model.get_parameter(name) for name in names}) == len(names)
    torch.testing.assert_close(trace.levels[0].log_p, model.prior().log_prob(trace.z))


def test_a_sphere_at_the_top_needs_its_prior():
    family = next(p for p in POSTERIORS.values() if p(3).space is Space.SPHERE)
    with pytest.raises(IncompatibleError, match="no finite rate"):
        built(Bernoulli(IMAGE), posterior=family, structure=Ladder(latents=(3,)))


def test_a_trained_vae_becomes_the_lowest_level_and_the_rate_trains_what_is_above():
    torch.manual_seed(0)
    vae = VAE.of(Bernoulli(IMAGE), latent=3, network=MLP(hidden=(16,))).requires_grad_(False)
    spread(vae.encoder, 3.0)
    ladder = LadderVAE.on(vae, above=(2,), hidden=(16,))
    x = examples(vae.likelihood, 40)
    before = {name: value.clone() for name, value in vae.state_dict().items()}
    parts = [p for p in ladder.parameters() if p.requires_grad]
    assert len(parts) < len(list(ladder.parameters()))
    objective, adam = Sum(Rate(), samples=4), torch.optim.Adam(parts, lr=0.01)
    losses = []
    for _ in range(150):
        loss = objective(ladder, x).loss
        adam.zero_grad()
        loss.backward()
        adam.step()
        losses.append(float(loss.detach()))
    assert sum(losses[-20:]) / 20 < float(vae(x).rate.mean()) - 0.1, "no better than the old prior"
    assert all(torch.equal(value, before[name]) for name, value in vae.state_dict().items())
    assert torch.equal(ladder.centred(x)[-1].z, vae.centred(x)[0].z)


@every_structure
def test_weights_are_saved_and_loaded(name, tmp_path):
    from safetensors.torch import load_file, save_file

    one, other = far_from_trivial(name), built(Bernoulli(IMAGE), latent=2, structure=SEVERAL[name])
    save_file(one.state_dict(), tmp_path / "weights.safetensors")
    other.eval().load_state_dict(load_file(tmp_path / "weights.safetensors"))
    x = examples(one.likelihood, 3)
    codes = tuple(level.z for level in one.infer(x))
    torch.testing.assert_close(one(x, given=codes).log_w, other(x, given=codes).log_w)


def test_a_configuration_says_it_all_and_comes_back(tmp_path):
    table = {"kind": "ladder", "latents": [16, 4], "inference": "bottom-up"}
    config = Config.from_dict({"model": {"latent": 32, "structure": table}})
    config.write(tmp_path / "config.toml")
    again = Config.from_toml(tmp_path / "config.toml")
    assert again == config
    structure = again.build("model.structure", {})
    assert (structure.latents, structure.inference) == ((16, 4), "bottom-up")
    assert built(Bernoulli((5,)), latent=32, structure=structure).units == (4, 16, 32)


BAD = {
    "no level above": (lambda: Ladder(latents=()), ConfigError, "got none.*single-level"),
    "a level of nothing": (lambda: Ladder(latents=(4, 0)), ConfigError, "1 or more, got 0"),
    "half a unit": (lambda: Ladder(latents=(2.5,)), ConfigError, "whole number.*2.5"),
    "no hidden layer": (
        lambda: built(Bernoulli(IMAGE), structure=Ladder(hidden=())), ConfigError, "one width"),
    "no such direction": (
        lambda: built(Bernoulli(IMAGE), structure=Ladder(inference="sideways")), ConfigError,
        "top-down or bottom-up, got 'sideways'"),
    "convolutions over a table": (
        lambda: built(Bernoulli((6,)), structure=Ladder(), network=Conv()), ConfigError,
        "for images.*use the mlp"),
    "maps of a table": (
        lambda: built(Bernoulli((6,)), structure=VeryDeep()), IncompatibleError,
        "for images.*Use the ladder"),
    "no blocks": (
        lambda: built(Bernoulli(IMAGE), structure=VeryDeep(blocks=())), ConfigError, "blocks"),
    "a resolution without a level": (
        lambda: built(Bernoulli(IMAGE), structure=VeryDeep(blocks=(1, 0))), ConfigError, "blocks"),
    "a posterior that has no place": (
        lambda: built(
            Bernoulli(IMAGE), structure=VeryDeep(), posterior=POSTERIORS["Deterministic"]),
        IncompatibleError, "no place for Deterministic"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_built_is_refused_in_words(case):
    build, error, words = BAD[case]
    with pytest.raises(error, match=words):
        build()


def test_parts_that_disagree_are_refused():
    one, other = (LadderVAE.of(Bernoulli((5,)), latent=n, above=(2,)) for n in (3, 4))
    with pytest.raises(ConfigError, match="disagree on the codes' shapes"):
        LadderVAE(one.inference, one.conditionals, other.decoder, one.prior)


def test_what_asks_for_one_level_says_so():
    vae = built(Bernoulli(IMAGE))
    assert one_level(vae, "it") is vae
    ladder = built(Bernoulli(IMAGE), structure=Ladder())
    with pytest.raises(IncompatibleError, match="the gap asks for.*2 levels.*single-level"):
        one_level(ladder, "the gap")
    with pytest.raises(ShapeError, match="takes inputs of shape"):
        ladder(torch.zeros(4, 1, 9, 9))


@pytest.mark.parametrize("shape", [(1, 8, 8), (3, 9, 7), (2, 5, 1)])
def test_very_deep_models_are_for_images_of_any_size(shape):
    model = VeryDeepVAE.of(Bernoulli(shape), latent=2, blocks=(2, 1, 1), channels=4)
    trace = model(examples(model.likelihood, 3), samples=2)
    assert trace.px.mean.shape == (2, 3, *shape)
    assert len(model.units) == 4 and list(model.units) == sorted(model.units)


def test_an_untrained_very_deep_model_has_standard_normal_priors():
    model = VeryDeepVAE.of(Bernoulli(IMAGE), latent=2, blocks=(2, 2), channels=8)
    for level in model.generate((5,)).levels:
        torch.testing.assert_close(level.p.mean, torch.zeros_like(level.p.mean))
        torch.testing.assert_close(level.p.variance, torch.ones_like(level.p.variance))
