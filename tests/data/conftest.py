"""Small files of every format that can be read."""

import gzip
import struct

import numpy as np
import pytest
from PIL import Image

from elbowroom.data import load


def idx_bytes(array):
    codes = {"u1": 8, "i1": 9, "i2": 11, "i4": 12, "f4": 13, "f8": 14}
    head = bytes([0, 0, codes[array.dtype.str[1:]], array.ndim])
    sizes = struct.pack(f">{array.ndim}I", *array.shape)
    return head + sizes + array.astype(array.dtype.newbyteorder(">")).tobytes()


@pytest.fixture
def write_idx():
    def write(path, array):
        content = idx_bytes(array)
        path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
        return path

    return write


@pytest.fixture
def mnist_folder(tmp_path, write_idx):
    folder = tmp_path / "mnist"
    folder.mkdir()
    rng = np.random.default_rng(0)
    for part, count in (("train", 12), ("t10k", 5)):
        images = rng.integers(0, 256, (count, 6, 5), dtype=np.uint8)
        labels = (np.arange(count) % 4).astype(np.uint8)
        write_idx(folder / f"{part}-images-idx3-ubyte.gz", images)
        write_idx(folder / f"{part}-labels-idx1-ubyte", labels)
    return folder


@pytest.fixture
def save_image():
    def save(path, array, mode=None):
        path.parent.mkdir(parents=True, exist_ok=True)
        image = Image.fromarray(array)
        (image.convert(mode) if mode else image).save(path)
        return path

    return save


@pytest.fixture
def image_folder(tmp_path, save_image):
    rng = np.random.default_rng(0)
    for number in range(6):
        kind = ("cat", "dog")[number % 2]
        array = rng.integers(0, 256, (8, 10, 3), dtype=np.uint8)
        save_image(tmp_path / "pets" / kind / f"{number}.png", array)
    return tmp_path / "pets"


@pytest.fixture
def refuses():
    """Check that a source is refused with exactly this class, and these words in this order."""

    def check(source, options, error, words):
        with pytest.raises(error) as caught:
            load(source, **options)
        message = str(caught.value)
        assert type(caught.value) is error
        place = 0
        for word in words.split():
            place = message.find(word, place)
            assert place >= 0, f"{word!r} is not (in this order) in: {message}"
        assert len(message) < 700

    return check
