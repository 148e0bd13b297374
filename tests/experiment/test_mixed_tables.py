"""A table of mixed type from a file to a trained run and back to rows that a person can read."""

import json

import numpy as np
import pandas
import pytest

from elbowroom.commands import encode, evaluate, reconstruct, sample, train
from elbowroom.config import Config
from elbowroom.data import load
from elbowroom.distributions import Measure
from elbowroom.errors import ConfigError, DataError, IncompatibleError
from elbowroom.experiment.training import assemble
from elbowroom.run import Run

SETTINGS = {
    "data": {"counts": ["visits"], "positive": ["crp"], "ordinal": ["stage=I:II:III"]},
    "model": {"latent": 2, "network": {"kind": "mlp", "hidden": [16]}},
    "training": {"epochs": 4, "batch_size": 32, "device": "cpu", "learning_rate": 0.01},
}


def patients(count: int = 240, seed: int = 0) -> pandas.DataFrame:
    """Return columns of every kind that all depend on one hidden quantity."""
    rng = np.random.default_rng(seed)
    hidden = rng.normal(size=count)
    stage = np.digitize(hidden + 0.3 * rng.normal(size=count), [-0.5, 0.7])
    return pandas.DataFrame(
        {
            "sex": rng.choice(["F", "M"], count),
            "age": (50 + 10 * hidden + 5 * rng.normal(size=count)).round(1),
            "smoker": rng.random(count) < 1 / (1 + np.exp(-hidden)),
            "crp": np.exp(hidden + 0.3 * rng.normal(size=count)).round(3) + 0.01,
            "visits": rng.poisson(np.exp(0.5 + 0.5 * hidden)),
            "stage": np.array(["I", "II", "III"])[stage],
            "care": np.array(["home", "ward", "clinic"])[(stage + (rng.random(count) < 0.2)) % 3],
        }
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("mixed")
    patients().to_csv(folder / "patients.csv", index=False)
    train(str(folder / "patients.csv"), config=SETTINGS, out=folder / "run", quiet=True)
    return folder


def test_every_column_has_a_likelihood_of_its_kind(folder):
    run = Run.load(folder / "run")
    assert run.model.likelihood.measure is Measure.MIXED
    assert run.model.likelihood.by_column == (
        "Bernoulli", "Gaussian", "Bernoulli", "Gaussian", "NegativeBinomial",
        "Ordinal(3 levels)", "Categorical(3 levels)",
    )  # fmt: skip
    assert run.domain == run.dataset().domain
    first, last = (line["validation"]["loss"] for line in _ends(run))
    assert last < first


def _ends(run):
    epochs = [line for line in run.log if line["event"] == "epoch"]
    return epochs[0], epochs[-1]


def test_samples_are_rows_like_the_data(folder):
    made = sample(folder / "run", count=300, out=folder / "made.csv")
    assert "7 columns" in made.table().title
    rows, data = pandas.read_csv(folder / "made.csv"), patients()
    assert list(rows.columns) == list(data.columns)
    assert [t.kind for t in rows.dtypes] == [t.kind for t in data.dtypes]
    for name in ("sex", "stage", "care"):
        assert set(rows[name]) <= set(data[name])
    assert (rows["visits"] >= 0).all()
    assert (rows["crp"] > 0).all()
    again = sample(folder / "run", count=300)
    assert again.to_dict()["examples"]["sex"] == rows["sex"].tolist()


@pytest.mark.parametrize("suffix", [".parquet", ".npz"])
def test_names_are_kept_in_every_format_that_has_room(folder, suffix):
    out = folder / f"made{suffix}"
    sample(folder / "run", count=5, out=out)
    read = pandas.read_parquet(out) if suffix == ".parquet" else dict(np.load(out))
    assert set(read["sex"]) <= {"F", "M"}
    assert np.asarray(read["smoker"]).dtype == bool
    with pytest.raises(ConfigError, match="one array of numbers"):
        sample(folder / "run", count=5, out=folder / "made.npy")


def test_reconstructions_show_categories_and_not_their_means(folder):
    made = reconstruct(folder / "run", count=20).named()
    assert set(made["stage"]) <= {"I", "II", "III"}
    assert set(made["care"]) <= {"home", "ward", "clinic"}
    originals = patients()
    assert abs(made["age"].mean() - originals["age"].mean()) < 15


def test_numbers_say_what_they_are_of(folder):
    evaluation = evaluate(folder / "run", samples=20, quiet=True)
    found = json.loads(json.dumps(evaluation.to_dict()))
    assert found["measure"] == "product of masses and densities"
    assert all(number.get("bits_per_dimension") is None for number in found["numbers"])
    units = {error["name"]: error["units"] for error in found["columns"]}
    assert units["care"] == units["sex"] == "share wrong"
    assert units["age"] == "data units"
    assert all(0 <= e["value"] <= 1 for e in found["columns"] if e["units"] == "share wrong")
    assert "standard deviations" in evaluation.ruler


def test_new_rows_are_read_as_in_training(folder):
    own = encode(folder / "run", split="test")
    rows = patients().iloc[own.ids]
    swapped = rows[rows.columns[::-1]].assign(note="text that nobody asked for")
    np.testing.assert_allclose(encode(folder / "run", swapped).mean, own.mean, atol=1e-5)


UNKNOWN = [
    (lambda d: d.assign(care="moon"), DataError, r"'moon'.*'care'.*clinic, home, ward"),
    (lambda d: d.drop(columns="crp"), ConfigError, "no column 'crp'"),
    (lambda d: d.assign(crp=-1.0), DataError, "-1 .*'crp'.*above 0"),
    (lambda d: d.assign(visits=0.5), DataError, "0.5 .*'visits'.*whole numbers"),
    (lambda d: d.assign(age="old"), DataError, "'old'.*'age'"),
    (lambda d: d.assign(sex=None), DataError, "missing.*'sex'"),
]


@pytest.mark.parametrize(("change", "error", "words"), UNKNOWN)
def test_new_rows_that_do_not_fit_are_refused_by_column(folder, change, error, words):
    with pytest.raises(error, match=words):
        encode(folder / "run", change(patients(5)))


def test_a_likelihood_for_values_of_one_kind_is_refused(folder):
    wrong = {**SETTINGS, "model": {**SETTINGS["model"], "likelihood": "gaussian"}}
    with pytest.raises(IncompatibleError, match="codes of categories as numbers.*columns"):
        train(str(folder / "patients.csv"), config=wrong, out=folder / "wrong", quiet=True)


def test_a_code_is_smaller_than_a_row_unless_told_otherwise():
    def latent(columns):
        config = Config.from_dict({"data": {"source": "<made>"}})
        return assemble(config, load(patients()[columns])).model.latent

    assert latent(["age", "sex", "crp"]) == 2
    assert latent(["sex"]) == 1
