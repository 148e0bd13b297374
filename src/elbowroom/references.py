"""The papers behind a configuration, each with the condition under which it is one of them.

`references.toml` holds them: which kind in which slot makes a paper apply, and its BibTeX.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

Plain = Mapping[str, Any]


@dataclass(frozen=True)
class Reference:
    """A paper.

    Attributes:
        key: Its key in BibTeX.
        short: How it is cited in a sentence.
        purpose: What of it is used.
        bibtex: Its entry.
        when: Slot -> kinds that make it apply; any of them is enough.
        unless: Slot -> kinds that keep it from applying; without `when` it applies otherwise.
        changed: Option -> kind of its part; it makes the paper apply by not being, or ending at, 1.
    """

    key: str
    short: str
    purpose: str
    bibtex: str
    when: Mapping[str, list[str]] = field(default_factory=dict)
    unless: Mapping[str, list[str]] = field(default_factory=dict)
    changed: Mapping[str, str] = field(default_factory=dict)

    def applies(self, config: Plain) -> bool:
        """Tell whether a configuration, given as nested dictionaries, uses what the paper says."""
        if any(_kind(config, slot) in kinds for slot, kinds in self.unless.items()):
            return False
        if any(_kind(config, slot) in kinds for slot, kinds in self.when.items()):
            return True
        if any(_changed(config, option, kind) for option, kind in self.changed.items()):
            return True
        return not self.when and not self.changed


@cache
def references() -> dict[str, Reference]:
    """Return all papers by their keys."""
    text = Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")
    return {key: Reference(key, **entry) for key, entry in tomllib.loads(text).items()}


def references_of(config: Plain) -> list[Reference]:
    """Return the papers behind a configuration, given as nested dictionaries.

    Example:
        >>> plain = {"model": {"posterior": {"kind": "diagonal-gaussian"}, "likelihood": None},
        ...          "objective": {"kind": "elbo", "beta": 4.0}}
        >>> [paper.short for paper in references_of(plain)][-2:]
        ['Vehtari et al. (2024)', 'Higgins et al. (2017)']
    """
    return [reference for reference in references().values() if reference.applies(config)]


def _kind(config: Plain, slot: str) -> Any:
    found = _at(config, slot)
    return found.get("kind") if isinstance(found, Mapping) else found


def _at(config: Any, path: str) -> Any:
    for step in path.split("."):
        config = config.get(step) if isinstance(config, Mapping) else None
    return config


def _changed(config: Plain, option: str, kind: str) -> bool:
    value = _at(config, option)
    final = value.get("end", 1.0) if isinstance(value, Mapping) else value
    return _kind(config, option.rpartition(".")[0]) == kind and final not in (None, 1, 1.0)
