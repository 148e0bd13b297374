"""Examples on their way into a measure: checked, flat, and as many as are wanted."""

from typing import TypeAlias

import numpy as np
from torch import Tensor

from elbowroom.errors import DataError, ShapeError

Examples: TypeAlias = np.ndarray | Tensor
"""Examples in the units of the data, (N, ...)."""


def as_array(examples: Examples, what: str, *, at_least: int = 1) -> np.ndarray:
    """Return examples as float64, in their shape.

    Args:
        examples: (N, ...).
        what: What to call them in messages.
        at_least: Smallest N that the measure can use.

    Raises:
        ShapeError: If the examples are no array of rows.
        DataError: If there are too few, or a value is not finite.

    Example:
        >>> as_array(np.zeros((2, 1, 3, 3)), "real").shape
        (2, 1, 3, 3)
    """
    found = examples.detach().cpu().numpy() if isinstance(examples, Tensor) else examples
    array = np.asarray(found, dtype=np.float64)
    if array.ndim < 2 or 0 in array.shape[1:]:
        raise ShapeError(
            f"{what} examples have shape {array.shape}: give one row or image for each example, "
            "(N, D) or (N, C, H, W)"
        )
    if len(array) < at_least:
        raise DataError(
            f"{len(array)} {what} examples are too few: this measure needs {at_least} or more"
        )
    finite = np.isfinite(array.reshape(len(array), -1)).all(1)
    if not finite.all():
        raise DataError(
            f"{(~finite).sum()} of {len(array)} {what} examples hold NaN or infinity, the first at "
            f"index {int(finite.argmin())}: remove them, and look for what made them"
        )
    return array


def flat(examples: Examples, what: str, *, at_least: int = 1) -> np.ndarray:
    """Return examples as float64 rows, (N, D).

    Raises:
        ShapeError: As `as_array`.
        DataError: As `as_array`.
    """
    array = as_array(examples, what, at_least=at_least)
    return array.reshape(len(array), -1)


def pair(
    real: Examples, generated: Examples, *, at_least: int = 1
) -> tuple[np.ndarray, np.ndarray]:
    """Return real and generated examples as rows of equal length, (N, D) and (M, D).

    Raises:
        ShapeError: As `as_array`, or if the two differ in the shape of an example.
        DataError: As `as_array`.
    """
    same_shape({"real": real, "generated": generated})
    return (
        flat(real, "real", at_least=at_least),
        flat(generated, "generated", at_least=at_least),
    )


def same_shape(named: dict[str, Examples]) -> None:
    """Refuse sets whose examples differ in shape.

    Raises:
        ShapeError: If they do.
    """
    shapes = {name: tuple(examples.shape[1:]) for name, examples in named.items()}
    if len(set(shapes.values())) > 1:
        listed = ", ".join(f"{shape} ({name})" for name, shape in shapes.items())
        raise ShapeError(
            f"examples differ in shape: {listed}. Bring all to the shape and the units of the data."
        )


def some(rows: np.ndarray, count: int, seed: int) -> np.ndarray:
    """Return `count` rows at random without repeats, or all of them in order if there are fewer.

    >>> some(np.arange(5), 9, seed=0)
    array([0, 1, 2, 3, 4])
    """
    if len(rows) <= count:
        return rows
    return rows[np.random.default_rng(seed).permutation(len(rows))[:count]]


def equal_numbers(
    real: np.ndarray, generated: np.ndarray, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Cut the larger set to the size of the smaller, at random."""
    count = min(len(real), len(generated))
    return some(real, count, seed), some(generated, count, seed + 1)
