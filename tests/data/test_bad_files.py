"""The table of bad files: each with its class of error and the words that must be in it."""

import gzip

import numpy as np
import pandas
import pytest
from PIL import Image

from elbowroom.data import load
from elbowroom.errors import ConfigError, DataError

GOOD = np.linspace(0, 1, 12).reshape(4, 3)
HOLED = np.array([[0.0, 1], [2, 3], [4, np.nan]])
HEAD = bytes([0, 0, 8, 2, 0, 0, 0, 4, 0, 0, 0, 3])
HUGE = bytes([0, 0, 8, 2, 255, 255, 255, 255, 255, 255, 255, 255])


def write(path, content):
    path.write_bytes(content)
    return path


def text(content):
    return lambda folder: write(folder / "t.csv", content.encode())


def npy(array, cut=None):
    def make(folder):
        np.save(folder / "a.npy", array, allow_pickle=True)
        content = (folder / "a.npy").read_bytes()
        return write(folder / "a.npy", content[:cut])

    return make


def npz(cut=None, **arrays):
    def make(folder):
        np.savez(folder / "a.npz", **arrays)
        return write(folder / "a.npz", (folder / "a.npz").read_bytes()[:cut])

    return make


def idx(content, name="a-idx2-ubyte"):
    return lambda folder: write(folder / name, content)


def pictures(*sizes, mode="L"):
    def make(folder):
        for number, (height, width) in enumerate(sizes):
            Image.new(mode, (width, height)).save(folder / f"{number}.png")
        return folder

    return make


def cut_png(folder):
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)).save(
        folder / "a.png"
    )
    Image.new("RGB", (64, 64)).save(folder / "b.png")
    write(folder / "a.png", (folder / "a.png").read_bytes()[:3000])
    return folder


def not_png(folder):
    write(folder / "a.png", b"hello")
    return folder


def mixed_depth(folder):
    pictures((4, 4))(folder)
    Image.fromarray(np.zeros((4, 4), np.uint16)).save(folder / "deep.png")
    return folder


def parquet(folder, cut=100):
    pandas.DataFrame(GOOD, columns=list("abc")).to_parquet(folder / "t.parquet")
    return write(folder / "t.parquet", (folder / "t.parquet").read_bytes()[:cut])


def two_sets(folder):
    for name in ("a-train-images-idx3-ubyte", "b-train-images-idx3-ubyte"):
        write(folder / name, HEAD + bytes(12))
    return folder


def wrong_labels(folder):
    write(folder / "train-images-idx2-ubyte", HEAD + bytes(12))
    write(folder / "train-labels-idx1-ubyte", bytes([0, 0, 8, 1, 0, 0, 0, 3]) + bytes(3))
    return folder


