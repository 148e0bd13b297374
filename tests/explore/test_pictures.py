"""Image files from a person: as in training, and safely."""

import io
import struct
import warnings
import zlib

import numpy as np
import pytest
from PIL import Image

from elbowroom.config import Config
from elbowroom.data import load
from elbowroom.errors import DataError, IncompatibleError
from elbowroom.explore.pictures import LONGEST_SIDE, MOST_BYTES, MOST_PIXELS, read_picture
from tests.experiment.conftest import settings
from tests.explore.runs import assembled, run_of


def file_of(pixels: np.ndarray, form: str = "PNG", **options: object) -> bytes:
    made = io.BytesIO()
    Image.fromarray(pixels).save(made, form, **options)
    return made.getvalue()


@pytest.fixture(scope="module")
def digits_run(tmp_path_factory):
    return run_of("prior standard-normal", tmp_path_factory.mktemp("run"))


@pytest.fixture(scope="module")
def colour_run(tmp_path_factory):
    pixels = np.random.default_rng(0).integers(0, 256, (40, 6, 10, 3), dtype=np.uint8)
    config = settings({}, {})
    return assembled(config, tmp_path_factory.mktemp("run"), load(pixels))


def test_a_picture_of_the_right_size_is_read_level_by_level(digits_run):
    levels = np.arange(64).reshape(8, 8) % 17
    content = file_of(np.rint(levels * 255 / 16).astype(np.uint8))
    np.testing.assert_array_equal(read_picture(digits_run, content, 0, 16), levels.ravel())


@pytest.mark.parametrize("form", ["PNG", "BMP", "WEBP", "GIF", "JPEG"])
def test_every_format_is_read(colour_run, form):
    pixels = np.zeros((6, 10, 3), dtype=np.uint8)
    pixels[:, :5] = [200, 30, 90]
    options = {"lossless": True} if form == "WEBP" else {}
    found = read_picture(colour_run, file_of(pixels, form, **options), 0, 255)
    wanted = np.moveaxis(pixels, -1, 0).ravel()
    assert np.abs(found - wanted).max() <= (60 if form == "JPEG" else 0)


@pytest.mark.parametrize("resize", ["crop", "pad", "stretch"])
def test_a_picture_is_resized_as_those_of_the_training_set(tmp_path, resize):
    rng = np.random.default_rng(0)
    for number in range(12):
        pixels = rng.integers(0, 256, (20 + number, 17, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(tmp_path / f"{number:02}.png")
    asked = {"size": (8, 6), "resize": resize, "channels": "grey"}
    data = load(tmp_path, **asked)
    config = Config.from_dict({
        "data": {"source": str(tmp_path), **asked},
        "model": {"latent": 2, "network": {"kind": "mlp", "hidden": [4]}},
    })  # fmt: skip
    run = assembled(config, tmp_path / "run", None)
    for number in (0, 7):
        content = (tmp_path / f"{number:02}.png").read_bytes()
        wanted = data.rows.take(np_index(number)).flatten().numpy()
        np.testing.assert_array_equal(read_picture(run, content, 0, 255), wanted)


def np_index(number: int):
    import torch

    return torch.tensor([number])


def test_pictures_are_turned_upright_and_16_bits_are_scaled(digits_run, colour_run):
    pixels = np.zeros((8, 8), dtype=np.uint8)
    pixels[0] = 255
    exif = Image.Exif()
    exif[274] = 3  # upside down
    made = io.BytesIO()
    Image.fromarray(pixels).save(made, "PNG", exif=exif)
    upright = read_picture(digits_run, made.getvalue(), 0, 16).reshape(8, 8)
    assert upright[-1].min() == 16
    assert upright[:-1].max() == 0
    deep = np.full((6, 10), 65535, dtype=np.uint16)
    assert read_picture(digits_run, file_of(deep), 0, 16).min() == 16
    assert read_picture(colour_run, file_of(deep), 0, 255).min() == 255


def noted(*entries: bytes) -> bytes:
    """Return EXIF that says a picture lies on its side, and more."""
    lying = struct.pack(">HHIHH", 274, 3, 1, 6, 0)
    count = struct.pack(">H", 1 + len(entries))
    return b"Exif\0\0MM\0*\0\0\0\x08" + count + lying + b"".join(entries) + bytes(4)


DAMAGED = {
    "a width below 0 (struct.error)": noted(struct.pack(">HHIi", 256, 9, 1, -1)),
    "a resolution of letters (TypeError)": noted(struct.pack(">HHI4s", 282, 2, 4, b"abc")),
    "a resolution that is no number (ValueError)": noted(
        struct.pack(">HHIf", 282, 11, 1, float("nan"))
    ),
    "cut short": noted()[:20],
    "none at all": b"Exif\0\0",
}


@pytest.mark.parametrize("exif", DAMAGED.values(), ids=DAMAGED)
@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_damaged_notes_do_not_spoil_the_picture(digits_run, form, exif):
    pixels = np.full((8, 8), 255, dtype=np.uint8)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = read_picture(digits_run, file_of(pixels, form, exif=exif), 0, 16)
    np.testing.assert_array_equal(found, 16)


def bomb(width: int, height: int) -> bytes:
    """Return a PNG whose header promises more than a machine has room for."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        checked = kind + content
        return struct.pack(">I", len(content)) + checked + struct.pack(">I", zlib.crc32(checked))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    data = zlib.compress(bytes(10_000))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    )


GOOD = file_of(np.random.default_rng(0).integers(0, 256, (40, 40), dtype=np.uint8))
BAD = {
    "empty": (b"", "no image"),
    "text": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no image"),
    "postscript": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 8 8\n", "no image"),
    "TIFF": (file_of(np.zeros((8, 8), np.uint8), "TIFF"), "use PNG, JPEG"),
    "cut short": (GOOD[: len(GOOD) // 2], "cut short or corrupt"),
    "header alone": (GOOD[:40], "no image|cut short or corrupt"),
    "corrupt": (GOOD[:60] + bytes(200) + GOOD[260:], "cut short or corrupt"),
    "bomb": (bomb(30_000, 30_000), "more than 50,000,000 pixels"),
    "larger bomb": (bomb(2**31 - 1, 2**31 - 1), "more than 50,000,000 pixels"),
    "just too large": (bomb(MOST_PIXELS + 1, 1), "more than 50,000,000 pixels"),
    "too long": (bomb(1, LONGEST_SIDE + 1), "32,768 high, and 32,767 is the most of a side"),
    "too wide": (bomb(LONGEST_SIDE + 1, 1), "32,768 pixels wide"),
    "too many bytes": (GOOD + bytes(MOST_BYTES), "16,777,216 is the most"),
}


@pytest.mark.parametrize("name", BAD)
def test_files_that_cannot_be_read_are_refused_in_words(digits_run, name):
    content, words = BAD[name]
    before = Image.MAX_IMAGE_PIXELS
    with warnings.catch_warnings(), pytest.raises(DataError, match=words):
        warnings.simplefilter("error")
        read_picture(digits_run, content, 0, 16)
    assert before == Image.MAX_IMAGE_PIXELS


def test_a_table_has_no_pictures(tmp_path):
    run = run_of("table", tmp_path)
    with pytest.raises(IncompatibleError, match="Edit a row instead"):
        read_picture(run, GOOD, 0, 1)
