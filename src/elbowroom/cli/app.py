"""The command line application: every command of `elbowroom.commands`, with cyclopts."""

import inspect
import sys
from collections.abc import Callable, Mapping
from functools import cache
from typing import Annotated, Any

from cyclopts import App, Group, Parameter

from elbowroom import __version__
from elbowroom.cli.flags import Flag, flags
from elbowroom.commands import COMMANDS, Command
from elbowroom.parts import catalogue
from elbowroom.parts.signature import read_args

_SHORT = {"out": "-o", "config": "-c", "quiet": "-q", "count": "-n"}
_METAVARS: dict[Any, str] = {int: "N", int | None: "N", str: "TEXT", str | None: "TEXT"}
_JSON = Annotated[
    bool,
    Parameter("--json", negative=(), show_default=False, help="Print the result as JSON."),
]
_ABOUT = """Variational autoencoders with evidence you can trust.

Bring data, get a trained model, how good it is in nats with errors, and a report.

    elbowroom train digits --out runs/a
    elbowroom evaluate runs/a
    elbowroom report runs/a
"""


def make_app(show: Callable[[Any, bool], int]) -> App:
    """Return the application.

    Args:
        show: Called with what a command returns and whether JSON is wanted; returns the exit code.
    """
    app = App(
        name="elbowroom",
        help=_ABOUT,
        version=__version__,
        help_format="plaintext",
        result_action="return_value",
        suppress_keyboard_interrupt=False,
        print_error=False,
        exit_on_error=False,
        verbose=False,
    )
    app["--help"].group = app["--version"].group = Group("Help", sort_key=99)
    for name, command in COMMANDS.items():
        heading = _heading(command.__module__)
        app.command(_adapted(command, show), name=name.replace("_", "-"), group=heading)
    return app


@cache
def _heading(module_name: str) -> Group:
    """Return the heading of a module's commands in the help: the first line of its docstring."""
    module = sys.modules[module_name]
    words = (module.__doc__ or "Commands").split("\n")[0].rstrip(".")
    return Group(words, sort_key=getattr(module, "PLACE_IN_HELP", 50))


def settings_of(command: Command) -> list[Flag]:
    """Return the flags that a command's `**settings` or `**DEFINITION_settings` stands for."""
    for parameter in inspect.signature(command).parameters.values():
        if parameter.kind is inspect.Parameter.VAR_KEYWORD:
            definition = parameter.name.removesuffix("settings").rstrip("_")
            return flags(catalogue(), definition or None)
    return []


def _adapted(command: Command, show: Callable[[Any, bool], int]) -> Command:
    """Return the command as cyclopts shall see it: with all its flags, and showing its result."""
    settings = {flag.python_name: flag for flag in settings_of(command)}

    def run(*args: Any, json: bool = False, **options: Any) -> int:
        given = {
            settings[name].path if name in settings else name: _joined(value)
            for name, value in options.items()
            if name not in settings or value is not None
        }
        return show(command(*args, **given), json)

    words = read_args(inspect.cleandoc(command.__doc__ or ""))
    own = [_own(p, words) for p in inspect.signature(command).parameters.values()]
    titles = dict.fromkeys(flag.panel for flag in settings.values())
    panels = {title: Group(title, sort_key=rank) for rank, title in enumerate(titles)}
    parameters = [
        *(parameter for parameter in own if parameter is not None),
        inspect.Parameter("json", inspect.Parameter.KEYWORD_ONLY, default=False, annotation=_JSON),
        *(flag.parameter(panels[flag.panel]) for flag in settings.values()),
    ]
    run.__doc__ = _text(command)
    run.__signature__ = inspect.Signature(parameters)  # ty: ignore[missing-attribute]
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return run


def _own(parameter: inspect.Parameter, words: Mapping[str, str]) -> inspect.Parameter | None:
    """Return a command's own parameter; on the command line, what may be anything is text."""
    if parameter.kind is inspect.Parameter.VAR_KEYWORD:
        return None
    required = parameter.default is inspect.Parameter.empty
    is_any = parameter.annotation is Any
    hint: Any = (str if required else str | None) if is_any else parameter.annotation
    name = f"--{parameter.name.replace('_', '-')}"
    flag = parameter.kind is inspect.Parameter.KEYWORD_ONLY
    names = (name, *([_SHORT[parameter.name]] if parameter.name in _SHORT else [])) if flag else ()
    settings = Parameter(
        name=names or None,
        help=words.get(parameter.name),
        negative=(),
        show_default=parameter.default is not None and parameter.default is not False,
        metavar=_METAVARS.get(hint) if flag else None,
    )
    kept = flag or parameter.kind is inspect.Parameter.VAR_POSITIONAL
    kind = parameter.kind if kept else inspect.Parameter.POSITIONAL_ONLY
    return parameter.replace(annotation=Annotated[hint, settings], kind=kind)


def _text(command: Command) -> str:
    """Return a docstring up to `Args:`, each paragraph on one line; indented lines stay."""
    document = inspect.cleandoc(command.__doc__ or "").split("\nArgs:\n")[0].split("\n\n")
    paragraphs = (p if p.startswith(" ") else " ".join(p.split("\n")) for p in document)
    return "\n\n".join(paragraphs).split("\nReturns:")[0]


def _joined(value: Any) -> Any:
    """Return the text of a flag that took several values: `400 200` and `400,200` are the same."""
    return ",".join(value) if isinstance(value, tuple) else value
