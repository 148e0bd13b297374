"""Conditional runs, from the configuration to codes, samples, numbers and the report."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch

from elbowroom.config import Config
from elbowroom.data import load
from elbowroom.errors import ConfigError, DataError, IncompatibleError
from elbowroom.evidence import log_evidence
from elbowroom.experiment import (
    Effort,
    encode,
    evaluate,
    labels_to_make,
    model_of,
    plan,
    reconstruct,
    sample,
    train,
)
from elbowroom.report import Material, write, write_card
from elbowroom.report.by_label import samples_by_label
from elbowroom.run import Run

MODEL = {"condition": "labels", "latent": 2, "network": {"kind": "mlp", "hidden": [128]}}
TRAINING = {"epochs": 40, "batch_size": 64, "learning_rate": 0.004, "device": "cpu"}


def settings(model=None, training=None, **data):
    data = {"source": "digits", **data}
    return Config.from_dict(
        {"data": data, "model": {**MODEL, **(model or {})},
         "training": {**TRAINING, **(training or {})}}
    )  # fmt: skip


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Return a run that has learned what digits look like."""
    folder = tmp_path_factory.mktemp("runs") / "digits"
    train(settings(), folder, quiet=True)
    return Run.load(folder)


@pytest.fixture(scope="module")
def judge():
    """Return a classifier that tells digits apart."""
    from sklearn.svm import SVC

    digits = load("digits")
    flat = digits.take(torch.arange(len(digits))).flatten(1).numpy()
    return SVC().fit(flat, digits.labels)


def moving(count=300, name="moving"):
    """Return a table whose mean moves with its label, a quantity."""
    rng = np.random.default_rng(0)
    age = rng.uniform(20, 80, count)
    values = age[:, None] * [0.1, -0.2, 0.0] + rng.normal(size=(count, 3))
    return load((values.astype(np.float32), age), name=name)


@pytest.fixture(scope="module")
def of_ages(tmp_path_factory):
    config = settings(
        {"latent": 1, "network": {"kind": "mlp", "hidden": [32]}},
        {"epochs": 60, "batch_size": 32},
        source="<made>",
    )
    return train(config, tmp_path_factory.mktemp("runs") / "ages", data=moving(), quiet=True)


def test_what_is_made_for_a_label_is_of_that_class(run, judge):
    right = []
    for label in range(10):
        made = sample(run, 100, labels=np.full(100, label), seed=label)
        right.append(float((judge.predict(made.reshape(100, -1)) == label).mean()))
    assert np.mean(right) > 0.9 and min(right) > 0.7, right


def test_without_a_label_they_are_drawn_and_examples_are_of_theirs(run, judge):
    labels = labels_to_make(run, 300, seed=3)
    made = sample(run, 300, labels=labels, seed=3)
    np.testing.assert_array_equal(made, sample(run, 300, seed=3))
    assert (judge.predict(made.reshape(300, -1)) == labels).mean() > 0.9
    assert np.bincount(labels, minlength=10).min() > 10


def test_a_quantity_moves_what_is_made(of_ages):
    for age in ("30", "70"):
        labels = labels_to_make(of_ages, 400, age)
        made = sample(of_ages, 400, labels=labels, draw=True).mean(0)
        np.testing.assert_allclose(made, float(age) * np.array([0.1, -0.2, 0.0]), atol=1.0)


def test_it_is_evaluated_with_the_labels_of_the_examples(run):
    found = evaluate(run, limit=24, seed=1)
    values = found.table_of_examples.columns["log_evidence"]
    data = run.dataset("test").subset(range(24))
    x = run.preprocessing(data.take(torch.arange(24)))
    direct = log_evidence(model_of(run, data), x)
    apart = np.abs(values - direct.per_example["value"].numpy())
    assert np.median(apart) < 0.2 and apart.max() < 1.5
    wrong = run.model.given(torch.eye(10)[(torch.as_tensor(data.labels) + 1) % 10])
    far = log_evidence(wrong, x, method="importance-sampling", samples=500)
    assert direct.value > far.value + 10
    assert any("log p(x|label)" in note for note in found.notes)
    unconditional = replace(found.yardstick, given="")
    assert unconditional.key != found.yardstick.key
    assert "told the label" in found.yardstick.differences(unconditional)[0]


def test_all_measurements_are_made_of_it(run):
    effort = Effort("importance-sampling", {"samples": 50})
    found = evaluate(run, limit=8, effort=effort, also=("curve", "gap", "bidirectional"))
    curve, gap, sides = (found.measured[name] for name in ("curve", "gap", "bidirectional"))
    assert curve.bounds[5000].value > curve.elbo.value
    assert gap.total.value > -0.1 and sides.lower.value < sides.upper.value + 1
    assert {"quality"}.isdisjoint(found.measured)


def test_the_report_shows_samples_by_label(run, of_ages):
    evaluate(run, limit=20, effort=Effort(method="elbo"))
    page = write(run).read_text()
    assert "What it makes of each label" in page and "being told their labels" in page
    assert (run.path / "figures" / "labels.svg").is_file()
    assert "model_of(run, data)" in write_card(run).read_text()
    names, made = samples_by_label(Material(of_ages), 3)
    assert made.shape == (len(names), 3, 3) and len(names) == 8
    first = [float(name) for name in names]
    assert first == sorted(first) and (np.diff(made[:, :, 0], axis=0) > 0).all()


