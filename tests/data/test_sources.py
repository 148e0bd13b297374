"""What each source gives, and that exactly one reader is there for each."""

import gzip
import sys
import types

import numpy as np
import pandas
import polars
import pytest
import torch
from PIL import Image
from torch.utils.data import TensorDataset

from elbowroom.data import embedded_names, load
from elbowroom.data.sources import all_readers
from elbowroom.errors import ConfigError, MissingExtraError

IMAGES = np.arange(2 * 3 * 6 * 5, dtype=np.uint8).reshape(2, 3, 6, 5)
TABLE = np.linspace(-1, 2, 12).reshape(4, 3)


class Items(torch.utils.data.Dataset):
    def __init__(self, values, labelled=True):
        self.values, self.labelled = values, labelled

    def __len__(self):
        return len(self.values)

    def __getitem__(self, number):
        value = self.values[number]
        return (value, number % 2) if self.labelled else value


@pytest.mark.parametrize("name", embedded_names())
def test_embedded_sets_load(name):
    data = load(name)
    assert data.name == name
    assert len(data) > 100
    assert any(
        known is not None and len(known) == len(data) for known in (data.labels, data.factors)
    )
    assert torch.isfinite(data.take(torch.arange(5)).float()).all()


def test_digits_are_seventeen_levels_in_a_byte():
    digits = load("digits")
    assert (digits.shape, digits.dtype, digits.levels) == ((1, 8, 8), torch.uint8, 17)
    assert digits.take(torch.arange(len(digits))).max() == 16


@pytest.mark.parametrize(
    ("array", "shape", "levels", "dtype"),
    [
        (TABLE, (3,), None, torch.float32),
        (TABLE > 0, (3,), 2, torch.uint8),
        (np.arange(12).reshape(4, 3), (3,), None, torch.float32),
        (IMAGES, (3, 6, 5), 256, torch.uint8),
        (IMAGES[:, 0], (1, 6, 5), 256, torch.uint8),
        (np.moveaxis(IMAGES, 1, -1), (3, 6, 5), 256, torch.uint8),
        (IMAGES.astype(np.uint16) * 300, (3, 6, 5), 65536, torch.int32),
        (IMAGES.astype(np.int64), (3, 6, 5), 256, torch.uint8),
        (IMAGES.astype(np.int64) * 10, (3, 6, 5), 65536, torch.int32),
        (IMAGES / 255, (3, 6, 5), None, torch.float32),
        (IMAGES[:, :1] > 7, (1, 6, 5), 2, torch.uint8),
    ],
)
def test_number_types_and_axes_are_told_apart(array, shape, levels, dtype):
    for source in (array, torch.from_numpy(np.ascontiguousarray(array))):
        data = load(source)
        assert (data.shape, data.levels, data.dtype) == (shape, levels, dtype)
    assert data.domain.in_unit_interval == (
        levels == 2 or array.dtype.kind == "f" and array.min() >= 0 and array.max() <= 1
    )


def test_channels_last_is_the_same_data():
    first, last = load(IMAGES), load(np.moveaxis(IMAGES, 1, -1))
    assert first.digest() == last.digest()
    square = np.arange(2 * 3 * 4 * 3, dtype=np.uint8).reshape(2, 3, 4, 3)
    assert load(square, layout="channels-first").shape == (3, 4, 3)
    assert load(square, layout="channels-last").shape == (3, 3, 4)


def test_rows_unfold_to_images_and_levels_can_be_said():
    flat = np.arange(24.0).reshape(2, 12)
    data = load(flat, shape=(3, 4), levels=24)
    assert (data.shape, data.levels, data.dtype) == ((1, 3, 4), 24, torch.uint8)
    assert "levels=24" in load(flat).notes[0]


