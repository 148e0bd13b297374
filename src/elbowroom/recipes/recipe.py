"""A recipe, and the list of them."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from elbowroom.config import Config
from elbowroom.errors import ConfigError, did_you_mean
from elbowroom.references import Reference, references

if TYPE_CHECKING:
    from rich.console import Group
    from rich.table import Table

_LIKE_MNIST = {"dataset_size": 60_000, "event_shape": (1, 28, 28), "span": 1.0}
"""What an expression is printed for, where it depends on the data."""


@dataclass(frozen=True)
class Recipe:
    """A published method as settings.

    Attributes:
        name: What it is called on the command line.
        title: What it is, in a line.
        papers: Where it was published.
        settings: Tables of a configuration: model, objective, training, data.
        note: How it differs from the paper, or what to know before using it.
    """

    name: str
    title: str
    papers: tuple[Reference, ...]
    settings: Mapping[str, Any]
    note: str = ""

    @property
    def overrides(self) -> dict[str, Any]:
        """The settings as dotted paths, as they are laid over a configuration."""
        whole = {"objective": self.settings["objective"]} if "objective" in self.settings else {}
        sections = {name: table for name, table in self.settings.items() if name not in whole}
        return whole | {
            f"{name}.{key}": value
            for name, table in sections.items()
            for key, value in table.items()
        }

    def config(self) -> Config:
        """Return the configuration with these settings and defaults for the rest."""
        return Config.from_dict({}).with_overrides(self.overrides)

    def expression(self) -> str:
        """Return the objective as an expression, for 60,000 images where that matters."""
        return repr(self.config().build("objective", _LIKE_MNIST))

    def parts(self) -> str:
        """Return the kinds of the other parts that it names, in words."""
        slots = self.settings.get("model", {}).items()
        kinds = {
            slot: value["kind"] if isinstance(value, Mapping) else value for slot, value in slots
        }
        return ", ".join(f"{slot} {kind}" for slot, kind in kinds.items())

    def to_toml(self) -> str:
        """Return the settings as a part of `config.toml`."""
        import tomli_w

        return tomli_w.dumps(dict(self.settings)).strip()

    def table(self) -> "Group":
        """Return everything to know about it, for the terminal."""
        from rich.console import Group
        from rich.text import Text

        words = [f"{self.name}: {self.title}", f"objective = {self.expression()}", self.note]
        copied = [self.to_toml(), *(paper.bibtex for paper in self.papers)]
        return Group(
            *(Text(f"{block}\n") for block in words if block),
            *(Text(f"{block}\n") for block in copied),
            Text(f"elbowroom train DATA --recipe {self.name}"),
        )

    def to_dict(self) -> dict[str, Any]:
        """Return everything to know about it, for JSON."""
        return {
            "name": self.name,
            "title": self.title,
            "expression": self.expression(),
            "note": self.note,
            "settings": dict(self.settings),
            "papers": [paper.bibtex for paper in self.papers],
        }


@dataclass(frozen=True)
class Recipes:
    """All recipes."""

    by_name: Mapping[str, Recipe]

    def table(self) -> "Table":
        """Return their names, what they are and where they are from."""
        from rich.markup import escape
        from rich.table import Table

        table = Table(caption="more: elbowroom recipes NAME")
        table.add_column("recipe", no_wrap=True)
        table.add_column("what it is")
        table.add_column("paper")
        for recipe in self.by_name.values():
            table.add_row(*map(escape, (recipe.name, recipe.title, recipe.papers[0].short)))
        return table

    def markdown(self) -> str:
        """Return the page of the documentation."""
        rows = [
            f"| `{recipe.name}` | {recipe.title} | {recipe.papers[0].short} "
            f"| `{recipe.expression()}` | {recipe.parts()} |"
            for recipe in self.by_name.values()
        ]
        return "\n".join(
            [
                "# Published methods by name",
                "",
                "`elbowroom train DATA --recipe NAME` trains one, `elbowroom recipes NAME` shows",
                "its settings and BibTeX. Each is an expression over costs and a choice of parts.",
                "Made by `make docs`; not edited by hand.",
                "",
                "| recipe | what it is | paper | objective | other parts |",
                "| --- | --- | --- | --- | --- |",
                *rows,
                "",
            ]
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the titles by name, for JSON."""
        return {name: recipe.title for name, recipe in self.by_name.items()}


@cache
def recipes() -> dict[str, Recipe]:
    """Return all recipes by name."""
    files = sorted(Path(__file__).parent.glob("*.toml"))
    return {file.stem: _read(file) for file in files}


def find_recipe(name: str) -> Recipe:
    """Return a recipe by its name.

    Raises:
        ConfigError: If there is none of that name.
    """
    known = recipes()
    if name not in known:
        raise ConfigError(
            f"there is no recipe '{name}'; choose one of {', '.join(known)}."
            + did_you_mean(name, known)
        )
    return known[name]


def _read(file: Path) -> Recipe:
    content = tomllib.loads(file.read_text(encoding="utf-8"))
    papers = tuple(references()[key] for key in content.pop("papers"))
    title, note = content.pop("title"), content.pop("note", "")
    return Recipe(file.stem, title, papers, content, note)
