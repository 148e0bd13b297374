"""Every metric of this folder by name: a file that defines one is found, nothing lists them."""

from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

from elbowroom.metrics.disentanglement.metric import Metric
from elbowroom.parts import kind_of

_NOT_METRICS = {"catalogue", "report", "references", "unsupervised_ranking"}


def _find() -> dict[str, type[Metric[Any]]]:
    folder = __name__.rpartition(".")[0]
    names = {module.name for module in iter_modules([str(Path(__file__).parent)])} - _NOT_METRICS
    modules = [import_module(f"{folder}.{name}") for name in sorted(names)]
    return {
        kind_of(value.__name__): value
        for module in modules
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, Metric)
        and value.__module__ == module.__name__
        and "protocol" in vars(value)
    }


METRICS: dict[str, type[Metric[Any]]] = _find()
"""Metrics by the name of their option."""
