"""Typed tables: one pydantic model for each part and each section, made from its signature.

A table forbids unknown keys and never converts: `epochs = "5"` and `epochs = true` are refused.
Which table a slot needs is decided by its `kind`, the tag of the union.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import NoneType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import (
    AllowInfNan,
    BaseModel,
    ConfigDict,
    StrictBool,
    StrictFloat,
    StrictInt,
    StrictStr,
    ValidationError,
    create_model,
)

from elbowroom.errors import ConfigError, did_you_mean
from elbowroom.parts import Catalogue, Option, OptionType, Part

_STRICT: dict[Any, Any] = {
    int: StrictInt,
    float: Annotated[StrictFloat, AllowInfNan(False)],
    bool: StrictBool,
    str: StrictStr,
    Path: Path,
    NoneType: None,
}


class Table(BaseModel):
    """A checked table of a configuration; its keys are attributes and cannot be changed."""

    model_config = ConfigDict(extra="forbid", frozen=True, protected_namespaces=())

    def plain(self) -> dict[str, Any]:
        """Return the table as nested dictionaries and tuples."""
        return {name: _plain(getattr(self, name)) for name in type(self).model_fields}


def _plain(value: Any) -> Any:
    if isinstance(value, Table):
        return value.plain()
    return tuple(map(_plain, value)) if isinstance(value, tuple) else value


@cache
def part_table(part: Part) -> type[Table]:
    """Return the model of a part's table: its kind and its options."""
    fields: dict[str, Any] = {"kind": (Literal[part.kind], part.kind)}
    fields |= {option.name: _field(option) for option in part.options.values()}
    return create_model(part.name, __base__=Table, **fields)


@cache
def section_table(parts: Catalogue, name: str) -> type[Table]:
    """Return the model of a section: its own options, then its slots; None is "auto"."""
    fields: dict[str, Any] = {o.name: _field(o) for o in parts.options(name).values()}
    for slot in parts.slots_of(name):
        fields[slot] = (Table | tuple[Table, ...] | None, None)
    return create_model(name.title(), __base__=Table, **fields)


def fill(
    table: type[Table], path: str, values: Mapping[str, Any], options: Mapping[str, Option],
    parts: Catalogue,
) -> Table:  # fmt: skip
    """Check values against a table.

    Raises:
        ConfigError: With a line for each value that is not accepted: where it is, what was
            found and what is allowed.
    """
    prepared = {
        name: _prepare(options[name].type, value) if name in options else value
        for name, value in values.items()
    }
    try:
        return table.model_validate(prepared)
    except ValidationError as error:
        wrong = dict.fromkeys(str(problem["loc"][0]) for problem in error.errors())
        lines = (_complaint(path, options[name], values[name], parts) for name in wrong)
        raise ConfigError("\n".join(lines)) from error


def _complaint(path: str, option: Option, found: Any, parts: Catalogue) -> str:
    choices = [str(choice) for choice in option.type.choices()]
    hint = did_you_mean(found, choices) if isinstance(found, str) else ""
    return f"{path}.{option.name} is {found!r}; it takes {parts.words(option)}.{hint}"


def _prepare(kind: OptionType, value: Any) -> Any:
    """Read the spellings that TOML leaves open: "none", and one number where several may stand."""
    if kind.optional and value in ("none", "auto") and value not in kind.choices():
        return None
    if kind.only_many and isinstance(value, int | float | str) and not isinstance(value, bool):
        return (value,)
    return value


def _field(option: Option) -> tuple[Any, Any]:
    members = [] if option.type.value is None else [_strict(option.type.value)]
    if option.type.family is not None:
        members.append(Table)
    return Union[tuple(members)], option.default  # noqa: UP007 - the members are not known here


def _strict(annotation: Any) -> Any:
    """Return a type that accepts what the plain one says and converts nothing."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return Annotated[(_strict(arguments[0]), *arguments[1:])]
    if origin is Literal:
        return annotation
    if origin is tuple:
        return tuple[tuple(a if a is ... else _strict(a) for a in arguments)]
    if arguments:
        return Union[tuple(_strict(argument) for argument in arguments)]  # noqa: UP007 - dynamic
    return _STRICT[annotation]
