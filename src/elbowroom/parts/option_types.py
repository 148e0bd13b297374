"""The types that an option may have: read from source, put into words, parsed from text.

Supported: `int`, `float`, `bool`, `str`, `Path`, `Literal[...]`, `tuple[T, ...]`, `Sequence[T]`,
`T | None`, unions of these, `Annotated[T, Ge(0)]` with the bounds of `annotated_types`, and the
base class of a family of parts (`float | Schedule`: a number or one of the schedules).
"""

import ast
import types
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import annotated_types

from elbowroom.errors import ConfigError
from elbowroom.parts.source import Definition, SourceFile

_PLAIN: dict[str, Any] = {"int": int, "float": float, "bool": bool, "str": str, "Path": Path}
_BOUNDS = {
    "Gt": (annotated_types.Gt, "above"),
    "Ge": (annotated_types.Ge, "at least"),
    "Lt": (annotated_types.Lt, "below"),
    "Le": (annotated_types.Le, "at most"),
}
_WORDS = {
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    str: "text",
    Path: "a path",
}
_SWITCH = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


@dataclass(frozen=True)
class OptionType:
    """What an option accepts.

    Args:
        value: The plain type (a `typing` object), or None where only a part is accepted.
        family: The name of the slot whose parts are accepted as well, or None.
    """

    value: Any
    family: str | None = None

    @property
    def optional(self) -> bool:
        """Whether "none" is a value."""
        return type(None) in _members(self.value)

    @property
    def many(self) -> bool:
        """Whether it takes several values, separated by commas."""
        return any(get_origin(_bare(member)) is tuple for member in _members(self.value))

    @property
    def only_many(self) -> bool:
        """Whether a single value means a sequence of one."""
        return (
            all(
                member is type(None) or get_origin(_bare(member)) is tuple
                for member in _members(self.value)
            )
            and self.many
        )

    def choices(self) -> tuple[Any, ...]:
        """Return the values of its `Literal` members."""
        members = (_bare(member) for member in _members(self.value))
        return tuple(c for m in members if get_origin(m) is Literal for c in get_args(m))

    @property
    def switch(self) -> bool:
        """Whether it is a plain yes or no."""
        return self.value is bool

    def words(self) -> str:
        """Return what is accepted, in words.

        >>> OptionType(Annotated[int, annotated_types.Gt(0)] | None).words()
        'a whole number above 0, or none'
        """
        phrases = [_phrase(m) for m in _members(self.value) if m is not type(None)]
        return " or ".join(phrases) + (", or none" if self.optional else "")

    def placeholder(self) -> str:
        """Return the word that stands for a value in the help.

        >>> OptionType(tuple[int, ...] | None).placeholder()
        'N,N,...'
        """
        members = [_bare(member) for member in _members(self.value) if member is not type(None)]
        words = [_placeholder(member) for member in members] + ["KIND"] * bool(self.family)
        return "|".join(dict.fromkeys(words))

    def fits(self, text: str) -> bool:
        """Return whether a text can be read as one of the types."""
        try:
            self._read(text)
        except ValueError:
            return False
        return True

    def parse(self, text: str) -> Any:
        """Return the value that a person wrote as text, or the text where nothing fits.

        Bounds are not checked here.

        >>> OptionType(tuple[int, ...]).parse("400,200")
        (400, 200)
        """
        return self._read(text) if self.fits(text) else text

    def _read(self, text: str) -> Any:
        for reader in sorted((_reader(m) for m in _members(self.value)), key=lambda r: r.rank):
            try:
                return reader.read(text.strip())
            except (ValueError, KeyError):
                continue
        raise ValueError(text)


def read_type(node: ast.expr, where: SourceFile, families: dict[str, str]) -> OptionType:
    """Turn the source of an annotation into a type.

    Args:
        node: The annotation.
        where: The file it stands in, where its names are looked up.
        families: Base class name -> slot, for options that take a part.

    Raises:
        ConfigError: If the annotation is not one that an option may have.
    """
    members = [read_type_member(m, where, families) for m in _alternatives(node)]
    plain = [m for m in members if not isinstance(m, _Family)]
    family = next((m.slot for m in members if isinstance(m, _Family)), None)
    return OptionType(Union[tuple(plain)] if plain else None, family)  # noqa: UP007 - dynamic


@dataclass(frozen=True)
class _Family:
    slot: str