def test_new_examples_are_encoded_with_their_labels_in_any_order(run):
    digits = load("digits").subset(range(40))
    raw, labels = digits.take(torch.arange(40)).numpy(), digits.labels
    codes = encode(run, (raw, labels))[0]
    order = np.random.default_rng(0).permutation(40)
    np.testing.assert_allclose(encode(run, (raw[order], labels[order]))[0], codes[order], atol=1e-5)
    words = [f"{label}" for label in labels]
    np.testing.assert_array_equal(encode(run, (raw, words))[0], codes)
    threes = encode(run, raw, label="3")[0]
    np.testing.assert_allclose(threes[labels == 3], codes[labels == 3], atol=1e-5)
    assert np.abs(threes - codes)[labels != 3].max() > 0.1
    _, made = reconstruct(run, (raw, labels))
    _, alike = reconstruct(run, raw, label="3")
    assert np.abs(made - alike).reshape(40, -1).max(1)[labels != 3].min() > 0.1


def test_columns_of_labels_are_found_again(tmp_path):
    rng = np.random.default_rng(0)
    kinds = rng.choice(["oak", "elm"], 120)
    values = rng.normal(size=(120, 2)) + (kinds == "oak")[:, None]
    rows = [f"{a:.5f},{b:.5f},{kind}" for (a, b), kind in zip(values, kinds, strict=True)]
    (tmp_path / "trees.csv").write_text("\n".join(["height,girth,kind", *rows]) + "\n")
    (tmp_path / "bare.csv").write_text("height,girth\n1.0,2.0\n0.5,1.0\n")
    (tmp_path / "named.csv").write_text("sort,height,girth\noak,1.0,2.0\nelm,0.5,1.0\n")
    config = settings({"network": {"kind": "mlp", "hidden": [8]}, "latent": 1}, {"epochs": 2},
                      source=str(tmp_path / "trees.csv"), labels="kind")  # fmt: skip
    made = train(config, tmp_path / "run", quiet=True)
    again = Run.load(tmp_path / "run")
    assert again.labelling.names == ("elm", "oak") and again.model.condition_size == 2
    assert len(encode(made, tmp_path / "trees.csv")[0]) == 120
    assert len(encode(made, tmp_path / "named.csv", labels="sort")[0]) == 2
    assert len(encode(made, tmp_path / "bare.csv", label="oak")[0]) == 2
    with pytest.raises(ConfigError, match="no column 'kind'.*one label for all"):
        encode(made, tmp_path / "bare.csv")


def test_a_forecast_makes_real_steps():
    forecast = plan(settings(training={"epochs": 1}))
    assert forecast.seconds_per_step > 0 and "given 10 values" in forecast.model


def test_a_run_goes_on_with_its_own_labels_only(tmp_path):
    data = moving()
    config = settings(
        {"latent": 1, "network": {"kind": "mlp", "hidden": [8]}},
        {"epochs": 1, "batch_size": 32},
        source="<made>",
    )
    train(config, tmp_path / "run", data=data, quiet=True)
    again = train(config, tmp_path / "run", data=data, resume=True, quiet=True)
    assert again.labelling.mean == pytest.approx(50, abs=3)
    rows = data.take(torch.arange(len(data))).numpy()
    other = load((rows, data.labels[::-1].copy()), name="moving")
    with pytest.raises(DataError, match="labels are not"):
        train(config, tmp_path / "run", data=other, resume=True, quiet=True)


def test_runs_from_before_there_were_conditions_are_opened(tmp_path):
    config = settings({"condition": "none"}, {"epochs": 1})
    made = train(config, tmp_path / "run", quiet=True)
    facts = json.loads((tmp_path / "run" / "data.json").read_text())
    del facts["labelling"]
    (tmp_path / "run" / "data.json").write_text(json.dumps(facts))
    text = (tmp_path / "run" / "config.toml").read_text()
    (tmp_path / "run" / "config.toml").write_text(text.replace('condition = "none"\n', ""))
    old = Run.load(tmp_path / "run")
    np.testing.assert_array_equal(encode(old)[0], encode(made)[0])
    assert labels_to_make(old, 3) is None
    with pytest.raises(IncompatibleError, match="not conditional.*--model.condition labels"):
        labels_to_make(old, 3, "7")


@pytest.mark.parametrize(
    ("attempt", "error", "words"),
    [
        (lambda run: encode(run, np.zeros((4, 8, 8), np.uint8)), DataError, "no labels.*pair"),
        (
            lambda run: encode(run, (np.zeros((2, 8, 8), np.uint8), [3, 11])),
            DataError,
            "label '11'.*not trained with",
        ),
        (lambda run: labels_to_make(run, 3, "ten"), ConfigError, "no label 'ten'"),
        (lambda run: encode(run, label="ten"), ConfigError, "no label 'ten'"),
    ],
)
def test_labels_that_are_missing_or_unknown_are_named(run, attempt, error, words):
    with pytest.raises(error, match=words):
        attempt(run)


@pytest.mark.parametrize(
    ("model", "data", "error", "words"),
    [
        ({}, np.zeros((240, 8, 8), np.uint8), DataError, "no labels"),
        ({"structure": "ladder"}, None, IncompatibleError, "no place for conditions"),
        ({"prior": "vamp-prior"}, None, IncompatibleError, "pseudo-inputs"),
    ],
)
def test_what_cannot_be_conditional_is_refused_before_training(model, data, error, words, tmp_path):
    with pytest.raises(error, match=words):
        train(settings(model), tmp_path / "run", data=data, quiet=True)
    with pytest.raises(ConfigError, match="condition"):
        settings({"condition": "label"})
