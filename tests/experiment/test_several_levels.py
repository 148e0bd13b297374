"""A model with several levels of codes goes all the way through the house."""

import json
from functools import cache

import numpy as np
import pytest
import torch

from elbowroom.errors import IncompatibleError
from elbowroom.experiment import Effort, compare, encode, evaluate, reconstruct, sample, train
from elbowroom.experiment.unit_rates import history_of
from elbowroom.outputs import Codes
from elbowroom.report import write, write_card
from elbowroom.run import Run
from tests.experiment.conftest import digits, settings

QUICK = Effort.of(samples=20)
STRUCTURES = {
    "top-down": {"kind": "ladder", "latents": [3], "hidden": [8]},
    "bottom-up": {"kind": "ladder", "latents": [3], "inference": "bottom-up", "hidden": [8]},
    "very deep": {"kind": "very-deep", "channels": 4, "blocks": [1, 1]},
}
every_structure = pytest.mark.parametrize("name", STRUCTURES)


@pytest.fixture(scope="session")
def deep(tmp_path_factory):
    """Train a small run of each structure, once."""

    @cache
    def made(name: str) -> Run:
        latent = 1 if name == "very deep" else 2
        config = settings({}, {"latent": latent, "structure": STRUCTURES[name]})
        return train(config, tmp_path_factory.mktemp("runs") / "run", data=digits(), quiet=True)

    return made


@every_structure
def test_it_is_evaluated_level_by_level(deep, name):
    run = deep(name)
    found = evaluate(run, effort=QUICK)
    rates = [found.estimates[f"rate of {level}"].value for level in ("z2", "z1")]
    assert sum(rates) == pytest.approx(found.estimates["rate"].value, abs=1e-6)
    assert len(found.rates) == len(found.active) == sum(run.model.units)
    assert found.components == run.model.latent
    columns = found.table_of_examples.columns
    np.testing.assert_allclose(
        columns["rate_of_z2"] + columns["rate_of_z1"], columns["rate"], rtol=1e-4, atol=1e-5
    )
    assert found.rate_parts is None and found.holes is None
    assert any("several levels" in note and "left out" in note for note in found.notes)
    assert found.diagnosis.findings
    json.dumps(found.to_dict())
    if name != "bottom-up":  # where the rates are those of draws, and of too few examples to tell
        assert sum(found.rates) == pytest.approx(found.estimates["rate"].value, rel=0.1)


@every_structure
def test_its_codes_are_columns_named_by_level(deep, name):
    run = deep(name)
    means, scales, ids = encode(run, scales=True)
    x = run.preprocessing(run.dataset("test").take(torch.arange(len(ids))))
    with torch.no_grad():
        levels = run.model.centred(x)
    np.testing.assert_allclose(
        means, run.model.joined(level.z[0] for level in levels), rtol=1e-4, atol=1e-5
    )
    assert scales.shape == means.shape and (scales > 0).all()
    codes = Codes(means, scales, ids, labels=run.model.unit_labels)
    names = list(codes.columns())
    top, lowest = run.model.units
    assert names[1 : 1 + top + lowest] == [
        *(f"z2_{unit}" for unit in range(top)), *(f"z1_{unit}" for unit in range(lowest))
    ]  # fmt: skip
    assert names[-1] == f"scale1_{lowest - 1}"


@every_structure
def test_it_reconstructs_and_samples(deep, name):
    run = deep(name)
    originals, made = reconstruct(run, limit=5)
    means, _, _ = encode(run)
    with torch.no_grad():
        px = run.model.generate(given=run.model.apart(torch.from_numpy(means[:5]))).px
    np.testing.assert_allclose(made, run.preprocessing.inverse(px.mean), rtol=1e-4, atol=1e-4)
    again, drawn = reconstruct(run, limit=5, draw=True)
    np.testing.assert_array_equal(originals, again)
    assert not np.array_equal(drawn, made)
    assert sample(run, 3).shape == (3, 1, 8, 8)


@every_structure
def test_a_loaded_run_gives_the_same_codes(deep, name):
    run = deep(name)
    loaded = Run.load(run.path, data=digits())
    for mine, theirs in zip(encode(run)[::2], encode(loaded)[::2], strict=True):
        np.testing.assert_array_equal(mine, theirs)
    history = history_of(run)
    assert history.shape[1] == sum(run.model.units)


@pytest.mark.parametrize(
    "name",
    ["top-down", *(pytest.param(n, marks=pytest.mark.slow) for n in STRUCTURES if n != "top-down")],
)
def test_it_has_a_report_and_a_card(deep, name):
    run = deep(name)
    evaluate(run, effort=QUICK)
    page = write(run).read_text()
    assert "rate of z2" in page and "next to the data" in page
    assert "rate of z1" in write_card(run).read_text()


def test_what_asks_for_one_level_is_refused_in_words(deep):
    with pytest.raises(IncompatibleError, match="gap.*LadderVAE has 2 levels"):
        evaluate(deep("top-down"), effort=QUICK, also=("gap",))


def test_it_is_compared_with_others(deep):
    found = compare([deep("top-down"), deep("bottom-up")], effort=QUICK)
    assert len(found.to_dict()) > 0