def read_type_member(node: ast.expr, where: SourceFile, families: dict[str, str]) -> Any:
    """Turn one member of a union into a `typing` object or the mark of a family of parts."""

    def read(inner: ast.expr) -> Any:
        return read_type(inner, where, families).value

    match node:
        case ast.Constant(value=None):
            return type(None)
        case ast.Constant(value=str() as quoted):
            return read(ast.parse(quoted, mode="eval").body)
        case ast.Name(id=name) if name in _PLAIN:
            return _PLAIN[name]
        case ast.Name(id=name) if name in families:
            return _Family(families[name])
        case ast.Name(id=name) if (meaning := where.find(name)) is not None:
            file, expression = meaning
            if not isinstance(expression, Definition):
                return read_type(expression, file, families).value
        case ast.Subscript(value=generic, slice=inner):
            return _read_generic(getattr(generic, "attr", getattr(generic, "id", "")), inner, read)
        case ast.Attribute():
            return read(ast.Name(id=node.attr))
    raise ConfigError(
        f"{where.path}:{getattr(node, 'lineno', 1)}: an option cannot have the type "
        f"'{ast.unparse(node)}'. Use int, float, bool, str, Path, Literal[...], tuple[T, ...], "
        "T | None, or make the parameter positional if it is context."
    )


def _read_generic(name: str, inner: ast.expr, read: Callable[[ast.expr], Any]) -> Any:
    """Turn `name[inner]` into a `typing` object."""
    items = inner.elts if isinstance(inner, ast.Tuple) else [inner]
    match name:
        case "Literal":
            return Literal[ast.literal_eval(inner)]
        case "Optional":
            return read(inner) | None
        case "Annotated":
            return Annotated[(read(items[0]), *map(_read_bound, items[1:]))]
        case "tuple" if not any(map(_is_ellipsis, items)):
            return tuple[tuple(map(read, items))]
        case "tuple" | "Sequence" | "list":
            return tuple[read(items[0]), ...]
    raise ConfigError(f"an option cannot have the type '{name}[{ast.unparse(inner)}]'")


def _read_bound(node: ast.expr) -> Any:
    match node:
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=[limit]) if (
            name in _BOUNDS
        ):
            return _BOUNDS[name][0](ast.literal_eval(limit))
    raise ConfigError(f"a bound must be Gt, Ge, Lt or Le of a number, not {ast.unparse(node)}")


def _alternatives(node: ast.expr) -> list[ast.expr]:
    match node:
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return [*_alternatives(left), *_alternatives(right)]
        case ast.Subscript(value=ast.Name(id="Union"), slice=ast.Tuple(elts=members)):
            return [leaf for member in members for leaf in _alternatives(member)]
    return [node]


def _is_ellipsis(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is ...


def _members(value: Any) -> tuple[Any, ...]:
    if value is None:
        return ()
    return get_args(value) if get_origin(value) in (Union, types.UnionType) else (value,)


def _bare(member: Any) -> Any:
    return get_args(member)[0] if get_origin(member) is Annotated else member


def _phrase(member: Any) -> str:
    if get_origin(member) is Annotated:
        bare, *bounds = get_args(member)
        return f"{_phrase(bare)} {' and '.join(map(_bound_words, bounds))}"
    if get_origin(member) is Literal:
        return "one of " + ", ".join(map(str, get_args(member)))
    if get_origin(member) is tuple:
        inner = [m for m in get_args(member) if m is not ...]
        plural = _phrase(inner[0]).removeprefix("a ").replace("number", "numbers")
        return f"{plural} separated by commas"
    return _WORDS[member]


def _placeholder(bare: Any) -> str:
    if get_origin(bare) is Literal:
        return "|".join(map(str, get_args(bare)))
    if get_origin(bare) is tuple:
        inner = _placeholder(_bare(get_args(bare)[0]))
        return f"{inner},{inner}" + (",..." if ... in get_args(bare) else "")
    return {int: "N", float: "NUMBER", bool: "YES|NO", str: "TEXT", Path: "PATH"}[bare]


def _bound_words(bound: Any) -> str:
    for name, (kind, words) in _BOUNDS.items():
        if isinstance(bound, kind):
            return f"{words} {getattr(bound, name.lower()):g}"
    return str(bound)


@dataclass(frozen=True)
class _Reader:
    rank: int
    read: Callable[[str], Any]


def _reader(member: Any) -> _Reader:
    """Return how to read a type from text; exact types come before those that take anything."""
    bare = _bare(member)
    if get_origin(bare) is Literal:
        return _Reader(1, lambda text: {str(value): value for value in get_args(bare)}[text])
    if get_origin(bare) is tuple:
        item = OptionType(get_args(bare)[0])
        return _Reader(5, lambda text: tuple(item._read(t) for t in text.split(",") if t.strip()))
    return {
        type(None): _Reader(2, lambda text: {"none": None, "auto": None}[text.lower()]),
        bool: _Reader(2, lambda text: _SWITCH[text.lower()]),
        int: _Reader(3, int),
        float: _Reader(4, float),
        Path: _Reader(6, Path),
        str: _Reader(7, str),
    }[bare]
