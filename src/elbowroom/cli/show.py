"""Showing what a command returns: a table for people, JSON for programs."""

import json
import math
from collections.abc import Mapping
from typing import Any


def show(result: Any, as_json: bool) -> int:
    """Print a result to the standard output.

    Args:
        result: What a command returned: something with `table()` and `to_dict()`, a path, or
            anything that can be printed.
        as_json: Whether to print JSON and nothing else.

    Returns:
        The exit code: the result's own `exit_code`, if it has one.
    """
    if as_json:
        print(json.dumps(as_data(result), indent=2, ensure_ascii=False, allow_nan=False))
    elif hasattr(result, "table"):
        from rich.console import Console

        Console().print(result.table())
    elif result is not None:
        print(result)
    return getattr(result, "exit_code", 0)


def as_data(value: Any) -> Any:
    """Return a value as JSON can hold it; numbers that are not finite become null.

    >>> as_data({"steps": (1, 2), "k_hat": float("nan")})
    {'steps': [1, 2], 'k_hat': None}
    """
    if hasattr(value, "to_dict"):
        return as_data(value.to_dict())
    if isinstance(value, Mapping):
        return {str(key): as_data(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [as_data(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, bool | int | float | str | None):
        return value
    # NumPy's and torch's numbers and arrays know themselves as Python values.
    return as_data(value.tolist()) if hasattr(value, "tolist") else str(value)
