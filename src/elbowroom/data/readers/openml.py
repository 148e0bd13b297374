"""OpenML's sets by name, for people who are online."""

from dataclasses import replace
from typing import Any, ClassVar

import numpy as np

from elbowroom.data.dataset import Dataset
from elbowroom.data.frames import from_frame
from elbowroom.data.source import COLUMN_OPTIONS, Request, Source
from elbowroom.errors import DataError, MissingExtraError

PREFIX = "openml:"
# 28x28 images stored as rows of 784 numbers, the last 10,000 the official test set
MNIST_LIKE = frozenset({"mnist_784", "fashion-mnist", "kuzushiji-mnist"})
TEST_SIZE = 10_000


class OpenML(Source):
    """'openml:NAME': fetched once, then kept in scikit-learn's folder of data."""

    options: ClassVar = COLUMN_OPTIONS | frozenset(
        {"columns", "missing", "levels", "shape", "layout"}
    )

    def recognises(self, source: object) -> bool:
        """A name with the prefix."""
        return isinstance(source, str) and source.startswith(PREFIX)

    def read(self, source: object, request: Request) -> Dataset:
        """Fetch the table and its target."""
        name = str(source).removeprefix(PREFIX)
        bunch = _fetch(name)
        known: dict[str, Any] = {"labels": None if bunch.target is None else _labels(bunch.target)}
        frame = bunch.data
        if name.lower() in MNIST_LIKE and request.columns is None:
            frame = frame.astype(np.uint8)
            request = replace(request, shape=request.shape or (1, 28, 28))
            known["official_test"] = np.arange(len(frame)) >= len(frame) - TEST_SIZE
        return from_frame(frame, request, name=name, **known)


def _fetch(name: str) -> Any:
    from sklearn.datasets import fetch_openml

    try:
        return fetch_openml(name, as_frame=True, parser="auto")
    except ImportError:
        raise MissingExtraError("pandas", "tables", f"Reading openml:{name}") from None
    except OSError as error:
        raise DataError(
            f"openml:{name} could not be fetched ({error}). It needs the network the first time."
        ) from None
    except ValueError as error:
        raise DataError(
            f"openml:{name} could not be fetched: {error} Look the name up on www.openml.org."
        ) from None


def _labels(target: Any) -> np.ndarray:
    values = target.to_numpy()
    return values if values.dtype.kind in "biuf" else values.astype(str)
