"""Options read from the source of a class, a function or a dataclass.

Keyword-only parameters (and the fields of a dataclass) are options: each has a type, a default
and a line under `Args:`. Positional parameters are context, which the builder supplies.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from docstring_parser import google

from elbowroom.errors import ConfigError
from elbowroom.parts.option_types import OptionType, read_type
from elbowroom.parts.source import Definition, SourceFile, base_names, decorator_names


@dataclass(frozen=True)
class Option:
    """One thing that a person may set: a name, what it takes, its default and its help."""

    name: str
    type: OptionType
    default: Any
    help: str

    @property
    def flag(self) -> str:
        """The name as the command line spells it.

        >>> Option("batch_size", OptionType(int), 128, "").flag
        'batch-size'
        """
        return self.name.replace("_", "-")


@dataclass(frozen=True)
class Context:
    """A positional parameter: supplied by name when building, never by a person."""

    name: str
    required: bool


@dataclass(frozen=True)
class Signature:
    """What a class or function says about itself: its first line, options and context."""

    summary: str
    options: dict[str, Option]
    context: tuple[Context, ...]


@dataclass(frozen=True)
class _Parameter:
    name: str
    annotation: ast.expr | None
    default: ast.expr | None
    where: SourceFile
    line: int
    option: bool


def read_signature(node: Definition, where: SourceFile, families: dict[str, str]) -> Signature:
    """Read the options and the context of a definition.

    Args:
        node: The class or function.
        where: The file that defines it.
        families: Base class name -> slot, for options that take a part.

    Raises:
        ConfigError: If an option has no type, no default, or a type that options cannot have.
    """
    documents = list(_documents(node, where))
    helps = {name: words for text in reversed(documents) for name, words in read_args(text).items()}
    options: dict[str, Option] = {}
    context: list[Context] = []
    for parameter in _parameters(node, where):
        if parameter.option:
            option = _option(parameter, families)
            options[option.name] = replace(option, help=helps.get(option.name, ""))
        else:
            context.append(Context(parameter.name, required=parameter.default is None))
    first = ast.get_docstring(node) or ""
    return Signature(_first_sentence(first), options, tuple(context))


def _option(parameter: _Parameter, families: dict[str, str]) -> Option:
    place = f"{parameter.where.path}:{parameter.line}: the option '{parameter.name}'"
    if parameter.annotation is None:
        raise ConfigError(f"{place} has no type annotation")
    if parameter.default is None:
        raise ConfigError(f"{place} has no default")
    kind = read_type(parameter.annotation, parameter.where, families)
    return Option(parameter.name, kind, _literal(parameter.default, parameter.where, place), "")


def _literal(node: ast.expr, where: SourceFile, place: str) -> Any:
    if isinstance(node, ast.Name) and (meaning := where.find(node.id)) is not None:
        file, value = meaning
        if not isinstance(value, Definition):
            return _literal(value, file, place)
    try:
        return ast.literal_eval(node)
    except ValueError as error:
        raise ConfigError(
            f"{place} has the default '{ast.unparse(node)}'; it must be a plain value, "
            "such as 0.5, 'auto', None or (1, 2)"
        ) from error


def _parameters(node: Definition, where: SourceFile) -> Iterator[_Parameter]:
    if isinstance(node, ast.FunctionDef):
        yield from _function_parameters(node, where)
    elif "dataclass" in decorator_names(node):
        yield from _fields(node, where)
    elif (init := _method(node, "__init__")) is not None:
        parameters = list(_function_parameters(init, where))
        yield from parameters[1:]  # without self
    else:
        for base, file in _bases(node, where):
            yield from _parameters(base, file)
            return


def _function_parameters(node: ast.FunctionDef, where: SourceFile) -> Iterator[_Parameter]:
    positional = [*node.args.posonlyargs, *node.args.args]
    missing: list[ast.expr | None] = [None] * (len(positional) - len(node.args.defaults))
    for arg, default in zip(positional, [*missing, *node.args.defaults], strict=True):
        yield _Parameter(arg.arg, arg.annotation, default, where, arg.lineno, option=False)
    for arg, default in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True):
        yield _Parameter(arg.arg, arg.annotation, default, where, arg.lineno, option=True)


def _fields(node: ast.ClassDef, where: SourceFile) -> Iterator[_Parameter]:
    for base, file in _bases(node, where):
        yield from _fields(base, file)
    for item in node.body:
        match item:
            case ast.AnnAssign(target=ast.Name(id=name), annotation=kind, value=default) if (
                "ClassVar" not in ast.unparse(kind)
            ):
                required = default is None
                yield _Parameter(name, kind, default, where, item.lineno, option=not required)


def _bases(node: ast.ClassDef, where: SourceFile) -> Iterator[tuple[ast.ClassDef, SourceFile]]:
    for name in base_names(node):
        meaning = where.find(name)
        if meaning is not None and isinstance(meaning[1], ast.ClassDef):
            yield meaning[1], meaning[0]


def _method(node: ast.ClassDef, name: str) -> ast.FunctionDef | None:
    methods = (item for item in node.body if isinstance(item, ast.FunctionDef))
    return next((method for method in methods if method.name == name), None)


def _documents(node: Definition, where: SourceFile) -> Iterator[str]:
    """Yield the docstrings that may describe the options, the nearest first."""
    yield ast.get_docstring(node) or ""
    if isinstance(node, ast.ClassDef):
        if (init := _method(node, "__init__")) is not None:
            yield ast.get_docstring(init) or ""
        for base, file in _bases(node, where):
            yield from _documents(base, file)


def read_args(document: str) -> dict[str, str]:
    """Return the section `Args:` of a docstring: name -> words, line breaks removed."""
    if "Args:" not in document:
        return {}
    found = google.parse(document).params
    return {param.arg_name: " ".join((param.description or "").split()) for param in found}


def _first_sentence(document: str) -> str:
    paragraph = document.strip().split("\n\n")[0]
    return " ".join(paragraph.split())
