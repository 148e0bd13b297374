"""The arguments of a request, read one by one and refused in words."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any

import numpy as np

from elbowroom.explore.protocol import RequestError

_LISTED = 4096
"""Numbers in a list; longer arrays come as base64."""
_SEEDS = 2**53


class Given:
    """The arguments that came with a request.

    Args:
        arguments: By name, as JSON had them.
    """

    def __init__(self, arguments: Mapping[str, Any]) -> None:
        self.arguments = arguments

    def array(self, name: str) -> np.ndarray:
        """Return a flat array of finite numbers, float32.

        Raises:
            RequestError: If it is missing, not an array, or holds a number that is not finite.
        """
        found = self._required(name)
        if isinstance(found, str):
            values = _from_base64(name, found)
        elif isinstance(found, list) and len(found) <= _LISTED:
            if not all(type(one) in (int, float) for one in found):
                raise _wrong(name, "a list of numbers")
            values = _from_list(name, found)
        else:
            raise _wrong(name, f"base64 of float32, or a list of at most {_LISTED:,} numbers")
        if not np.isfinite(values).all():
            raise RequestError(f"'{name}' holds numbers that are not finite", "not-finite")
        return values

    def rows(self, name: str, width: int) -> np.ndarray:
        """Return an array as rows of so many numbers, (n, width), n at least 1.

        Raises:
            RequestError: If it does not divide into such rows.
        """
        values = self.array(name)
        if values.size == 0 or values.size % width:
            raise RequestError(
                f"'{name}' has {values.size:,} numbers, which are not rows of {width:,}",
                "wrong-shape",
            )
        return values.reshape(-1, width)

    def places(self, name: str) -> np.ndarray:
        """Return a list of whole numbers, int64, one or more.

        Raises:
            RequestError: If it is none.
        """
        found = self._required(name)
        if not isinstance(found, list) or not 1 <= len(found) <= _LISTED:
            raise _wrong(name, f"a list of 1 to {_LISTED:,} whole numbers")
        if not all(type(one) is int and abs(one) < _SEEDS for one in found):
            raise _wrong(name, "a list of whole numbers")
        return np.array(found, dtype=np.int64)

    def whole(self, name: str, otherwise: int | None = None) -> int:
        """Return a whole number that is not negative.

        Args:
            name: Its name.
            otherwise: What it is when it is not given; it must be given when this is None.

        Raises:
            RequestError: If it is none, or too large.
        """
        found = self.arguments.get(name)
        if found is None and otherwise is not None:
            return otherwise
        if type(found) is float and found.is_integer():
            found = int(found)
        if type(found) is not int or not 0 <= found < _SEEDS:
            raise _wrong(name, "a whole number, 0 or more")
        return found

    def seed(self, name: str) -> int | None:
        """Return a seed, or None where there is none."""
        return None if self.arguments.get(name) is None else self.whole(name)

    def number(self, name: str) -> float | None:
        """Return a finite number, or None where there is none.

        Raises:
            RequestError: If it is no such number.
        """
        found = self.arguments.get(name)
        if found is None:
            return None
        if type(found) not in (int, float):
            raise _wrong(name, "a number")
        [value] = _from_list(name, [found])
        if not np.isfinite(value):
            raise RequestError(f"'{name}' is not a finite number", "not-finite")
        return float(value)

    def text(self, name: str) -> str:
        """Return a text.

        Raises:
            RequestError: If it is none.
        """
        found = self._required(name)
        if not isinstance(found, str):
            raise _wrong(name, "a text")
        return found

    def _required(self, name: str) -> Any:
        if name not in self.arguments:
            raise RequestError(f"'{name}' is missing", "bad-argument")
        return self.arguments[name]


def _from_base64(name: str, text: str) -> np.ndarray:
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise _wrong(name, "base64 of float32") from None
    if len(content) % 4:
        raise _wrong(name, "base64 of float32")
    return np.frombuffer(content, "<f4").astype(np.float32)


def _from_list(name: str, numbers: list[int | float]) -> np.ndarray:
    try:
        with np.errstate(over="ignore"):
            return np.array(numbers, dtype=np.float64).astype(np.float32)
    except (OverflowError, TypeError, ValueError):
        raise RequestError(f"'{name}' holds numbers that are too large", "not-finite") from None


def _wrong(name: str, wanted: str) -> RequestError:
    return RequestError(f"'{name}' must be {wanted}", "bad-argument")