# name, what makes the file in a folder, options, class, words in this order
TABLE = [
    ("nan npy", npy(HOLED), {}, DataError, "'a' has 1 missing index [2, 1]"),
    ("nan lazy", npy(HOLED), {"resident_gb": 0}, DataError, "index [2, 1]"),
    (
        "nan idx",
        idx(b"\0\0\x0d\x02\0\0\0\x02\0\0\0\x01" + b"\0\0\0\0\x7f\xc0\0\0"),
        {},
        DataError,
        "1 missing (NaN) index [1, 0]",
    ),
    (
        "missing in csv",
        text("a,b\n1,2\n3,\n5,6\nNA,8\n"),
        {},
        DataError,
        "2 missing (NaN) values in 2 rows; row 2 (the header not counted), column 'b'",
    ),
    ("one picture", pictures((4, 4)), {}, DataError, "one example"),
    (
        "identifiers",
        text("a,id\n" + "".join(f"{i},P{i}\n" for i in range(10_000))),
        {},
        DataError,
        "column 'id' of 't' has 10,000 different texts in 10,000 rows exclude --data.categorical",
    ),
    (
        "text in numbers",
        text("a,b\n1,2\n2,3\n3,4 mm\n"),
        {},
        DataError,
        "'b' text where a number belongs: '4 mm' at row 3 column 'b' Mend --data.exclude b",
    ),
    ("no header line", text(""), {}, DataError, "is empty"),
    ("header only", text("a,b\n"), {}, DataError, "is empty: 0 rows"),
    (
        "too many fields",
        text("a,b\n1,2\n1,2,3\n"),
        {},
        DataError,
        "corrupt or no table: Expected 2 fields in line 3",
    ),
    ("nameless fields", text("a,b\n1,2,3\n1,2,3\n"), {}, DataError, "more fields than the first"),
    (
        "not text",
        lambda folder: write(folder / "t.csv", b"a,b\n\xff\xfe,2\n"),
        {},
        DataError,
        "corrupt",
    ),
    ("label column", text("a,b\n1,2\n3,4\n"), {"labels": "B"}, ConfigError, "no column 'B' a, b"),
    (
        "column",
        text("age,b\n1,2\n3,4\n"),
        {"columns": ["agee"]},
        ConfigError,
        "'agee' Did you mean 'age'?",
    ),
    (
        "cut gzip",
        lambda folder: write(folder / "t.csv.gz", gzip.compress(b"a,b\n" + b"1,2\n" * 5000)[:30]),
        {},
        DataError,
        "cut short",
    ),
    ("table too large", text("a\n1\n2\n"), {"resident_gb": 0}, DataError, ".npy resident_gb"),
    ("cut parquet", parquet, {}, DataError, "t.parquet is cut short"),
    ("cut npy", npy(GOOD, 150), {}, DataError, "a.npy is cut short or corrupt"),
    ("cut npy header", npy(GOOD, 20), {}, DataError, "a.npy is cut short or corrupt"),
    (
        "no npy",
        lambda folder: write(folder / "a.npy", b"hello there"),
        {},
        DataError,
        "no NumPy file never loaded",
    ),
    ("pickled npy", npy(np.array([{}, {}], dtype=object)), {}, DataError, "objects never loaded"),
    ("cut npz", npz(a=GOOD, cut=200), {}, DataError, "a.npz"),
    ("several", npz(a=GOOD, b=GOOD), {}, ConfigError, "2 arrays: a (4, 3), b (4, 3) key='...'"),
    ("key", npz(train=GOOD), {"key": "trian"}, ConfigError, "no array 'trian' mean 'train'"),
    ("pickle", lambda folder: write(folder / "a.pt", b"x"), {}, ConfigError, "pickle numpy.save"),
    ("cut idx", idx(HEAD + bytes(5)), {}, DataError, "cut short or corrupt (4, 3), 12 bytes"),
    (
        "cut idx.gz",
        idx(gzip.compress(HEAD + bytes(12))[:25], "a-idx2-ubyte.gz"),
        {},
        DataError,
        "cut short or corrupt: gzip says",
    ),
    (
        "short idx.gz",
        idx(gzip.compress(HEAD + bytes(5)), "a-idx2-ubyte.gz"),
        {},
        DataError,
        "only 5 follow",
    ),
    (
        "bad idx.gz",
        idx(b"\x1f\x8bnonsense that is no gzip", "a-idx2-ubyte.gz"),
        {},
        DataError,
        "corrupt",
    ),
    ("long idx", idx(HEAD + bytes(13)), {}, DataError, "12 bytes, and more follow"),
    ("huge idx", idx(HUGE), {}, DataError, "header announces"),
    ("huge idx.gz", idx(gzip.compress(HUGE), "a-idx2-ubyte.gz"), {}, DataError, "announces"),
    ("idx header", idx(HEAD[:7]), {}, DataError, "ends within its header"),
    ("no idx", idx(b"hello"), {}, DataError, "not an IDX file: it begins with 68 65 6c 6c"),
    ("two idx sets", two_sets, {}, DataError, "a-train-images-idx3-ubyte one file"),
    ("idx labels", wrong_labels, {}, DataError, "labels of shape (3,) has 4 images"),
    (
        "mixed sizes",
        pictures((4, 4), (4, 4), (6, 5)),
        {},
        DataError,
        "mixed sizes (height x width): 2 of 4x4, 1 of 6x5 size=[4, 4] resize='crop'",
    ),
    (
        "other size",
        pictures((4, 4), (4, 4)),
        {"size": (2, 2)},
        DataError,
        "not 2x2 2 of 4x4 size=[2, 2] resize=",
    ),
    ("no size", pictures((4, 4), (6, 6)), {"resize": "crop"}, DataError, "size=[4, 4]"),
    ("bad size", pictures((4, 4)), {"size": (0, 2)}, ConfigError, "size=[0, 2]"),
    ("mixed depth", mixed_depth, {}, DataError, "1 grey, 1 grey16 cannot be mixed"),
    ("cut picture", cut_png, {}, DataError, "a.png is cut short or corrupt"),
    ("no picture", not_png, {}, DataError, "a.png is no image"),
    ("empty folder", lambda folder: folder, {}, DataError, "is empty no files .png"),
    (
        "other folder",
        lambda folder: write(folder / "a.txt", b"x").parent,
        {},
        DataError,
        "no images Files in it (1) end in: .txt",
    ),
    (
        "unknown file",
        lambda folder: write(folder / "a.xyz", b"x"),
        {},
        ConfigError,
        "no known kind .parquet",
    ),
    ("empty file", lambda folder: write(folder / "a", b""), {}, DataError, "is empty (0 bytes)"),
]


@pytest.mark.parametrize(
    ("source", "options", "error", "words"), [row[1:] for row in TABLE], ids=[r[0] for r in TABLE]
)
def test_bad_files_are_refused_with_what_and_how(source, options, error, words, tmp_path, refuses):
    folder = tmp_path / "data"
    folder.mkdir()
    refuses(source(folder), options, error, words)


def test_a_decompression_bomb_is_refused_before_it_is_decoded(tmp_path, monkeypatch):
    for number in range(2):
        Image.new("L", (40, 40)).save(tmp_path / f"{number}.png")
    for limit in (1000, 500):  # Pillow warns above the limit and raises above twice that
        monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", limit)
        with pytest.raises(DataError, match=f"more than {limit:,} pixels.*bomb"):
            load(tmp_path)
