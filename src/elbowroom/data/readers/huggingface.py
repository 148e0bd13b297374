"""Hugging Face datasets by name, with the extra 'hub'."""

import importlib
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np

from elbowroom.data.assemble import assemble
from elbowroom.data.dataset import Dataset
from elbowroom.data.frames import from_frame
from elbowroom.data.image_files import header_of, plan
from elbowroom.data.on_demand import OnDemand
from elbowroom.data.source import COLUMN_OPTIONS, Request, Source
from elbowroom.errors import ConfigError, DataError, MissingExtraError, did_you_mean

PREFIX = "hf:"


class HuggingFace(Source):
    """'hf:NAME': its image column, or its columns of numbers; 'train' and 'test' kept apart."""

    options: ClassVar = COLUMN_OPTIONS | frozenset(
        {"key", "labels", "columns", "missing", "levels", "shape", "layout"}
        | {"size", "resize", "channels", "resident_gb"}
    )

    def recognises(self, source: object) -> bool:
        """A name with the prefix."""
        return isinstance(source, str) and source.startswith(PREFIX)

    def read(self, source: object, request: Request) -> Dataset:
        """Fetch the set; no script of its authors is run."""
        try:
            datasets = importlib.import_module("datasets")
        except ImportError:
            raise MissingExtraError("datasets", "hub", f"Loading {source}") from None
        name = str(source).removeprefix(PREFIX)
        try:
            parts = datasets.load_dataset(name)
        except (OSError, ValueError, RuntimeError) as error:
            raise DataError(f"{source} could not be fetched: {error}") from None
        chosen = [parts[part] for part in ("train", "test") if part in parts] or list(
            parts.values()
        )[:1]
        both = datasets.concatenate_datasets(chosen)
        official = np.arange(len(both)) >= len(chosen[0]) if len(chosen) == 2 else None
        return from_table(both, request, name=name, official_test=official)


def from_table(table: Any, request: Request, *, name: str, official_test: Any = None) -> Dataset:
    """Make a dataset from a `datasets.Dataset`."""
    kinds = {column: type(feature).__name__ for column, feature in table.features.items()}
    images = [column for column, kind in kinds.items() if kind == "Image"]
    classes = [column for column, kind in kinds.items() if kind == "ClassLabel"]
    for wanted in (request.key, request.labels):
        if wanted is not None and wanted not in kinds:
            raise ConfigError(
                f"{name!r} has no column {wanted!r}.{did_you_mean(wanted, kinds)} "
                f"It has {', '.join(kinds)}."
            )
    label = request.labels or (classes[0] if len(classes) == 1 else None)
    known: dict[str, Any] = {"official_test": official_test}
    if label is not None:
        known["labels"] = np.asarray(table[label])
        names = getattr(table.features[label], "names", None)
        if names is not None and len(np.unique(known["labels"])) == len(names):
            known["label_names"] = tuple(names)
    if request.key is None and not images:
        dropped = [label] if label else []
        frame = table.remove_columns(dropped).to_pandas()
        request = replace(request, labels=None)
        return from_frame(frame, request, name=name, **known)
    key = request.key or images[0]
    if kinds[key] == "Image":
        return _images(table.select_columns([key]), key, request, name, known)
    return assemble(np.asarray(table.with_format("numpy")[key]), request, name=name, **known)


def _images(table: Any, key: str, request: Request, name: str, known: dict[str, Any]) -> Dataset:
    headers = [header_of(row[key]) for row in table]
    decoder, notes = plan(headers, request, name)

    def pixels(number: int) -> np.ndarray:
        return decoder.pixels(table[number][key])

    rows = OnDemand(len(table), pixels(0), pixels, "image {}".format)
    return assemble(rows, request, name=name, notes=notes, **known)
