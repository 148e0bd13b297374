"""A source alone or as a pair with its labels; names that also are folders."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
import torch

from elbowroom.data import load

ROWS = np.arange(8.0).reshape(4, 2)
LABELS = ["cat", "dog", "cat", "dog"]


@pytest.mark.parametrize(
    "examples",
    [ROWS, torch.tensor(ROWS), pd.DataFrame(ROWS, columns=["a", "b"]), pl.DataFrame(ROWS)],
    ids=["array", "tensor", "pandas", "polars"],
)
def test_examples_come_alone_or_with_their_labels(examples):
    assert load(examples).labels is None
    paired = load((examples, LABELS))
    assert paired.labels.tolist() == [0, 1, 0, 1]
    assert paired.label_names == ("cat", "dog")
    assert paired.take(torch.tensor([1])).tolist() == [[2.0, 3.0]]


def test_an_embedded_name_means_the_embedded_set_beside_a_folder_of_that_name(
    tmp_path, monkeypatch
):
    (tmp_path / "digits").mkdir()
    monkeypatch.chdir(tmp_path)
    assert len(load("digits")) == 1797
