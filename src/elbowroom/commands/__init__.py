"""The commands: each is a Python function and, by its signature, a command of the command line.

Every public function that a module of this folder defines is a command; nothing lists them. Its
parameters are its options, `**settings` stands for every option of the configuration, and
`**load_settings` for those of the function `load` alone. What it returns is shown by its `table()`
and, with `--json`, by its `to_dict()`. The first line of the module's docstring is the heading that
its commands stand under in the help, in the order of the modules' `PLACE_IN_HELP`.
"""

import inspect
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules
from typing import Any

Command = Callable[..., Any]


def _find() -> dict[str, Command]:
    names = (module.name for module in iter_modules(__path__) if module.name[0] != "_")
    modules = [import_module(f"{__name__}.{name}") for name in names]
    return {
        name: value
        for module in modules
        for name, value in vars(module).items()
        if inspect.isfunction(value)
        and value.__module__ == module.__name__
        and not name.startswith("_")
    }


COMMANDS: dict[str, Command] = _find()
"""Every command by name."""

# `elbowroom.data` is the folder of that name, not the command: such commands are found here only.
__all__ = [name for name in COMMANDS if find_spec(f"elbowroom.{name}") is None]


def __getattr__(name: str) -> Any:
    if name in COMMANDS:
        return COMMANDS[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