def files_of(tmp_path, write_idx):
    """The same table in every format of tables, the same images in every format of those."""
    numbers = TABLE.astype(np.float32)
    frame = pandas.DataFrame(numbers, columns=["a", "b", "c"])
    np.save(tmp_path / "t.npy", numbers)
    np.savez(tmp_path / "t.npz", numbers)
    frame.to_csv(tmp_path / "t.csv", index=False)
    frame.to_csv(tmp_path / "s.csv", index=False, sep=";")
    frame.to_csv(tmp_path / "t.tsv", index=False, sep="\t")
    frame.to_csv(tmp_path / "bare.csv", index=False, header=False)
    (tmp_path / "t.csv.gz").write_bytes(gzip.compress((tmp_path / "t.csv").read_bytes()))
    frame.to_parquet(tmp_path / "t.parquet")
    write_idx(tmp_path / "t.idx2", numbers)
    write_idx(tmp_path / "t.idx2.gz", numbers)
    memory = [
        numbers,
        torch.from_numpy(numbers),
        frame,
        polars.DataFrame(frame.to_dict("list")),
        TensorDataset(torch.from_numpy(numbers)),
        Items(numbers),
        (numbers, None),
    ]
    return [p for p in sorted(tmp_path.iterdir()) if p.is_file()] + memory


def test_one_table_is_one_dataset_in_every_format(tmp_path, write_idx):
    sources = files_of(tmp_path, write_idx)
    assert len(sources) == 17
    digests = {load(source).digest() for source in sources}
    assert digests == {load(TABLE).digest()}


def test_each_source_has_exactly_one_reader(tmp_path, write_idx, mnist_folder, image_folder):
    sources = [*files_of(tmp_path, write_idx), mnist_folder, image_folder, *embedded_names()]
    for source in (*sources, "openml:iris", "hf:mnist"):
        readers = [reader for reader in all_readers() if reader.recognises(source)]
        assert len(readers) == 1, (source, readers)


def test_labels_come_along(tmp_path):
    names = ["b", "a", "b", "b"]
    frame = pandas.DataFrame(TABLE, columns=["x", "y", "z"]).assign(kind=names)
    frame.to_csv(tmp_path / "t.csv", index=False)
    np.savez(tmp_path / "t.npz", x=TABLE, y=np.array(names))
    np.savez(tmp_path / "named.npz", x=TABLE, who=np.array(names))
    for data in (
        load(frame, labels="kind"),
        load(polars.DataFrame(frame.to_dict("list")), labels="kind"),
        load(tmp_path / "t.csv", labels="kind"),
        load(tmp_path / "t.npz"),
        load(tmp_path / "named.npz", labels="who"),
        load((TABLE, names)),
        load((torch.from_numpy(TABLE), np.array(names))),
    ):
        assert data.labels.tolist() == [1, 0, 1, 1]
        assert data.label_names == ("a", "b")
        assert data.shape == (3,)
    assert load(Items(TABLE)).labels.tolist() == [0, 1, 0, 1]
    assert load(Items(TABLE, labelled=False)).labels is None
    assert load(TensorDataset(torch.ones(3, 2), torch.arange(3))).labels.tolist() == [0, 1, 2]


def test_columns_can_be_chosen(tmp_path):
    frame = pandas.DataFrame(TABLE, columns=["x", "y", "z"])
    data = load(frame, columns=["z", "x"])
    assert data.columns == ("z", "x")
    assert torch.equal(data.take(torch.arange(4)), torch.tensor(TABLE[:, [2, 0]]).float())


def test_rows_with_gaps_can_be_dropped():
    table = TABLE.copy()
    table[1, 2], table[3, 0] = np.nan, np.inf
    data = load((table, [5, 6, 7, 8]), missing="drop")
    assert len(data) == 2
    assert data.labels.tolist() == [0, 2]
    assert np.array(data.label_names)[data.labels].tolist() == ["5", "7"]
    assert "2 rows with missing or infinite values were dropped." in data.notes


def test_mnist_folder_keeps_its_test_set(mnist_folder):
    data = load(mnist_folder)
    assert (len(data), data.shape, data.levels) == (17, (1, 6, 5), 256)
    assert data.official_test.tolist() == [False] * 12 + [True] * 5
    assert data.labels.tolist() == [*(np.arange(12) % 4), *(np.arange(5) % 4)]
    alone = load(mnist_folder / "train-images-idx3-ubyte.gz")
    assert len(alone) == len(alone.labels) == 12
    assert alone.official_test is None


