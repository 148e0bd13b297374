"""Outputs: what is written is what was made, in every format, whole or not at all."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rich.console import Console

from elbowroom.array_files import check_suffix
from elbowroom.data import Domain
from elbowroom.doctor import Diagnosis, Finding
from elbowroom.errors import ConfigError
from elbowroom.outputs import Codes, Examples, grid

MEAN = np.arange(6, dtype=np.float32).reshape(3, 2)
SCALE = MEAN / 10 + 1
IDS = np.array([4, 2, 9])
GREY = Domain((1, 2, 3), levels=17, low=0, high=16)


def read_table(path: Path) -> dict[str, list[float]]:
    import pandas as pd

    frame = pd.read_csv(path) if path.suffix == ".csv" else pd.read_parquet(path)
    return {name: frame[name].tolist() for name in frame}


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
@pytest.mark.parametrize("scale", [None, SCALE])
def test_codes_as_tables(tmp_path: Path, suffix: str, scale: Any) -> None:
    saved = Codes(MEAN, scale, IDS).save(tmp_path / f"codes{suffix}")
    columns = read_table(saved.files[0])
    assert columns["id"] == IDS.tolist()
    np.testing.assert_allclose(columns["z1"], MEAN[:, 1])
    assert ("scale0" in columns) == (scale is not None)


def test_codes_as_arrays(tmp_path: Path) -> None:
    Codes(MEAN, None, IDS).save(tmp_path / "codes.npy")
    np.testing.assert_array_equal(np.load(tmp_path / "codes.npy"), MEAN)
    Codes(MEAN, SCALE, IDS).save(tmp_path / "codes.npz")
    with np.load(tmp_path / "codes.npz") as archive:
        np.testing.assert_array_equal(archive["scale"], SCALE)
        np.testing.assert_array_equal(archive["ids"], IDS)
    with pytest.raises(ConfigError, match="one array"):
        Codes(MEAN, SCALE, IDS).save(tmp_path / "both.npy")
    assert not (tmp_path / "both.npy").exists()


@pytest.mark.parametrize("suffix", [".npy", ".npz", ".csv", ".parquet", ".NPY", ".NPZ", ".CSV"])
def test_examples_have_a_picture_beside_them(tmp_path: Path, suffix: str) -> None:
    values = np.arange(24, dtype=np.float32).reshape(4, 1, 2, 3)
    saved = Examples(values, GREY).save(tmp_path / f"examples{suffix}")
    assert [file.suffix for file in saved.files] == [suffix, ".png"]
    assert all(file.stat().st_size for file in saved.files)


def test_a_picture_alone_and_none_of_a_table(tmp_path: Path) -> None:
    values = np.zeros((4, 1, 2, 3))
    assert Examples(values, GREY).save(tmp_path / "a.png").files == (tmp_path / "a.png",)
    with pytest.raises(ConfigError, match="rows of a table"):
        Examples(np.zeros((4, 5)), Domain((5,))).save(tmp_path / "b.png")


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_a_grid_shows_every_image_at_its_own_brightness(channels: int) -> None:
    values = np.stack([np.full((channels, 2, 3), level) for level in (0, 8, 16)])
    page = grid(values, GREY)
    assert page.dtype == np.uint8
    assert page.shape[2] == 3
    assert {0, 128, 255} <= set(page.flatten().tolist())


def test_originals_stand_above_their_reconstructions() -> None:
    made, originals = np.zeros((1, 1, 2, 3)), np.full((1, 1, 2, 3), 16.0)
    page = grid(made, GREY, originals)
    assert page.shape[:2] == (4, 3)
    assert (page[:2] == 255).all()
    assert (page[2:] == 0).all()


def test_values_without_bounds_are_shown_by_their_own_extremes() -> None:
    page = grid(np.array([-5.0, 5.0]).reshape(1, 1, 1, 2), Domain((1, 1, 2)))
    assert page[0, :, 0].tolist() == [0, 255]


def test_json_holds_the_values_or_says_where_they_are(tmp_path: Path) -> None:
    codes = Codes(MEAN, None, IDS)
    assert codes.to_dict()["z0"] == MEAN[:, 0].tolist()
    saved = codes.save(tmp_path / "a.csv").to_dict()
    assert saved == {"shape": [3, 2], "files": [str(tmp_path / "a.csv")]}


def test_unknown_suffixes_are_refused_before_any_work() -> None:
    with pytest.raises(ConfigError, match=r"Did you mean '\.csv'"):
        check_suffix("a.cvs")
    with pytest.raises(ConfigError, match="must end in"):
        check_suffix("a.png")
    check_suffix("a.png", picture=True)
    check_suffix(None)


def test_brackets_in_names_are_shown_as_they_are():
    """rich takes [words in brackets] for markup and would leave them out."""
    found = Finding("extra", "absent", "[a]", "pip install 'elbowroom[hub]'")
    console = Console(width=200, record=True, file=io.StringIO())
    console.print(Diagnosis((found,)).table())
    text = console.export_text()
    assert "elbowroom[hub]" in text
    assert "[a]" in text
