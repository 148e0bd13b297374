"""The second stage: everything but the prior is held, bit for bit."""

import numpy as np
import pytest
import torch

from elbowroom.commands import COMMANDS
from elbowroom.errors import ConfigError, RunError
from elbowroom.experiment.starting import start_from
from elbowroom.models import VeryDeepVAE

SHORT = {"training.epochs": 2, "training.device": "cpu"}


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """A short run: a VAE."""
    out = tmp_path_factory.mktemp("runs") / "first"
    return COMMANDS["train"]("digits", out=out, quiet=True, **SHORT, **{"model.latent": 3})


@pytest.fixture(scope="module")
def autoencoder(tmp_path_factory):
    """A short run without noise."""
    out = tmp_path_factory.mktemp("runs") / "autoencoder"
    settings = {"model.latent": 3, "model.posterior": "deterministic", "objective": "autoencoder"}
    return COMMANDS["train"]("digits", out=out, quiet=True, **SHORT, **settings)


@pytest.mark.parametrize("run", ["first", "autoencoder"])
@pytest.mark.parametrize("prior", ["gaussian-mixture", "autoregressive-flow"])
def test_only_the_prior_learns(run, prior, request, tmp_path):
    before = request.getfixturevalue(run)
    after = COMMANDS["refit"](before.path, prior=prior, out=tmp_path / "again", quiet=True, **SHORT)
    for part in ("encoder", "decoder"):
        weights = getattr(after.model, part).state_dict()
        for name, value in getattr(before.model, part).state_dict().items():
            assert torch.equal(weights[name], value), name
    assert after.config.model.prior.kind == prior
    assert any(p.requires_grad for p in after.model.prior.parameters())
    samples = COMMANDS["sample"](after.path, count=5).values
    assert samples.shape == (5, 1, 8, 8) and np.isfinite(samples).all()


def test_codes_of_an_autoencoder_become_likely(autoencoder, tmp_path):
    """Oracle: the best single normal; a mixture fitted to the codes is above it."""
    settings = {"training.epochs": 60, "training.learning_rate": 0.02, "training.device": "cpu"}
    after = COMMANDS["refit"](
        autoencoder.path, prior="gaussian-mixture", out=tmp_path / "m", quiet=True, **settings
    )
    x = after.preprocessing(after.dataset("train").take(torch.arange(1000)))
    with torch.no_grad():
        z = after.model.encoder(x).mean
        fitted = after.model.prior().log_prob(z).mean()
    covariance = torch.cov(z.T)
    best = torch.distributions.MultivariateNormal(z.mean(0), covariance).log_prob(z).mean()
    assert fitted > best


def test_a_run_can_start_from_anothers_weights_and_go_on_with_all_of_them(first, tmp_path):
    settings = {**SHORT, "training.start_from": str(first.path), "training.learning_rate": 1e-9}
    after = COMMANDS["train"](config=first.path, out=tmp_path / "on", quiet=True, **settings)
    for name, value in first.model.state_dict().items():
        torch.testing.assert_close(after.model.state_dict()[name], value, atol=1e-5, rtol=0)


def test_a_two_stage_vae_holds_the_first_stage(first, tmp_path):
    """Dai & Wipf (2019): a second VAE over the codes of the first, which is the lowest level."""
    settings = {
        **SHORT,
        "model.structure": {"kind": "ladder", "latents": (2,), "inference": "bottom-up"},
        "training.start_from": str(first.path),
        "training.hold_start": True,
    }
    after = COMMANDS["train"](config=first.path, out=tmp_path / "two", quiet=True, **settings)
    held = first.model.state_dict()
    learned = dict(after.model.named_parameters())
    same = [n for n, p in learned.items() if n in held and torch.equal(p, held[n])]
    assert any(name.startswith("decoder.") for name in same)
    assert {n for n, p in learned.items() if not p.requires_grad} >= set(same)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"model.latent": 4}, "model.latent cannot be changed here"),
        ({"objective": "elbo"}, "objective cannot be changed here"),
        ({"prior": "standard-normal"}, "nothing to fit"),
        ({"prior": "gausian-mixture"}, "Did you mean"),
    ],
)
def test_what_cannot_be_refitted_is_refused(first, tmp_path, settings, words):
    with pytest.raises(ConfigError, match=words):
        COMMANDS["refit"](first.path, out=tmp_path / "no", quiet=True, **settings)
    assert not (tmp_path / "no").exists()


def test_there_must_be_a_run_with_parts_that_fit(first, tmp_path):
    with pytest.raises((ConfigError, RunError)):
        COMMANDS["refit"](tmp_path, out=tmp_path / "no", quiet=True)
    settings = {**SHORT, "model.latent": 5, "training.start_from": str(first.path)}
    with pytest.raises(ConfigError, match="no part of this model has the shape"):
        COMMANDS["train"]("digits", out=tmp_path / "no", quiet=True, **settings)
    with pytest.raises(ConfigError, match="give both"):
        COMMANDS["train"]("digits", **{"training.hold_start": True})


def test_parameters_of_the_model_itself_are_taken_too(tmp_path):
    settings = {**SHORT, "model.structure": {"kind": "very-deep", "channels": 4}, "model.latent": 1}
    settings["training.epochs"] = 1
    before = COMMANDS["train"]("digits", out=tmp_path / "a", quiet=True, **settings)
    again = VeryDeepVAE.of(before.model.likelihood, latent=1, channels=4)
    taken = start_from(again, before.path)
    assert set(taken) == {name.partition(".")[0] for name in again.state_dict()}
    for name, value in before.model.state_dict().items():
        assert torch.equal(again.state_dict()[name], value), name
    with pytest.raises(ConfigError, match="nothing to train"):
        start_from(again, before.path, hold=True)
