"""The catalogue: every slot of a configuration and the parts that exist for it.

A part is a public class or function in one of the places below. Writing one is all there is to
adding it: the command line, the configuration and the tests read the same source.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, Literal

import annotated_types

from elbowroom.errors import ConfigError, did_you_mean
from elbowroom.parts.option_types import OptionType
from elbowroom.parts.signature import Context, Option, Signature, read_signature
from elbowroom.parts.source import (
    Definition,
    SourceFile,
    SourceTree,
    base_names,
    is_abstract,
    outside_file,
)


@dataclass(frozen=True)
class Slot:
    """A place in the configuration that a part fills.

    Args:
        name: Dotted path in the configuration.
        where: Files that hold its parts, a glob pattern inside the package.
        base: Class that its parts derive from; None where every public definition is a part.
        default: Kind that is used when nothing is asked for; None means chosen for the data.
        many: Whether it holds a list of parts.
        nested: Whether its parts only occur as the value of another part's option.
    """

    name: str
    where: str
    base: str | None = None
    default: str | None = None
    many: bool = False
    nested: bool = False


SLOTS = (
    Slot("data.preprocessing", "data/preprocessing/*.py", base="Transform", many=True),
    Slot("model.likelihood", "distributions/likelihoods/*.py", base="Likelihood"),
    Slot(
        "model.posterior",
        "distributions/posteriors/*.py",
        base="Posterior",
        default="diagonal-gaussian",
    ),
    Slot("model.prior", "models/priors/*.py", base="Prior", default="standard-normal"),
    Slot("model.structure", "models/structures/*.py", base="Structure", default="single-level"),
    Slot("model.network", "networks/*.py", base="Architecture"),
    Slot("objective", "objectives/recipes/*.py", default="elbo"),
    Slot("schedule", "objectives/schedules.py", base="Schedule", nested=True),
)


@dataclass(frozen=True)
class Section:
    """A table of plain options in the configuration.

    Args:
        name: Its key.
        where: Definitions whose options it holds, as "file.py:name".
        own: Options that belong to no definition.
    """

    name: str
    where: tuple[str, ...] = ()
    own: tuple[Option, ...] = ()


_SOURCE = Option(
    "source",
    OptionType(str),
    "digits",
    "What to learn from: the name of an embedded data set, or the path of a file or folder.",
)
_LATENT = Option(
    "latent",
    OptionType(Annotated[int, annotated_types.Gt(0)] | None),
    None,
    "Number of latent units; 8 when not given, or one less than a table has columns if that is "
    "fewer. The model leaves the ones it does not need unused.",
)

_CONDITION = Option(
    "condition",
    OptionType(Literal["none", "labels"]),
    "none",
    "What the model is told of each example beside its values: 'labels' makes it a model of "
    "examples given their class or, where labels are numbers with a decimal point, that quantity.",
)

SECTIONS = (
    Section("data", ("data/sources.py:load", "data/splits.py:split"), own=(_SOURCE,)),
    Section("model", own=(_LATENT, _CONDITION)),
    Section("training", ("training/settings.py:Training",)),
)


@dataclass(frozen=True, eq=False)
class Part:
    """A class or function that fills a slot, known from its source alone."""

    slot: str
    kind: str
    module: str
    name: str
    signature: Signature

    @property
    def summary(self) -> str:
        """What it is, in one line."""
        return self.signature.summary

    @property
    def options(self) -> dict[str, Option]:
        """Its options by name."""
        return self.signature.options

    @property
    def context(self) -> tuple[Context, ...]:
        """Its positional parameters, supplied by the builder."""
        return self.signature.context

    def load(self) -> Any:
        """Import the class or function. This is the first moment that its code runs."""
        return getattr(import_module(self.module), self.name)


@dataclass(frozen=True, eq=False)
class Catalogue:
    """All slots, sections and parts of a package.

    Args:
        tree: The package's source.
    """

    tree: SourceTree
    slots: dict[str, Slot] = field(default_factory=lambda: {slot.name: slot for slot in SLOTS})
    _found: dict[str, dict[str, Part]] = field(default_factory=dict, repr=False)

    @cached_property
    def families(self) -> dict[str, str]:
        """Base class name -> slot."""
        return {slot.base: slot.name for slot in self.slots.values() if slot.base}

    def parts(self, slot: str) -> dict[str, Part]:
        """Return a slot's parts by kind, in alphabetical order."""
        if slot not in self._found:
            parts = (self._part(slot, *found) for found in self._definitions(self.slots[slot]))
            self._found[slot] = {part.kind: part for part in sorted(parts, key=lambda p: p.kind)}
        return self._found[slot]

    def part(self, slot: str, kind: str, *, trust: bool = False, path: str | None = None) -> Part:
        """Return a part by its kind.

        Args:
            slot: The slot it shall fill.
            kind: Its kind, or the import path of a person's own class, "package.module:Class".
            trust: Whether import paths may be followed. Nothing is imported without it.
            path: Where it was named, for messages; the slot when not given.

        Raises:
            ConfigError: If there is no such part, or it is an import path and trust is not given.
        """
        if ":" in kind:
            return self._own(slot, kind, path or slot, trust=trust)
        parts = self.parts(slot)
        found = {_plain(name): part for name, part in parts.items()}.get(_plain(kind))
        if found is None:
            raise ConfigError(
                f"{path or slot}: there is no '{kind}'; choose one of {', '.join(parts)}."
                + did_you_mean(kind, parts)
            )
        return found

    @property
    def sections(self) -> tuple[str, ...]:
        """Names of the sections that hold plain options."""
        return tuple(section.name for section in SECTIONS)

    def slots_of(self, section: str) -> dict[str, Slot]:
        """Return the slots in a section by their key there."""
        prefix = f"{section}."
        held = self.slots.values()
        return {s.name.removeprefix(prefix): s for s in held if s.name.startswith(prefix)}

    def options(self, section: str) -> dict[str, Option]:
        """Return the options of a section by name."""
        entry = next(entry for entry in SECTIONS if entry.name == section)
        options = {option.name: option for option in entry.own}
        for place in entry.where:
            options |= self.options_of(place.split(":")[1])
        return options

    def options_of(self, definition: str) -> dict[str, Option]:
        """Return the options of a function or dataclass that a section is made from."""
        places = (place.split(":") for section in SECTIONS for place in section.where)
        path = next(path for path, name in places if name == definition)
        if not (self.tree.root / path).is_file():
            return {}
        found = self.tree.file(self.tree.root / path).find(definition)
        if found is None or not isinstance(found[1], Definition):
            raise ConfigError(f"{path} does not define '{definition}'")
        return read_signature(found[1], found[0], self.families).options

    def words(self, option: Option) -> str:
        """Return what an option takes, in words, with the kinds of part it may hold."""
        plain = option.type.words()
        if option.type.family is None:
            return plain
        kinds = f"one of {', '.join(self.parts(option.type.family))}"
        return f"{plain}, or {kinds}" if plain else kinds

    def _own(self, slot: str, kind: str, path: str, *, trust: bool) -> Part:
        if not trust:
            raise ConfigError(
                f"{path}: '{kind}' is code from outside Elbowroom, and using it would run that "
                "code. If you know where it comes from and trust it, pass --trust (in Python: "
                "trust=True)."
            )
        module, name = kind.split(":", 1)
        file = outside_file(module)
        node = file.definitions.get(name)
        if node is None:
            raise ConfigError(
                f"{path}: {file.path} defines no '{name}'." + did_you_mean(name, file.definitions)
            )
        return replace(self._part(slot, file, node), kind=kind)

    def _part(self, slot: str, file: SourceFile, node: Definition) -> Part:
        signature = read_signature(node, file, self.families)
        if "kind" in signature.options:
            raise ConfigError(
                f"{node.name} has an option 'kind', which in a configuration says which part is "
                "meant: call it another name, such as 'form'"
            )
        return Part(slot, kind_of(node.name), file.module, node.name, signature)

    def _definitions(self, slot: Slot) -> Iterator[tuple[SourceFile, Definition]]:
        files = self.tree.files(slot.where)
        every = [(file, node) for file in files for node in file.definitions.values()]
        family = None if slot.base is None else _descendants(slot.base, every)
        for file, node in every:
            private = node.name.startswith("_")
            if not private and not is_abstract(node) and (family is None or node.name in family):
                yield file, node


def kind_of(name: str) -> str:
    """Return the kind of a class or function: its name in kebab-case.

    >>> kind_of("DiagonalGaussian"), kind_of("beta_vae"), kind_of("MLP"), kind_of("ResNet")
    ('diagonal-gaussian', 'beta-vae', 'mlp', 'resnet')
    """
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])(?!Net\b)|(?<=[A-Z])(?=[A-Z][a-z])", "-", name)
    return spaced.replace("_", "-").lower()


@cache
def catalogue(root: Path = Path(__file__).parent.parent, name: str = "elbowroom") -> Catalogue:
    """Return the catalogue of a package, Elbowroom's own unless told otherwise.

    Args:
        root: The package's folder.
        name: The name it is imported by.
    """
    return Catalogue(SourceTree(root, name))


def _plain(kind: str) -> str:
    return re.sub(r"[-_]", "", kind).lower()


def _descendants(base: str, every: list[tuple[SourceFile, Definition]]) -> set[str]:
    bases = {node.name: base_names(node) for _, node in every}
    family: set[str] = set()
    while True:
        more = {name for name, above in bases.items() if {base, *family} & set(above)}
        if more == family:
            return family
        family = more
