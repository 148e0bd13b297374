"""Folders of images in every form."""

import numpy as np
import pytest
import torch
from PIL import Image

from elbowroom.data import load

RNG = np.random.default_rng(0)
GREY = RNG.integers(0, 256, (8, 10), dtype=np.uint8)
COLOUR = RNG.integers(0, 256, (8, 10, 3), dtype=np.uint8)
CLEAR = RNG.integers(0, 256, (8, 10, 4), dtype=np.uint8)
DEEP = RNG.integers(0, 65536, (8, 10), dtype=np.uint16)
BITS = GREY > 128


@pytest.mark.parametrize(
    ("array", "levels"), [(GREY, 256), (COLOUR, 256), (CLEAR, 256), (DEEP, 65536), (BITS, 2)]
)
def test_every_form_comes_back_exactly(array, levels, tmp_path, save_image):
    for number in range(2):
        save_image(tmp_path / f"{number}.png", array)
    data = load(tmp_path)
    expected = np.moveaxis(array.reshape(8, 10, -1), -1, 0)
    assert data.levels == levels
    assert np.array_equal(data.take(torch.tensor([0]))[0].numpy(), expected)


def test_subfolders_are_classes(image_folder):
    data = load(image_folder)
    assert (len(data), data.shape, data.name) == (6, (3, 8, 10), "pets")
    assert data.label_names == ("cat", "dog")
    assert data.labels.tolist() == [0, 0, 0, 1, 1, 1]


def test_train_and_test_folders_are_the_official_split(tmp_path, save_image):
    for part in ("train", "test"):
        for kind in ("a", "b"):
            save_image(tmp_path / part / kind / "x.png", GREY)
    data = load(tmp_path)
    assert data.official_test.tolist() == [True, True, False, False]
    assert data.label_names == ("a", "b")


@pytest.mark.parametrize("resize", ["stretch", "crop", "pad"])
@pytest.mark.parametrize("array", [GREY, COLOUR, DEEP, BITS])
def test_sizes_are_brought_together(array, resize, tmp_path, save_image):
    save_image(tmp_path / "a.png", array)
    save_image(tmp_path / "b.png", array[:, :8])
    data = load(tmp_path, size=(12, 6), resize=resize)
    assert data.shape[1:] == (12, 6)
    assert "2 images were brought to 12x6" in data.notes[0]
    pixels = data.take(torch.tensor([0]))[0].float()
    assert (pixels[:, 0].abs().sum() == 0) == (resize == "pad")


def test_large_folders_are_decoded_when_asked_for(image_folder):
    lazy, whole = load(image_folder, resident_gb=0), load(image_folder)
    assert not lazy.resident
    assert lazy.digest() == whole.digest()
    assert lazy.labels.tolist() == whole.labels.tolist()


@pytest.mark.parametrize(("channels", "count"), [("grey", 1), ("rgb", 3), ("rgba", 4), ("auto", 3)])
def test_channels_can_be_asked_for(channels, count, tmp_path, save_image):
    save_image(tmp_path / "a.png", GREY)
    save_image(tmp_path / "b.png", COLOUR)
    data = load(tmp_path, channels=channels)
    assert data.shape == (count, 8, 10)
    assert "converted" in data.notes[0]


def test_turned_photographs_are_set_upright(tmp_path):
    exif = Image.Exif()
    exif[274] = 6  # turn by 90 degrees to see it upright
    for number in range(2):
        Image.fromarray(COLOUR).save(tmp_path / f"{number}.png", exif=exif)
    assert load(tmp_path).shape == (3, 10, 8)


def test_palettes_and_hidden_files(tmp_path, save_image):
    for number in range(2):
        save_image(tmp_path / f"{number}.gif", COLOUR, mode="P")
    (tmp_path / "._0.gif").write_bytes(b"what a Mac leaves behind")
    assert load(tmp_path).shape == (3, 8, 10)
