"""IDX files, and folders of them with MNIST's names."""

import re
from pathlib import Path
from typing import ClassVar

import numpy as np

from elbowroom.data.assemble import assemble, file_name
from elbowroom.data.dataset import Dataset
from elbowroom.data.idx import read_idx
from elbowroom.data.source import Request, Source
from elbowroom.errors import DataError

FILE = re.compile(r"(.*[-.]idx\d?-ubyte|.*\.idx\d?)(\.gz)?", re.IGNORECASE)
TEST = re.compile(r"(^|[-_.])(t10k|test)[-_.]", re.IGNORECASE)


class Idx(Source):
    """One IDX file, or a folder like MNIST's, whose test files are kept as the test set."""

    options: ClassVar = frozenset({"levels", "missing", "shape", "layout"})

    def recognises(self, source: object) -> bool:
        """A file named like one, or a folder that holds one."""
        if not isinstance(source, str | Path):
            return False
        path = Path(source)
        return any(_files(path)) if path.is_dir() else path.is_file() and _is_idx(path)

    def read(self, source: object, request: Request) -> Dataset:
        """Read images with the labels that lie beside them."""
        path = Path(str(source))
        images = [path] if path.is_file() else _images(path)
        arrays = [read_idx(file) for file in images]
        labels = [_labels(file, len(array)) for file, array in zip(images, arrays, strict=True)]
        if len({array.shape[1:] for array in arrays}) > 1:
            shapes = ", ".join(f"{f.name} {a.shape}" for f, a in zip(images, arrays, strict=True))
            raise DataError(f"The files in {path} hold arrays that differ in shape: {shapes}.")
        official = np.repeat([bool(TEST.search(f.name)) for f in images], [len(a) for a in arrays])
        complete = [values for values in labels if values is not None]
        return assemble(
            arrays[0] if len(arrays) == 1 else np.concatenate(arrays),
            request,
            name=file_name(path),
            labels=np.concatenate(complete) if len(complete) == len(labels) else None,
            official_test=official if official.any() and not official.all() else None,
        )


def _is_idx(path: Path) -> bool:
    return FILE.fullmatch(path.name) is not None and not path.name.startswith(".")


def _files(folder: Path) -> list[Path]:
    """All IDX files in a folder; of a file and its gzipped twin, the file."""
    found = sorted(path for path in folder.iterdir() if _is_idx(path) and path.is_file())
    names = {path.name for path in found}
    return [path for path in found if path.name.removesuffix(".gz") not in names - {path.name}]


def _images(folder: Path) -> list[Path]:
    """The one or two files of images in a folder, training set first."""
    files = [path for path in _files(folder) if "labels" not in path.name]
    parts = [bool(TEST.search(path.name)) for path in files]
    if not files or len(parts) != len(set(parts)):
        raise DataError(
            f"{folder} should hold one training and one test file of images, but holds "
            f"{', '.join(path.name for path in files) or 'only labels'}. Give the path of one file."
        )
    return sorted(files, key=lambda path: bool(TEST.search(path.name)))


def _labels(images: Path, count: int) -> np.ndarray | None:
    """The labels beside a file of images: train-images-idx3-ubyte -> train-labels-idx1-ubyte."""
    if "images" not in images.name:
        return None
    name = re.sub(r"idx\d", "idx1", images.name.replace("images", "labels"))
    bare = name.removesuffix(".gz")
    path = next((p for n in (bare, bare + ".gz") if (p := images.with_name(n)).is_file()), None)
    if path is None:
        return None
    labels = read_idx(path)
    if labels.shape != (count,):
        raise DataError(
            f"{path.name} holds labels of shape {labels.shape}, but {images.name} has {count:,} "
            "images. The two do not belong together."
        )
    return labels
