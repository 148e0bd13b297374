"""Going on with a run: what was promised to be the same is the same, or it is refused."""

from pathlib import Path

import numpy as np
import pytest
import torch

from elbowroom.commands import COMMANDS
from elbowroom.errors import ConfigError, DataError, RunError
from elbowroom.run import Run

train, encode, sample = (COMMANDS[name] for name in ("train", "encode", "sample"))
SMALL = {"training": {"epochs": 2}, "model": {"latent": 2, "network": {"kind": "mlp"}}}


def write_table(path: Path, rows: int) -> Path:
    draws = np.random.default_rng(0).normal(size=(rows, 3))
    lines = [f"{a},{b},{c},{'xy'[i % 2]}" for i, (a, b, c) in enumerate(draws)]
    path.write_text("height,width,depth,class\n" + "\n".join(lines) + "\n")
    return path


@pytest.fixture
def table_run(tmp_path):
    source = write_table(tmp_path / "table.csv", 60)
    settings = {**SMALL, "data.labels": "class"}
    return train(source, out=tmp_path / "run", quiet=True, **settings)


def test_equal_runs_are_equal_files(tmp_path):
    paths = [tmp_path / "a", tmp_path / "b"]
    train("iris", out=paths[0], quiet=True, **SMALL)
    train(config=paths[0], out=paths[1], quiet=True)
    first, second = ((path / "model.safetensors").read_bytes() for path in paths)
    assert first == second


def test_a_folder_of_the_same_name_is_not_taken_for_an_embedded_set(tmp_path, monkeypatch):
    (tmp_path / "iris").mkdir()
    monkeypatch.chdir(tmp_path)
    train("iris", out=tmp_path / "run", quiet=True, **SMALL)
    assert Run.load(tmp_path / "run").dataset("test").name == "iris"


@pytest.mark.parametrize(
    ("options", "named"),
    [({"objective.beta": 7.0}, "objective.beta"), ({"seed": 3}, "training.seed")],
)
def test_a_run_under_way_takes_no_new_settings(tmp_path, options, named):
    train("iris", out=tmp_path / "run", quiet=True, **SMALL)
    with pytest.raises(ConfigError, match=named):
        train(out=tmp_path / "run", resume=True, quiet=True, **options)


def test_a_run_does_not_go_on_with_other_data(table_run, tmp_path):
    write_table(tmp_path / "table.csv", 40)
    with pytest.raises(DataError, match="60 examples then, 40 now"):
        train(out=table_run.path, resume=True, quiet=True)


def test_a_table_is_encoded_as_it_was_trained_on(table_run, tmp_path):
    codes = encode(table_run, tmp_path / "table.csv")
    assert codes.mean.shape == (60, 2)
    without = tmp_path / "without.csv"
    rows = [line.rsplit(",", 1)[0] for line in (tmp_path / "table.csv").read_text().splitlines()]
    without.write_text("\n".join(rows) + "\n")
    np.testing.assert_array_equal(encode(table_run, without).mean, codes.mean)


def test_new_rows_keep_the_names_of_their_columns(table_run, tmp_path):
    sample(table_run, count=3, out=tmp_path / "new.csv")
    assert (tmp_path / "new.csv").read_text().splitlines()[0] == "height,width,depth"


def test_a_run_of_data_in_memory_is_opened_with_them(tmp_path):
    data = torch.randn(40, 3)
    train(data, out=tmp_path / "run", quiet=True, **SMALL)
    with pytest.raises(RunError, match="data="):
        Run.load(tmp_path / "run").dataset("test")
    assert len(Run.load(tmp_path / "run", data=data).dataset("test")) == 8
    with pytest.raises(DataError, match="40 examples then, 39 now"):
        Run.load(tmp_path / "run", data=data[:39])
