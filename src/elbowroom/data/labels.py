"""Labels: class numbers with names, or quantities."""

from typing import Any

import numpy as np

from elbowroom.errors import DataError, ShapeError

MOST_FLOAT_CLASSES = 100


def encode_labels(values: Any, count: int, name: str) -> tuple[np.ndarray, tuple[str, ...] | None]:
    """Turn labels of any type into class numbers and names, or into quantities.

    Text, truth values and whole numbers are classes, in sorted order. Floats are classes when they
    are whole and at most 100 of them differ (so that 0.0, 1.0 are), otherwise quantities.

    Args:
        values: One label for each example.
        count: Number of examples.
        name: What to call the data in messages.

    Returns:
        int64 class numbers and their names, or float64 quantities and None.

    Raises:
        ShapeError: Not one label for each example.
        DataError: A label is missing.

    Example:
        >>> encode_labels(["cat", "ape", "cat"], 3, "pets")
        (array([1, 0, 1]), ('ape', 'cat'))
    """
    labels = np.asarray(values)
    if labels.ndim == 2 and labels.shape[1] == 1:
        labels = labels[:, 0]
    if labels.shape != (count,):
        raise ShapeError(
            f"{name!r} has {count:,} examples, but labels of shape {labels.shape}. "
            "Give one label for each example."
        )
    if labels.dtype.kind == "O":
        missing = np.array([x is None or x != x for x in labels], dtype=bool)
        if not missing.any():
            labels = labels.astype(str)
    else:
        missing = np.isnan(labels) if labels.dtype.kind == "f" else np.zeros(count, dtype=bool)
    if missing.any():
        raise DataError(
            f"Labels of {name!r} are missing: {int(missing.sum()):,}, the first at row index "
            f"{int(missing.argmax())}. Fill them in, or load the data without labels."
        )
    classes, codes = np.unique(labels, return_inverse=True)
    if labels.dtype.kind == "f":
        if len(classes) > MOST_FLOAT_CLASSES or not (classes == np.floor(classes)).all():
            return labels.astype(np.float64), None
        classes = classes.astype(np.int64)
    return codes.astype(np.int64), tuple(str(c) for c in classes)
