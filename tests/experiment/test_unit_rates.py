"""What units carried during training: written down without being noticed, and read for deaths."""

import json

import pytest
import torch

from elbowroom.experiment import evaluate, train
from elbowroom.experiment.diagnosing import final_beta
from elbowroom.experiment.effort import Effort
from elbowroom.experiment.unit_rates import UnitRates, history_of
from elbowroom.metrics import rate_per_unit
from elbowroom.training.events import Started

from .conftest import DATA, settings


def made(folder, data="digits", validation=0.1, training=None, **model):
    config = settings({"validation": validation}, model)
    config = config.with_overrides(
        {f"training.{name}": value for name, value in (training or {}).items()}
    )
    return train(config, folder, data=DATA[data](), quiet=True)


def lines_of(run):
    path = run.path / "results" / "unit-rates.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()]


@pytest.mark.parametrize("validation", [0.1, 0])
def test_every_epoch_that_is_looked_at_has_a_line(tmp_path, validation):
    lines = lines_of(made(tmp_path / "run", validation=validation))
    assert [line["epoch"] for line in lines] == [1, 2, 3]
    assert all(len(line["rates"]) == 2 for line in lines)


def test_the_last_line_is_the_rate_of_the_weights(tmp_path):
    run = made(tmp_path / "run")
    examples = run.dataset("validation")
    x = run.preprocessing(examples.take(torch.arange(len(examples))))
    best = run.log[-1]["best_epoch"]
    [line] = [line for line in lines_of(run) if line["epoch"] == best]
    torch.testing.assert_close(
        torch.tensor(line["rates"]).double(), rate_per_unit(run.model, x), rtol=1e-2, atol=1e-4
    )


def test_a_watched_training_ends_with_the_same_weights(tmp_path, monkeypatch):
    watched = made(tmp_path / "a")
    monkeypatch.setattr(UnitRates, "__call__", lambda self, event: None)
    alone = made(tmp_path / "b")
    assert not (alone.path / "results" / "unit-rates.jsonl").exists()
    for name, value in watched.model.state_dict().items():
        assert torch.equal(value, alone.model.state_dict()[name]), name


def test_a_resumed_run_drops_what_did_not_happen(tmp_path):
    run = made(tmp_path / "run")
    watcher = UnitRates(run.path, run.model, run.preprocessing, run._splits)
    watcher(Started(plan=None, step=20, epoch=2))
    assert [line["epoch"] for line in lines_of(run)] == [1, 2]


def test_an_autoencoder_has_no_history(tmp_path):
    config = settings({}, {"posterior": "deterministic"}, objective={"kind": "autoencoder"})
    run = train(config, tmp_path / "run", data=DATA["digits"](), quiet=True)
    assert history_of(run) is None


@pytest.mark.parametrize(
    ("measured", "best", "rows"),
    [
        ([1, 2, 3], 3, [1, 2, 3]),
        ([1, 2, 3], 2, [1, 2]),
        ([3, 6], 6, [3, 3, 3, 3, 3, 6]),
        ([2], 2, [2, 2]),
        ([4, 5], 4, [4, 4, 4, 4]),
    ],
)
def test_history_has_a_row_for_each_epoch_of_the_weights(run_of, tmp_path, measured, best, rows):
    run = made(tmp_path / "run")
    text = "".join(json.dumps({"epoch": e, "rates": [e, 0.0]}) + "\n" for e in measured)
    (run.path / "results" / "unit-rates.jsonl").write_text(text)
    (run.path / "log.jsonl").write_text(json.dumps({"event": "outcome", "best_epoch": best}) + "\n")
    assert history_of(run)[:, 0].tolist() == rows


def test_a_diagnosis_says_since_when_a_unit_is_dead(tmp_path):
    run = made(tmp_path / "run")
    with torch.no_grad():  # a posterior that is the prior: both units are dead
        for parameter in run.model.encoder.parameters():
            parameter.zero_()
    history = [[2.0, 0.0], [0.001, 0.0], [0.0, 0.0]]
    text = "".join(json.dumps({"epoch": e + 1, "rates": r}) + "\n" for e, r in enumerate(history))
    (run.path / "results" / "unit-rates.jsonl").write_text(text)
    log = {"event": "outcome", "best_epoch": 3}
    (run.path / "log.jsonl").write_text(json.dumps(log) + "\n")
    found = evaluate(run, effort=Effort.of(samples=10)).diagnosis["posterior collapse"]
    assert "unit 0 since epoch 2" in found.found


@pytest.mark.parametrize(
    ("objective", "posterior", "beta"),
    [
        ({"kind": "elbo"}, "diagonal-gaussian", 1.0),
        ({"kind": "elbo", "beta": 4.0}, "diagonal-gaussian", 4.0),
        ({"kind": "elbo", "beta": {"kind": "warmup", "end": 2.0}}, "diagonal-gaussian", 2.0),
        ({"kind": "autoencoder"}, "deterministic", 0.0),
    ],
)
def test_the_weight_of_the_rate_at_the_end(tmp_path, objective, posterior, beta):
    config = settings({}, {"posterior": posterior}, objective=objective)
    run = train(config, tmp_path / "run", data=DATA["digits"](), quiet=True)
    assert final_beta(run) == beta
