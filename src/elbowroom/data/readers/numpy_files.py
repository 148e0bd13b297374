"""NumPy's files: .npy, read from disk as needed when large, and .npz."""

import zipfile
from pathlib import Path
from typing import ClassVar

import numpy as np

from elbowroom.data.assemble import assemble, file_name
from elbowroom.data.dataset import Dataset
from elbowroom.data.published import DSPRITES_KEYS, read_dsprites
from elbowroom.data.source import Request, Source
from elbowroom.errors import ConfigError, DataError, did_you_mean

LABELS = ("y", "label", "labels", "target", "targets")


class NumpyFiles(Source):
    """An array in a .npy file, or one of those in an .npz file, with the labels it may hold."""

    options: ClassVar = frozenset(
        {"key", "labels", "missing", "levels", "shape", "layout", "resident_gb"}
    )

    def recognises(self, source: object) -> bool:
        """A file that ends in .npy or .npz."""
        path = Path(source) if isinstance(source, str | Path) else Path()
        return path.suffix.lower() in (".npy", ".npz") and path.is_file()

    def read(self, source: object, request: Request) -> Dataset:
        """Map or load the array; nothing is unpickled."""
        path = Path(str(source))
        try:
            with path.open("rb") as file:
                if file.read(2) == b"PK":  # a zip archive, whatever the name says
                    file.seek(0)
                    with np.load(file, allow_pickle=False) as archive:
                        return self._archive(archive, path, request)
            array = np.load(path, mmap_mode="r", allow_pickle=False)
            return self._single(array, path, request)
        except (ConfigError, DataError):
            raise
        except (ValueError, OSError, EOFError, zipfile.BadZipFile, SyntaxError) as error:
            if any(word in str(error) for word in ("pickle", "Object arrays", "Python objects")):
                raise DataError(
                    f"{path} holds Python objects or is no NumPy file; objects are never loaded, "
                    "since that can run code. Save plain numbers: numpy.save(path, array.astype("
                    "'float32'))."
                ) from None
            raise DataError(
                f"{path} is cut short or corrupt: NumPy says {str(error)!r}. Save it again."
            ) from None

    def _single(self, array: np.ndarray, path: Path, request: Request) -> Dataset:
        given = {"key": request.key, "labels": request.labels}
        for option, value in given.items():
            if value is not None:
                raise ConfigError(f"{option}={value!r}: a .npy file holds one array without names.")
        return assemble(array, request, name=file_name(path))

    def _archive(self, archive: np.lib.npyio.NpzFile, path: Path, request: Request) -> Dataset:
        keys = list(archive.keys())
        if request.key is None and {"x_train", "x_test"} <= set(keys):
            return self._train_and_test(archive, path, request)
        if request.key is None and set(keys) >= DSPRITES_KEYS:
            return read_dsprites(archive, request, file_name(path))
        labels = request.labels or next((k for k in keys if k.lower() in LABELS), None)
        others = [k for k in keys if k != labels]
        if request.key is None and len(others) != 1:
            raise ConfigError(
                f"{path} holds {len(keys)} arrays: {_listed(archive)}. Say which with key='...', "
                "and which one the labels are with labels='...'."
            )
        key = request.key or others[0]
        for wanted in (key, labels):
            if wanted is not None and wanted not in keys:
                raise ConfigError(
                    f"{path} has no array {wanted!r}.{did_you_mean(wanted, keys)} "
                    f"It holds {_listed(archive)}."
                )
        chosen = None if labels is None or labels == key else archive[labels]
        return assemble(archive[key], request, name=file_name(path), labels=chosen)

    def _train_and_test(
        self, archive: np.lib.npyio.NpzFile, path: Path, request: Request
    ) -> Dataset:
        """The names that Keras uses: x_train, y_train, x_test, y_test."""
        parts = [archive["x_train"], archive["x_test"]]
        labelled = {"y_train", "y_test"} <= set(archive.keys())
        return assemble(
            np.concatenate(parts),
            request,
            name=file_name(path),
            labels=np.concatenate([archive["y_train"], archive["y_test"]]) if labelled else None,
            official_test=np.repeat([False, True], [len(part) for part in parts]),
        )


def _listed(archive: np.lib.npyio.NpzFile) -> str:
    return ", ".join(f"{key} {archive[key].shape}" for key in archive)