def test_large_npy_files_stay_on_disk(tmp_path):
    path = tmp_path / "big.npy"
    np.save(path, np.moveaxis(IMAGES, 1, -1).repeat(50, 0))
    lazy, whole = load(path, resident_gb=0), load(path)
    assert (lazy.resident, whole.resident) == (False, True)
    assert "as needed" in repr(lazy)
    some = torch.tensor([99, 0, 50, 50])
    assert torch.equal(lazy.take(some), whole.take(some))
    assert torch.equal(lazy.subset([3, 99]).take(torch.tensor([1])), whole.take(torch.tensor([99])))
    assert lazy.digest() == whole.digest()


def test_torch_datasets_can_stay_lazy():
    calls = []

    class Counting(Items):
        def __getitem__(self, number):
            calls.append(number)
            return super().__getitem__(number)

    source = Counting(IMAGES.repeat(10, 0))
    lazy = load(source, resident_gb=0)
    calls.clear()
    assert lazy.take(torch.tensor([4, 2])).shape == (2, 3, 6, 5)
    assert calls == [4, 2]
    assert lazy.digest() == load(source).digest()


def test_openml_images_are_images(monkeypatch):
    frame = pandas.DataFrame(np.zeros((10_003, 784), dtype=np.int64))
    target = pandas.Series(["3"] * 10_003, dtype="category")

    def fetch(name, as_frame, parser):
        assert name == "mnist_784"
        return types.SimpleNamespace(data=frame, target=target)

    monkeypatch.setattr("sklearn.datasets.fetch_openml", fetch)
    data = load("openml:mnist_784")
    assert (data.shape, data.levels, data.official_test.sum()) == ((1, 28, 28), 256, 10_000)


def test_optional_packages_are_named_when_they_are_needed(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "datasets", None)
    with pytest.raises(MissingExtraError, match=r"elbowroom\[hub\]"):
        load("hf:mnist")
    monkeypatch.setitem(sys.modules, "pandas", None)
    (tmp_path / "t.csv").write_text("a\n1\n2\n")
    with pytest.raises(MissingExtraError, match=r"elbowroom\[tables\]"):
        load(tmp_path / "t.csv")


def test_options_that_mean_nothing_here_are_refused():
    with pytest.raises(
        ConfigError, match="'size' does not apply to 'digits'.* columns, factors, levels"
    ):
        load("digits", size=(4, 4))


def test_views_compose_without_copying():
    digits = load("digits")
    view = digits.subset(torch.arange(100, 200)).subset([5, 3])
    assert view.rows is digits.rows
    assert view.root_positions.tolist() == [105, 103]
    assert view.labels.tolist() == digits.labels[[105, 103]].tolist()
    assert torch.equal(view.take(torch.tensor([1])), digits.take(torch.tensor([103])))
    assert view.digest() != digits.digest() == load("digits").digest()


def test_memory_is_shared_where_the_type_allows_it():
    values = torch.zeros(5, 2)
    assert load(values).rows.values.data_ptr() == values.data_ptr()


def test_hugging_face_sets(monkeypatch, tmp_path):
    datasets = pytest.importorskip("datasets")
    kinds = datasets.Features(
        {"image": datasets.Image(), "label": datasets.ClassLabel(names=["zero", "one"])}
    )

    def part(count):
        pixels = [Image.fromarray(IMAGES[0, 0] + i) for i in range(count)]
        items = {"image": pixels, "label": [i % 2 for i in range(count)]}
        return datasets.Dataset.from_dict(items, features=kinds)

    whole = datasets.DatasetDict(train=part(4), test=part(2))
    monkeypatch.setattr(datasets, "load_dataset", lambda name: whole)
    data = load("hf:some/name")
    assert (len(data), data.shape, data.levels) == (6, (1, 6, 5), 256)
    assert data.label_names == ("zero", "one")
    assert data.official_test.tolist() == [False] * 4 + [True] * 2
