"""A design from the words of a command line: what a study.toml says, with flags laid over it."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from elbowroom.config import Config
from elbowroom.config.config import TABLES, read_toml
from elbowroom.errors import ConfigError, did_you_mean
from elbowroom.study.design import FILE, Design
from elbowroom.study.method import flattened

_ASSIGNMENT = re.compile(r"(?P<method>[A-Za-z0-9.\-]+):(?P<path>[a-z][a-z0-9_.\-]*)=(?P<value>.*)")


def requested(
    tree: Mapping[str, Any],
    *,
    methods: Sequence[str] = (),
    strengths: Sequence[str] = (),
    fixed: Sequence[str] = (),
    seeds: int | None = None,
    measure: Mapping[str, Any] | None = None,
    settings: Mapping[str, Any] | None = None,
    trust: bool = False,
) -> Design:
    """Return the design that a file and flags ask for.

    Args:
        tree: The content of a study.toml or of a configuration; may be empty.
        methods: Names of methods, added to those of the file.
        strengths: 'NAME:SETTING=VALUE,VALUE,...', the setting that a method varies.
        fixed: 'NAME:SETTING=VALUE', settings of one method.
        seeds: Number of seeds.
        measure: Keys of [measure].
        settings: Dotted path -> value, for all methods.
        trust: Whether settings may name a person's own classes.

    Raises:
        ConfigError: If something is not known, not allowed or not written so.

    Example:
        >>> design = requested({}, methods=["beta-vae"], strengths=["beta-vae:objective.beta=2,4"])
        >>> list(design.variants)
        ['beta-vae-2', 'beta-vae-4']
    """
    content = dict(tree)
    tables: dict[str, dict[str, Any]] = {
        name: dict(table) for name, table in content.get("methods", {}).items()
    }
    for name in methods:
        tables.setdefault(name, {})
    for method, path, values in _assignments(fixed, "--fixed"):
        own = _of_method(tables, method, "--fixed")
        tables[method] = {k: v for k, v in own.items() if k != path} | {path: ",".join(values)}
    given: dict[str, list[Any]] = {}
    for method, path, values in _assignments(strengths, "--strengths"):
        own = _of_method(tables, method, "--strengths")
        if own.get("vary") not in (None, path):
            raise ConfigError(
                f"method {method} has two strengths, {own['vary']} and {path}: a method varies one "
                "setting; give the other to a method with a name of its own"
            )
        # Several flags add to each other, and take the place of what the file has.
        given[method] = [*given.get(method, ()), *map(_plain, values)]
        tables[method] = {**own, "vary": path, "values": given[method]}
    content["methods"] = tables
    if seeds is not None:
        content["seeds"] = seeds
    content["measure"] = {**content.get("measure", {}), **(measure or {})}
    return Design.from_dict(_with_settings(content, settings or {}, trust), trust=trust)


def start_from(given: Any) -> dict[str, Any]:
    """Return the content of a study.toml, a study's folder, a configuration or a run's folder.

    The seed of a run's configuration is left out: a study has seeds of its own.

    Raises:
        ConfigError: If there is no such file.
    """
    if given is None or isinstance(given, Mapping):
        tree = dict(given or {})
    elif isinstance(given, Config):
        tree = given.to_dict()
    else:
        path = Path(given)
        tree = read_toml(path / FILE if (path / FILE).is_file() else path)
    if "methods" not in tree and isinstance(tree.get("training"), Mapping):
        tree["training"] = {k: v for k, v in tree["training"].items() if k != "seed"}
    return tree


def _with_settings(
    content: Mapping[str, Any], settings: Mapping[str, Any], trust: bool
) -> dict[str, Any]:
    over = flattened(settings)
    if "training.seed" in over:
        raise ConfigError("a study has several seeds: give their number with --seeds")
    if not over:
        return dict(content)
    base = {name: content[name] for name in (*TABLES, "version") if name in content}
    laid = Config.from_dict(base, trust=trust).with_overrides(over).to_dict()
    laid["training"] = {name: v for name, v in laid["training"].items() if name != "seed"}
    return {**content, **laid}


def _assignments(listed: Sequence[str], flag: str) -> list[tuple[str, str, list[str]]]:
    """Read 'NAME:SETTING=VALUE,...'; several stand apart by spaces or commas."""
    words = re.split(r"[\s,]+", ",".join([listed] if isinstance(listed, str) else listed))
    found: list[tuple[str, str, list[str]]] = []
    for word in filter(None, words):
        start = _ASSIGNMENT.fullmatch(word)
        if start:
            found.append((start["method"], start["path"].replace("-", "_"), [start["value"]]))
        elif found:
            found[-1][2].append(word)
        else:
            example = "beta-vae:objective.beta=2,4,8"
            raise ConfigError(f"{flag} {word!r} is not of the form METHOD:SETTING=VALUE: {example}")
    for method, path, values in found:
        if "" in values:
            raise ConfigError(f"{flag} {method}:{path}= has no value after the equals sign")
    return found


def _of_method(tables: Mapping[str, dict[str, Any]], method: str, flag: str) -> dict[str, Any]:
    if method not in tables:
        raise ConfigError(
            f"{flag} speaks of '{method}', which is no method of this study: "
            f"{', '.join(tables) or 'there is none; give --methods'}."
            + did_you_mean(method, tables)
        )
    return tables[method]


def _plain(text: str) -> Any:
    """Return a value as TOML would hold it."""
    for read in (int, float):
        try:
            return read(text)
        except ValueError:
            continue
    return {"true": True, "false": False}.get(text, text)
