"""The options of a configuration as flags of the command line, made from the catalogue.

Every option becomes `--section.option` or `--section.slot.option`, every slot `--section.slot
KIND`; a slot's panel of the help lists its kinds with a line each. Values stay text here: the
configuration reads them, so that its messages are the same for a file and for a flag.
"""

import inspect
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Annotated, Any

from cyclopts import Group, Parameter

from elbowroom.parts import Catalogue, Option, OptionType, Part, Slot

_LONGEST = 24  # placeholders longer than this go into the text


@dataclass
class Flag:
    """One flag: a dotted path, what it does, and how its values are written."""

    path: str
    panel: str
    help: list[str]
    metavar: str = ""
    many: bool = False
    switch: bool = False

    @property
    def python_name(self) -> str:
        """The name under which cyclopts hands over the value."""
        return "setting__" + self.path.replace(".", "__").replace("-", "_")

    def takes(self, kind: OptionType) -> None:
        """Take the values of an option; options of the same name share one flag."""
        written = dict.fromkeys([*filter(None, [self.metavar]), kind.placeholder()])
        self.metavar = "|".join(written)
        self.many |= kind.many

    def _choices(self) -> list[str]:
        """Return the line that lists the choices where the column of names has no room."""
        words = self.metavar.replace("|", ", ")
        return [f"One of {words}."] if len(self.metavar) > _LONGEST else []

    def parameter(self, panel: Group) -> inspect.Parameter:
        """Return it as a parameter that cyclopts understands.

        Args:
            panel: Where it stands in the help.
        """
        value: Any = tuple[str, ...] if self.many else bool if self.switch else str
        settings = Parameter(
            name=f"--{self.path.replace('_', '-')}",
            group=panel,
            help="\n".join([*self.help, *self._choices()]),
            metavar=self.metavar if len(self.metavar) <= _LONGEST else "CHOICE",
            show_default=False,
            negative_iterable=(),
        )
        return inspect.Parameter(
            self.python_name,
            inspect.Parameter.KEYWORD_ONLY,
            default=None,
            annotation=Annotated[value | None, settings],
        )


def flags(parts: Catalogue, definition: str | None = None) -> list[Flag]:
    """Return the flags of a configuration.

    Args:
        parts: The catalogue.
        definition: Only the options of this function, without the section's name in front.
    """
    tree = _Flags(parts)
    if definition is not None:
        for option in parts.options_of(definition).values():
            tree.option(option.name, option, "Reading")
    else:
        for name in dict.fromkeys(("data", "model", "objective", *parts.sections)):
            tree.top(name)
    return list(tree.found.values())


@dataclass
class _Flags:
    parts: Catalogue
    found: dict[str, Flag] = field(default_factory=dict)

    def top(self, name: str) -> None:
        if name in self.parts.slots:
            self.slot(name, self.parts.slots[name])
            return
        for option in self.parts.options(name).values():
            self.option(f"{name}.{option.name}", option, name.capitalize())
        for key, slot in self.parts.slots_of(name).items():
            self.slot(f"{name}.{key}", slot)

    def slot(self, path: str, slot: Slot) -> None:
        kinds = self.parts.parts(slot.name).values()
        panel = ": ".join(path.split(".")).capitalize()
        empty = ["none: Nothing; the data reach the model as they are."] if slot.many else []
        default = f"(default: {slot.default or 'auto, chosen for the data'})"
        lines = [*_kind_lines(kinds), *empty, default]
        self.found[path] = Flag(path, panel, lines, "KIND,..." if slot.many else "KIND", slot.many)
        for part in kinds:
            prefix = f"{path}.{part.kind}" if slot.many else path
            self.members(prefix, part, panel)

    def members(self, prefix: str, part: Part, panel: str, above: tuple[str, ...] = ()) -> None:
        for option in part.options.values():
            self.option(f"{prefix}.{option.name}", option, panel, f"[{part.kind}] ", above)

    def option(
        self, path: str, option: Option, panel: str, label: str = "", above: tuple[str, ...] = ()
    ) -> None:
        """Add an option's flag; options of the same name share one, with a line for each kind."""
        kind = option.type
        family = self.parts.parts(kind.family).values() if kind.family else ()
        flag = self.found.setdefault(path, Flag(path, panel, [], switch=kind.switch))
        flag.takes(kind)
        flag.help += [f"{label}{option.help} (default: {_shown(option.default)})"]
        flag.help += _kind_lines(family)
        # A part may hold a part of its own family, and so on for ever: one level is shown.
        for part in family if kind.family not in above else ():
            self.members(path, part, panel, (*above, str(kind.family)))


def _kind_lines(kinds: Iterable[Part]) -> Iterator[str]:
    return (f"{part.kind}: {part.summary}" for part in kinds)


def _shown(value: Any) -> str:
    if isinstance(value, tuple):
        return ",".join(map(str, value)) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value is None else str(value)
