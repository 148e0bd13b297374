"""HDF5 files with images and the factors they were made from, like 3dshapes."""

import importlib
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar

import numpy as np

from elbowroom.data.assemble import assemble, file_name
from elbowroom.data.dataset import Dataset
from elbowroom.data.on_demand import OnDemand
from elbowroom.data.published import read_shapes3d
from elbowroom.data.source import Request, Source
from elbowroom.errors import ConfigError, DataError, MissingExtraError, did_you_mean

_TOGETHER = 16
"""Rows a block of a file without chunks."""


class HDF5(Source):
    """An array of a .h5 file; 'labels' beside 'images', one row for each, are its factors."""

    options: ClassVar = frozenset(
        {"key", "labels", "missing", "levels", "shape", "layout", "resident_gb"}
    )

    def recognises(self, source: object) -> bool:
        """A file that ends in .h5 or .hdf5."""
        path = Path(source) if isinstance(source, str | Path) else Path()
        return path.suffix.lower() in (".h5", ".hdf5") and path.is_file()

    def read(self, source: object, request: Request) -> Dataset:
        """Open the file; images stay in it when they are many."""
        path = Path(str(source))
        h5py = _h5py(path)
        try:
            # stays open: rows are read from it as long as the dataset lives
            file = h5py.File(path, "r")
        except OSError as error:
            raise DataError(f"{path} is cut short or no HDF5 file: {error}") from None
        arrays = {key: item for key, item in file.items() if hasattr(item, "shape")}
        key = request.key or "images"
        labels = request.labels or ("labels" if "labels" in arrays else None)
        for wanted in (key, labels):
            if wanted is not None and wanted not in arrays:
                listed = ", ".join(f"{name} {item.shape}" for name, item in arrays.items())
                raise ConfigError(
                    f"{path} has no array {wanted!r}.{did_you_mean(wanted, arrays)} It holds "
                    f"{listed or 'none'}; say which with key='...' and labels='...'."
                )
        images, given = arrays[key], None if labels is None else np.asarray(arrays[labels])
        if images.ndim < 2 or len(images) < 2:
            raise DataError(f"{path} has {key!r} of shape {images.shape}: no set of examples.")
        rows = _rows(images, request.resident_bytes)
        if given is not None and given.ndim == 2:
            return read_shapes3d(rows, given, request, file_name(path))
        return assemble(rows, request, name=file_name(path), labels=given)


@dataclass(frozen=True, eq=False)
class Stored(OnDemand):
    """Rows of an array in a file, read in the order in which they lie there, a block at a time.

    A file decompresses a whole chunk for any row of it, and each call takes longer than reading a
    row: rows of one block are read by one call, and no block twice.

    Args:
        block: Rows a block.
    """

    block: int = 1

    def __getitem__(self, rows: slice | np.ndarray) -> np.ndarray:
        distinct, places = np.unique(np.arange(self.count)[rows], return_inverse=True)
        blocks = np.split(distinct, np.flatnonzero(np.diff(distinct // self.block)) + 1)
        stored: Any = self.row
        read = [
            stored(slice(int(some[0]), int(some[-1]) + 1))[some - some[0]]
            for some in blocks
            if len(some)
        ]
        return np.concatenate(read)[places] if read else np.empty((0, *self.shape[1:]), self.dtype)


def _rows(images: Any, most: float) -> np.ndarray | OnDemand:
    """Hold images in memory where they fit, else read them as they are needed."""
    if images.size * images.dtype.itemsize <= most:
        return images[:]
    chunks = getattr(images, "chunks", None)
    block = chunks[0] if chunks else _TOGETHER
    return Stored(len(images), images[0], images.__getitem__, block=block)


def _h5py(path: Path) -> ModuleType:
    try:
        return importlib.import_module("h5py")
    except ImportError:
        raise MissingExtraError("h5py", "hdf5", f"Reading {path}") from None
