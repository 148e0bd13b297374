"""A run's configuration: everything that is needed to do the run again."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from elbowroom.config.overrides import overlay
from elbowroom.config.reader import Reader
from elbowroom.config.tables import Table
from elbowroom.errors import ConfigError, RunError, did_you_mean
from elbowroom.files import write_whole
from elbowroom.parts import Catalogue, build, catalogue

VERSION = 1
"""Version of the format of `config.toml` that this package reads and writes."""

TABLES = ("data", "model", "objective", "training")
"""The top-level tables, in the order in which they are written."""


@dataclass(frozen=True)
class Config:
    """What to learn from, with which model, towards what, and how.

    A slot that is None ("auto") is chosen for the data; a run folder's `config.toml` has every
    choice written down.

    Example:
        >>> config = Config.from_dict({"model": {"latent": 4}})
        >>> config.model.latent, config.objective.kind
        (4, 'elbo')
        >>> config.with_overrides({"objective.beta": "4"}).objective.beta
        4.0
    """

    data: Any
    model: Any
    objective: Any
    training: Any
    trust: bool = field(default=False, repr=False, compare=False)
    parts: Catalogue = field(default_factory=catalogue, repr=False, compare=False)

    @property
    def version(self) -> int:
        """Version of the format."""
        return VERSION

    @classmethod
    def from_dict(
        cls, tree: Mapping[str, Any], *, trust: bool = False, parts: Catalogue | None = None
    ) -> "Config":
        """Check a configuration given as nested dictionaries; what is absent has its default.

        Args:
            tree: Tables by name; a slot is a kind or a table with a `kind`.
            trust: Whether a kind may be the import path of a person's own class
                ("package.module:Class"), which runs that code when the run is built.
            parts: The catalogue of parts, Elbowroom's own by default.

        Raises:
            ConfigError: If a key, kind or value is not known or not allowed.
            RunError: If it was written by a newer version of Elbowroom.
        """
        tables = {key: value for key, value in tree.items() if key != "version"}
        _check_version(tree.get("version", VERSION))
        parts = parts or catalogue()
        for key in tables:
            if key not in TABLES:
                raise ConfigError(_unknown_table(key, parts))
        reader = Reader(parts, trust)
        read = {name: reader.top(name, tables.get(name, _default(parts, name))) for name in TABLES}
        return cls(**read, trust=trust, parts=parts)

    @classmethod
    def from_toml(
        cls, path: str | Path, *, trust: bool = False, parts: Catalogue | None = None
    ) -> "Config":
        """Read a configuration from a TOML file, or from a run folder's `config.toml`.

        Raises:
            ConfigError: If there is no such file, or its content is not a valid configuration.
            RunError: If it was written by a newer version of Elbowroom.
        """
        return cls.from_dict(read_toml(path), trust=trust, parts=parts)

    def with_overrides(self, values: Mapping[str, Any]) -> "Config":
        """Return the configuration with other values at dotted paths.

        Args:
            values: Path -> value; text is read as the option's type asks ("400,400" for widths).
                Another kind for a slot drops the options of the kind before.

        Raises:
            ConfigError: If a path or a value is not known or not allowed.
        """
        tree = overlay(self.plain(), values, self.parts, trust=self.trust)
        return Config.from_dict(tree, trust=self.trust, parts=self.parts)

    def build(self, path: str, context: Mapping[str, Any]) -> Any:
        """Build the object that a slot describes, such as `build("model.likelihood", ...)`.

        Args:
            path: The slot.
            context: Values for the part's positional parameters, by name.

        Returns:
            The object; a list for a slot that holds several parts.

        Raises:
            ConfigError: If the slot is still "auto", or the part refuses its options.
        """
        spec: Any = self.plain()
        for step in path.split("."):
            spec = spec[step]
        if spec is None:
            raise ConfigError(f"{path} is 'auto': it must be chosen for the data before building")
        return build(path, spec, context, trust=self.trust, parts=self.parts)

    def options(self, section: str, definition: str) -> dict[str, Any]:
        """Return the settings of a section that one of its definitions takes as options.

        Example:
            >>> Config.from_dict({}).options("data", "split")["validation"]
            0.1
        """
        table = getattr(self, section)
        return {name: getattr(table, name) for name in self.parts.options_of(definition)}

    def plain(self) -> dict[str, Any]:
        """Return the configuration as nested dictionaries; "auto" is None."""
        return {name: getattr(self, name).plain() for name in TABLES}

    def to_dict(self) -> dict[str, Any]:
        """Return the configuration as TOML and JSON can hold it, in the order of the file."""
        tables = {name: _writable(getattr(self, name)) for name in TABLES}
        return {"version": VERSION, **tables}

    def to_toml(self) -> str:
        """Return the text of `config.toml`: the same configuration gives the same text."""
        import tomli_w

        return _heading() + tomli_w.dumps(self.to_dict())

    def write(self, path: str | Path) -> None:
        """Write the configuration as TOML, whole or not at all."""
        write_whole(Path(path), self.to_toml())


def read_toml(path: str | Path) -> dict[str, Any]:
    """Return the content of a TOML file, or of the `config.toml` in a folder.

    Raises:
        ConfigError: If there is no such file or it is not TOML.
    """
    path = Path(path)
    file = path / "config.toml" if path.is_dir() else path
    if not file.is_file():
        raise ConfigError(f"there is no configuration at '{file}'")
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"'{file}' is not a TOML file: {error}") from error


def _writable(value: Any, default: Any = None) -> Any:
    if isinstance(value, Table):
        fields = type(value).model_fields
        items = {name: (getattr(value, name), fields[name].default) for name in fields}
        # TOML has no null: "none" where it is a choice, nothing where it is the default.
        kept = {n: v for n, v in items.items() if v != (None, None)}
        return {name: _writable(*pair) for name, pair in kept.items()}
    if isinstance(value, tuple):
        return [_writable(item) for item in value]
    if value is None:
        return "none"
    return str(value) if isinstance(value, Path) else value


def _heading() -> str:
    return (
        f"# Written by elbowroom {_package_version()}. Everything that this run was made from;\n"
        "# to do it again: elbowroom train --config config.toml --out ANOTHER-FOLDER\n\n"
    )


def _package_version() -> str:
    try:
        return version("elbowroom")
    except PackageNotFoundError:
        return "(not installed)"


def _default(parts: Catalogue, name: str) -> Any:
    slot = parts.slots.get(name)
    return slot.default if slot else {}


def _check_version(found: Any) -> None:
    if not isinstance(found, int) or isinstance(found, bool) or found < 1:
        raise ConfigError(f"version is {found!r}; it must be a whole number, now {VERSION}.")
    if found > VERSION:
        raise RunError(
            f"this configuration has version {found}, and this Elbowroom reads up to {VERSION}. "
            "It was written by a newer one: pip install --upgrade elbowroom"
        )


def _unknown_table(key: str, parts: Catalogue) -> str:
    home = next((name for name in parts.sections if key in parts.options(name)), "")
    hint = did_you_mean(key, TABLES) or (f" '{key}' belongs in [{home}]." if home else "")
    return f"there is no table '{key}'; the tables are: {', '.join(TABLES)}.{hint}"
