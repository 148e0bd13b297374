"""Elbowroom: variational autoencoders with evidence you can trust.

A VAE is an encoder, a decoder and a prior; an objective is a sum of costs; a likelihood is a
distribution. Names are looked up in the folders on first use, so that importing the package is
instant and the command line's help needs no torch.
"""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

__version__ = "0.1.0"

_FOLDERS = (
    "commands",
    "config",
    "data",
    "distributions",
    "networks",
    "models",
    "objectives",
    "evidence",
    "metrics",
    "training",
    "run",
    "explore",
)


def __getattr__(name: str) -> Any:
    if name.startswith("_"):
        raise AttributeError(name)
    if find_spec(f"{__name__}.{name}"):
        return import_module(f"{__name__}.{name}")
    for folder in _FOLDERS:
        module = import_module(f"elbowroom.{folder}")
        if name in module.__all__:
            return getattr(module, name)
    raise AttributeError(f"module 'elbowroom' has no attribute {name!r}")


def __dir__() -> list[str]:
    names = {name for folder in _FOLDERS for name in import_module(f"elbowroom.{folder}").__all__}
    return sorted(names | {"__version__"})
