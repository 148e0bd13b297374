"""Whether there are examples enough of every value of every factor."""

import math
from collections.abc import Sequence

import numpy as np

from elbowroom.errors import DataError
from elbowroom.metrics.disentanglement.representation import Representation


def refuse_constant(representation: Representation) -> None:
    """Raise for factors that do not vary.

    Raises:
        DataError: With their names.
    """
    if constant := [name for name, size in representation.sizes.items() if size < 2]:
        raise DataError(
            f"{', '.join(map(repr, constant))} has one value in all of these examples: nothing can "
            "be learned about a factor that does not vary. Take examples in which it varies, or "
            f"leave it out: {_leave_out(constant)}"
        )


def refuse_few(representation: Representation, kind: str, least: int, used: int) -> None:
    """Raise where a value of a factor has too few examples for a metric.

    Args:
        representation: Codes and factors.
        kind: What the metric is called.
        least: Fewest examples of each value.
        used: How many of the examples take part.

    Raises:
        DataError: With the factor, its rarest value, and the number needed.
    """
    sizes, count = representation.sizes, len(representation)
    if count < (needed := least * max(sizes.values())):
        raise DataError(
            f"{kind} needs {needed:,} examples or more for factors of "
            f"{', '.join(f'{n} {s}' for n, s in sizes.items())} values: there are {count:,}"
        )
    for number, name in enumerate(sizes):
        value, has = _rarest(representation, number)
        if has * used < least * count:
            taken = "" if used == count else f", of which {used:,} are used"
            raise DataError(
                f"{kind} needs {least} examples or more of every value: of {name!r}, {value} has "
                f"{has:,} among {count:,}{taken}. About {math.ceil(least * count / has):,} like "
                "these would do; or join the value with another, or leave the factor out: "
                f"{_leave_out([name])}"
            )


def _rarest(representation: Representation, number: int) -> tuple[str, int]:
    """Return the value of a factor that the fewest examples have, in words, and how many do."""
    classes, factor = representation.classes(number), representation.factors.factors[number]
    counts = np.bincount(classes)
    value = int(counts.argmin())
    if factor.meanings is None:
        return "a bin", int(counts[value])
    code = int(representation.factors.column(number)[(classes == value).argmax()])
    return repr(factor.meanings[code]), int(counts[value])


def _leave_out(names: Sequence[str]) -> str:
    """Say how factors are left out, in Python and on the command line."""
    return f"factors.only(...) without it, or --ignore {','.join(names)}"
