"""The pictures of a run: each file of this folder draws one, under its own name.

A picture is a function of the material of a report. Its keyword-only parameters are its options,
the first line of its docstring says what it shows. Nothing lists them: a new file is a new picture,
of the command, in Python and under the tests.
"""

import inspect
from collections.abc import Callable
from importlib import import_module
from pkgutil import iter_modules
from typing import TypeAlias

from elbowroom.report.plate import MovingPlate, Plate

Draw: TypeAlias = Callable[..., Plate]

PICTURES: dict[str, Draw] = {
    module.name.replace("_", "-"): getattr(import_module(f"{__name__}.{module.name}"), module.name)
    for module in iter_modules(__path__)
}
"""Every picture by name."""


def options_of(draw: Draw) -> tuple[str, ...]:
    """Return the names of a picture's options."""
    parameters = inspect.signature(draw).parameters.values()
    return tuple(p.name for p in parameters if p.kind is p.KEYWORD_ONLY)


def line_of(draw: Draw) -> str:
    """Return what a picture shows, in one line."""
    return (inspect.getdoc(draw) or "").split("\n")[0]


def moves(draw: Draw) -> bool:
    """Tell whether a picture can move: whether it returns a `MovingPlate`."""
    return inspect.signature(draw).return_annotation is MovingPlate


__all__ = ["PICTURES", "Draw", "line_of", "moves", "options_of"]
