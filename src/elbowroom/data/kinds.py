"""Telling what each column of a table holds, from its values and from what a person said.

The rules, in order:

- What a person says, or declared in the frame (pandas' categories), holds.
- A table of nothing but numbers, or of nothing but truth values, is not of mixed type.
- Truth values are yes or no, and so are whole numbers of which there are only 0 and 1.
- Other numbers are real numbers, few-valued whole ones as well: whether those are counts, ordered
  or names cannot be told from their values.
- Text is yes or no where there are two different ones, and else categories.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from elbowroom.data.columns import KINDS, Column, KindName, Value, listed
from elbowroom.data.source import Request
from elbowroom.errors import ConfigError, DataError, did_you_mean

MOST_TEXTS = 20
"""Different texts that always count as categories; beyond, they must repeat 20 times on average."""

MOST_VALUES = 1000
"""Categories that a column can have at most, whoever says so."""


@dataclass(frozen=True)
class Declared:
    """What a frame itself says of a column: its categories, and whether they are ordered."""

    values: tuple[Value, ...]
    ordered: bool


@dataclass(frozen=True)
class Asked:
    """What a person said of a column: its kind, and the order of its values as text."""

    kind: KindName
    order: tuple[str, ...] = ()


def learn(
    table: Mapping[str, np.ndarray],
    wanted: Sequence[str],
    request: Request,
    declared: Mapping[str, Declared],
    name: str,
    locate: Callable[[int, str], str],
) -> tuple[Column, ...] | None:
    """Tell what each column holds.

    Args:
        table: Columns (N,) by name.
        wanted: The columns to tell.
        request: What a person said.
        declared: What the frame says.
        name: What to call the data in messages.
        locate: Names a row and a column, for messages.

    Returns:
        The columns; None where all values are of one kind.

    Raises:
        ConfigError: A column is unknown, or said to be of two kinds.
        DataError: A column cannot be what it was said to be, or is of no use as it is.
    """
    asked = asked_of(request, wanted, name)
    kinds = {table[column].dtype.kind for column in wanted}
    said = asked or any(column in declared for column in wanted)
    if not said and (kinds == {"b"} or all(_is_numeric(table[column]) for column in wanted)):
        return None
    return tuple(
        _column(column, table[column], asked.get(column), declared.get(column), name, locate)
        for column in wanted
    )


def asked_of(request: Request, wanted: Sequence[str], name: str) -> dict[str, Asked]:
    """Return what a person said of the columns.

    Raises:
        ConfigError: A column is unknown, or named for two kinds.
    """
    asked: dict[str, Asked] = {}
    for kind in KINDS:
        for entry in getattr(request, kind) or ():
            column, _, order = (entry, "", "") if entry in wanted else entry.partition("=")
            if column not in wanted:
                raise ConfigError(
                    f"{kind} names {column!r}, but {name!r} has no such column among those that "
                    f"are used.{did_you_mean(column, wanted)} They are {listed(tuple(wanted), 20)}."
                )
            if column in asked:
                raise ConfigError(
                    f"{column!r} is named for both {asked[column].kind} and {kind}: say one."
                )
            asked[column] = Asked(kind, tuple(order.split(":")) if order else ())
    return asked


def _column(
    column: str, found: np.ndarray, asked: Asked | None, declared: Declared | None, name: str,
    locate: Callable[[int, str], str],
) -> Column:  # fmt: skip
    """Tell one column."""
    here = f"column {column!r} of {name!r}"
    if asked is not None and not KINDS[asked.kind].named:
        return Column(column, asked.kind)
    if declared is not None and (asked is None or not asked.order):
        kind: KindName = "ordinal" if declared.ordered else "categorical"
        return Column(column, asked.kind if asked else kind, declared.values)
    if asked is None and found.dtype.kind != "b" and _is_numeric(found):
        binary = found.dtype.kind in "iu" and set(np.unique(found).tolist()) == {0, 1}
        return Column(column, "binary", (0, 1)) if binary else Column(column, "real")
    values = _different(found, here)
    if values and all(isinstance(value, bool) for value in values) and not (asked and asked.order):
        return Column(column, asked.kind if asked else "binary", (False, True))
    if asked is None:
        _refuse_text(found, values, column, here, locate)
        return Column(column, "binary" if len(values) == 2 else "categorical", values)
    return _as_asked(column, values, asked, here)


def _as_asked(column: str, values: tuple[Value, ...], asked: Asked, here: str) -> Column:
    """Return a column of named values that a person asked for."""
    if len(values) > MOST_VALUES:
        raise DataError(
            f"{here} has {len(values):,} different values, too many for {asked.kind} (at most "
            f"{MOST_VALUES:,}): put rare ones together, or leave it out (--data.exclude {column})."
        )
    if asked.kind == "binary" and len(values) != 2:
        raise DataError(
            f"{here} is to be binary, but it has {len(values)} different values: "
            f"{listed(values)}. Name it for categorical or ordinal."
        )
    if len(values) < 2:
        raise DataError(_constant(here, values, column))
    if asked.order:
        values = _in_order(values, asked.order, here)
    elif asked.kind == "ordinal" and any(isinstance(value, str) for value in values):
        raise ConfigError(
            f"{here} holds text, whose order has to be said, smallest first: "
            f"--data.ordinal '{column}={':'.join(map(str, values[:6]))}' with the values in order."
        )
    return Column(column, asked.kind, values)


def _in_order(values: tuple[Value, ...], order: tuple[str, ...], here: str) -> tuple[Value, ...]:
    """Put the values found in the order that was said."""
    by_text: dict[str, Value] = {str(value): value for value in values}
    for text in by_text:
        if text not in order:
            raise ConfigError(
                f"{here} holds {text!r}, which the order {':'.join(order)} leaves out."
                + did_you_mean(text, order)
            )
    return tuple(by_text.get(text, text) for text in order)


def _refuse_text(
    found: np.ndarray, values: tuple[Value, ...], column: str, here: str,
    locate: Callable[[int, str], str],
) -> None:  # fmt: skip
    """Raise when text is no names of categories: numbers with a slip, free text, identifiers."""
    texts = [value for value in values if isinstance(value, str) and not is_number(value)]
    if len(texts) <= len(values) / 2:
        row = next(r for r, value in enumerate(found.tolist()) if value in texts)
        raise DataError(
            f"{here} has text where a number belongs: {str(found[row])[:60]!r} at "
            f"{locate(row, column)}. Mend the value; or say that it holds names: "
            f"--data.categorical {column}; or leave the column out: --data.exclude {column}."
        )
    if len(values) < 2:
        raise DataError(_constant(here, values, column))
    if len(values) > max(MOST_TEXTS, len(found) // MOST_TEXTS) or len(values) > MOST_VALUES:
        raise DataError(
            f"{here} has {len(values):,} different texts in {len(found):,} rows "
            f"({listed(values, 3)}): identifiers or free text, from which nothing can be learned. "
            f"Leave it out: exclude=({column!r},) (--data.exclude {column}). If these are "
            f"categories, say so: --data.categorical {column} (at most {MOST_VALUES:,})."
        )


def _constant(here: str, values: tuple[Value, ...], column: str) -> str:
    found = f"is always {values[0]!r}" if values else "has no values"
    return (
        f"{here} {found}: there is nothing to learn from it. Leave it out: "
        f"exclude=({column!r},) (--data.exclude {column})."
    )


def _different(found: np.ndarray, here: str) -> tuple[Value, ...]:
    """Return the different values of a column, numbers before text, each in order."""
    plain = found.tolist() if found.dtype.kind != "O" else [
        value.item() if isinstance(value, np.generic) else value for value in found
    ]  # fmt: skip
    held = [value for value in plain if value is not None and value == value]
    wrong = next((value for value in held if not isinstance(value, str | bool | int | float)), None)
    if wrong is not None:
        raise DataError(
            f"{here} holds objects of type {type(wrong).__name__} ({str(wrong)[:40]!r}). Wanted "
            "are numbers, truth values or text; convert it, or leave it out (--data.exclude)."
        )
    return tuple(sorted(set(held), key=lambda value: (isinstance(value, str), value)))


def _is_numeric(found: np.ndarray) -> bool:
    """Whether a column holds nothing but numbers, or texts of them, and gaps."""
    if found.dtype.kind in "biufmM":
        return True
    return all(
        value is None or (not isinstance(value, bool | np.bool_) and is_number(value))
        for value in found
    )


def is_number(value: Any) -> bool:
    """Whether a value reads as a number."""
    try:
        float(value)
    except (TypeError, ValueError):
        return False
    return True
