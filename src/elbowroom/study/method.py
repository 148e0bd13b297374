"""A method of a study: settings laid over the base, and the one setting that varies."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from elbowroom.config import Config
from elbowroom.errors import ConfigError, did_you_mean
from elbowroom.parts import catalogue
from elbowroom.recipes import find_recipe, recipes
from elbowroom.study.point import variant_name

_SECTIONS = ("data", "model", "objective", "training")


@dataclass(frozen=True)
class Method:
    """A method.

    Attributes:
        name: What it is called in the table and in the names of folders.
        settings: Dotted path -> value, laid over the base.
        vary: The setting that is its strength, such as 'objective.beta'; None for none.
        values: The values that this takes.
    """

    name: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    vary: str | None = None
    values: tuple[Any, ...] = ()

    @classmethod
    def from_dict(cls, name: str, table: Mapping[str, Any]) -> "Method":
        """Read the table [methods.NAME] of a study.toml.

        Args:
            name: Its name; that of an objective or a recipe chooses this where the table does not.
            table: `recipe`, `vary` and `values`, and tables of settings.

        Raises:
            ConfigError: If a key or the name means nothing.
        """
        if not isinstance(table, Mapping):
            raise ConfigError(f"methods.{name} is {table!r}; it must be a table, [methods.{name}]")
        _check_name(name)
        own = dict(table)
        recipe, vary = own.pop("recipe", None), own.pop("vary", None)
        values = own.pop("values", None)
        for key in own:
            if key.partition(".")[0] not in _SECTIONS:
                known = ("recipe", "vary", "values", *_SECTIONS)
                raise ConfigError(
                    f"[methods.{name}] has no key '{key}'; its keys are: {', '.join(known)}."
                    + did_you_mean(key, known)
                )
        settings = flattened(own)
        begun = find_recipe(recipe).overrides if recipe else _meant_by(name, settings)
        return cls(name, {**begun, **settings}, vary, _values(name, vary, values))

    @property
    def variants(self) -> dict[str, Any]:
        """Strength by the name of method and strength; None for a method that varies nothing."""
        strengths = self.values or (None,)
        return {variant_name(self.name, strength): strength for strength in strengths}

    def config(self, base: Config, strength: Any, seed: int) -> Config:
        """Return the settings of a run.

        Raises:
            ConfigError: If a setting of the method is not known or not allowed.
        """
        varied = {} if self.vary is None else {self.vary: strength}
        try:
            chosen = base.with_overrides(dict(self.settings)).with_overrides(varied)
        except ConfigError as error:
            raise ConfigError(f"method {self.name}: {error}") from error
        return chosen.with_overrides({"training.seed": seed})

    def read_with(self, base: Config) -> "Method":
        """Return the method with texts read as their settings' types: '400,200' as two widths.

        Raises:
            ConfigError: If a setting is not known or not allowed.
        """
        strengths = self.values or (None,)
        configs = [self.config(base, strength, 0).to_dict() for strength in strengths]
        settings = {path: _as_read(configs[0], path, v) for path, v in self.settings.items()}
        vary = self.vary
        values = () if vary is None else tuple(
            _as_read(config, vary, value) for config, value in zip(configs, strengths, strict=True)
        )  # fmt: skip
        return replace(self, settings=settings, values=values)

    def to_dict(self) -> dict[str, Any]:
        """Return the table of a study.toml that gives this method again."""
        varied = {} if self.vary is None else {"vary": self.vary, "values": list(self.values)}
        return {**varied, **nested(self.settings)}


def flattened(table: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Return dotted paths for tables; a table with a `kind` is one part and stays whole.

    Example:
        >>> flattened({"model": {"latent": 4, "prior": {"kind": "vamp-prior"}}})
        {'model.latent': 4, 'model.prior': {'kind': 'vamp-prior'}}
    """
    paths: dict[str, Any] = {}
    for name, value in table.items():
        if isinstance(value, Mapping) and "kind" not in value:
            paths |= flattened(value, f"{prefix}{name}.")
        else:
            paths[f"{prefix}{name}"] = dict(value) if isinstance(value, Mapping) else value
    return paths


def nested(paths: Mapping[str, Any]) -> dict[str, Any]:
    """Return tables for dotted paths.

    Example:
        >>> nested({"objective": "beta-vae", "objective.beta": 4.0, "model.latent": 4})
        {'objective': {'kind': 'beta-vae', 'beta': 4.0}, 'model': {'latent': 4}}
    """
    tree: dict[str, Any] = {}
    for path, value in sorted(paths.items(), key=lambda item: item[0].count(".")):
        *parents, last = path.split(".")
        here = tree
        for step in parents:
            inside = here.get(step, {})
            here[step] = {"kind": inside} if isinstance(inside, str) else dict(inside)
            here = here[step]
        here[last] = list(value) if isinstance(value, tuple) else value
    return tree


def _meant_by(name: str, settings: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the settings that a method's name stands for."""
    objectives, published = catalogue().parts("objective"), recipes()
    if "objective" in settings or (settings and name not in {*objectives, *published}):
        return {}
    if name in objectives:
        return {"objective": name}
    if name in published:
        return published[name].overrides
    raise ConfigError(
        f"there is no method '{name}': it is the name of an objective or of a recipe, or one of "
        f"your own with settings (--fixed {name}:model.prior=vamp-prior, or a table "
        f"[methods.{name}] in study.toml).{did_you_mean(name, [*objectives, *published])} "
        f"Objectives: {', '.join(objectives)}. Recipes: elbowroom recipes"
    )


def _as_read(config: Mapping[str, Any], path: str, value: Any) -> Any:
    """Return what a configuration made of a value, where it is a plain one."""
    here: Any = config
    for step in path.replace("-", "_").split("."):
        here = here.get(step) if isinstance(here, Mapping) else None
    whole = here is None or isinstance(here, Mapping)
    return value if whole else tuple(here) if isinstance(here, list) else here


def _check_name(name: str) -> None:
    if not name or not all(c.isascii() and (c.isalnum() or c in "-.") for c in name):
        raise ConfigError(
            f"'{name}' cannot be the name of a method: it names folders, so use letters, digits, "
            "hyphens and points"
        )


def _values(name: str, vary: Any, values: Any) -> tuple[Any, ...]:
    if (vary is None) != (values is None):
        there, missing = ("values", "vary") if vary is None else ("vary", "values")
        raise ConfigError(
            f"[methods.{name}] has {there} but no {missing}: a strength is one setting, "
            'vary = "objective.beta", and what it takes, values = [2, 4, 8]'
        )
    if vary is None:
        return ()
    is_path = isinstance(vary, str) and vary.partition(".")[0] in _SECTIONS
    if not is_path or vary == "training.seed":
        raise ConfigError(
            f"[methods.{name}] varies {vary!r}; it must be the path of a setting, such as "
            "objective.beta or model.latent"
        )
    if not isinstance(values, list | tuple) or not values:
        raise ConfigError(f"[methods.{name}] has values = {values!r}; give a list, [2, 4, 8]")
    listed = tuple(tuple(v) if isinstance(v, list) else v for v in values)
    names = [variant_name(name, value) for value in listed]
    if len(set(names)) < len(names):
        twice = next(n for n in names if names.count(n) > 1)
        raise ConfigError(f"[methods.{name}] has a strength twice: both are called '{twice}'")
    return listed
