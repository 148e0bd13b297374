"""The sets that come with scikit-learn: no file and no network needed."""

from dataclasses import replace
from typing import ClassVar

import numpy as np

from elbowroom.data.assemble import assemble
from elbowroom.data.dataset import Dataset
from elbowroom.data.frames import from_columns
from elbowroom.data.source import Request, Source

DIGITS_LEVELS = 17  # counts of ink in blocks of 4x4 pixels, 0 to 16, stored as floats


class Embedded(Source):
    """'digits' (1,797 grey 8x8 images, 17 levels) and four tables."""

    options: ClassVar = frozenset({"columns", "levels"})
    examples: ClassVar = ("digits", "breast-cancer", "wine", "diabetes", "iris")

    def recognises(self, source: object) -> bool:
        """One of the names."""
        return isinstance(source, str) and source in self.examples

    def read(self, source: object, request: Request) -> Dataset:
        """Read the images, or the columns of a table, with their classes."""
        from sklearn import datasets

        name = str(source)
        bunch = getattr(datasets, f"load_{name.replace('-', '_')}")()
        classes = getattr(bunch, "target_names", None)
        names = None if classes is None else tuple(str(c) for c in classes)
        if "images" not in bunch:
            table = dict(zip(map(str, bunch.feature_names), bunch.data.T, strict=True))
            return from_columns(table, request, name=name, labels=bunch.target, label_names=names)
        request = replace(request, levels=request.levels or DIGITS_LEVELS)
        return assemble(bunch.images.astype(np.uint8), request, name=name, labels=bunch.target)
