"""Principal directions of runs: through the run folder and as a command."""

import json
from io import StringIO

import pytest
import torch
from rich.console import Console

from elbowroom.commands import COMMANDS
from elbowroom.distributions import Bernoulli, Gaussian, OptimalGaussian
from elbowroom.errors import ConfigError, IncompatibleError
from elbowroom.experiment import directions, train
from elbowroom.experiment.finding_directions import linear_noise
from elbowroom.experiment.unit_rates import UnitRates, history_of, kinds_over_training
from elbowroom.metrics import polarised_regime
from elbowroom.metrics.principal_directions import Kind
from elbowroom.training.events import Started

from .conftest import DATA, settings


def lines_of(run):
    path = run.path / "results" / "unit-rates.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()]


def made(folder, **model):
    return train(settings({}, model), folder, data=DATA["digits"](), quiet=True)


def test_numbers_are_in_the_run_folder_with_their_size_seed_and_split(run_of):
    run = run_of()
    found = directions(run, limit=20, seed=3)
    written = run.results["directions-test"]
    assert written == json.loads(json.dumps(found.to_dict()))
    assert (written["examples"], written["seed"], written["split"]) == (20, 3, "test")
    whole = written["distance_to_orthogonality"]["whole"]
    assert {"value", "error", "random", "random_spread", "examples", "close"} <= whole.keys()
    assert directions(run, limit=20, seed=3).whole == found.whole
    assert directions(run, limit=20, seed=4).whole.value != found.whole.value
    assert directions(run, limit=None).examples == len(run.dataset("test"))


@pytest.mark.parametrize("posterior", ["diagonal-gaussian", "full-gaussian", "deterministic"])
def test_the_command_shows_the_numbers_in_words(run_of, posterior):
    console = Console(width=200, file=StringIO())
    found = COMMANDS["directions"](run_of(posterior=posterior), split="train", limit=30)
    console.print(found.table())
    text = console.file.getvalue()
    assert f"{found.whole.value:.3f}" in text and "random rotation" in text
    assert ("units over training" in text) == (posterior != "deterministic")
    assert ("has no noise" in text) == (posterior == "deterministic")


@pytest.mark.parametrize("width", [80, 60])
def test_no_number_is_cut(run_of, width):
    found = directions(run_of(), split="train", limit=30)
    console = Console(width=width, file=StringIO())
    console.print(found.table())
    text = console.file.getvalue()
    assert "\u2026" not in text and max(map(len, text.splitlines())) <= width
    for unit in found.units:
        numbers = (unit.means, unit.posterior, unit.carried, unit.eigenvalue, unit.linear)
        assert all(f" {number:.3g} " in text for number in numbers)
        assert f" {unit.component} ({unit.cosine:.2f}) " in text
        assert f" {unit.on:.0%} " in text and f" {unit.off:.0%} " in text
    whole = found.whole
    assert f"{whole.value:.3f} +- {whole.error:.3f} " in text and f" {whole.close:.0%} " in text
    assert f" {whole.random:.2f} +- {whole.random_spread:.2f} " in text
    for heading in ("posterior", "variance", "eigenvalue", "linear VAE's", "component"):
        assert f" {heading} " in text
    assert found.regime.in_words()[:20] in " ".join(text.split())


def test_one_unit_has_no_direction_to_be_off(tmp_path):
    run = made(tmp_path / "run", latent=1)
    found = directions(run, limit=10)
    assert found.whole is None and found.in_use is None
    assert run.results["directions-test"]["distance_to_orthogonality"]["whole"] is None
    console = Console(width=80, file=StringIO())
    console.print(found.table())
    [row] = [line for line in console.file.getvalue().splitlines() if "the only unit" in line]
    assert not any(letter.isdigit() for letter in row) and row.count(" - ") == 4
    assert "One unit has no direction to be off" in found.notes[0]
    assert not any("random rotation" in note for note in found.notes)


def test_a_conditional_run(tmp_path):
    run = made(tmp_path / "run", condition="labels")
    assert directions(run, limit=10).examples == 10


def test_a_ladder_is_refused(tmp_path):
    run = made(tmp_path / "run", structure="ladder")
    with pytest.raises(IncompatibleError, match="levels of codes"):
        directions(run)
    assert kinds_over_training(run)[-1].delta_kl is None


@pytest.mark.parametrize(
    ("options", "words"),
    [({"limit": 1}, "2 examples or more"), ({"split": "tset"}, "no tset examples")],
)
def test_wrong_options(run_of, options, words):
    with pytest.raises(ConfigError, match=words):
        directions(run_of(), **options)


def test_a_limit_below_one_is_refused_at_once(run_of):
    with pytest.raises(ConfigError, match="limit is 0"):
        COMMANDS["directions"](run_of(), limit=0)


@pytest.mark.parametrize(
    ("likelihood", "noise"),
    [
        (Gaussian((4,), scale="fixed", initial=0.5), 0.5),
        (Gaussian((4,), scale="per-dimension"), None),
        (OptimalGaussian((4,)), 2.0),
        (Bernoulli((4,)), None),
    ],
)
def test_the_noise_of_the_linear_vae_beside_it(likelihood, noise):
    found = linear_noise(likelihood, 2.0)
    assert found is None if noise is None else found == pytest.approx(noise)


def test_kinds_are_noted_after_every_epoch(run_of):
    run = run_of()
    found = kinds_over_training(run)
    assert [line.epoch for line in found] == [line["epoch"] for line in lines_of(run)]
    for line in found:
        assert len(line.kinds) == 2
        assert sum(line.share(kind) for kind in Kind) == pytest.approx(1)
    assert directions(run).to_dict()["history"] == [line.to_dict() for line in found]


def test_the_last_note_is_of_the_weights(tmp_path):
    run = made(tmp_path / "run")
    examples = run.dataset("validation")
    x = run.preprocessing(examples.take(torch.arange(len(examples))))
    regime = polarised_regime(run.model, x)
    best = run.log[-1]["best_epoch"]
    [line] = [line for line in lines_of(run) if line["epoch"] == best]
    assert line["variances"] == pytest.approx(regime.mean.tolist(), rel=1e-3)
    assert line["spreads"] == pytest.approx(regime.spread.tolist(), rel=1e-2, abs=1e-6)
    assert line["delta_kl"] == pytest.approx(regime.delta.value, rel=1e-2, abs=1e-3)


def test_a_full_covariance_has_kinds_and_no_rates_of_units(run_of):
    run = run_of(posterior="full-gaussian")
    assert history_of(run) is None
    assert all("rates" not in line for line in lines_of(run))
    assert len(kinds_over_training(run)) == 3


def test_without_noise_there_are_no_kinds(run_of):
    assert kinds_over_training(run_of(posterior="deterministic")) == ()


def test_runs_from_before_have_rates_and_no_kinds(tmp_path):
    run = made(tmp_path / "run")
    old = [{"epoch": line["epoch"], "rates": line["rates"]} for line in lines_of(run)]
    path = run.path / "results" / "unit-rates.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in old))
    assert kinds_over_training(run) == ()
    assert len(history_of(run)) == 3
    assert directions(run).history == ()


def test_a_resumed_run_drops_kinds_that_did_not_happen(tmp_path):
    run = made(tmp_path / "run")
    watcher = UnitRates(run.path, run.model, run.preprocessing, run._splits)
    watcher(Started(plan=None, step=20, epoch=2))
    assert [line.epoch for line in kinds_over_training(run)] == [1, 2]
