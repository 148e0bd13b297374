"""From nested dictionaries to checked tables, slot by slot.

Each slot's `kind` chooses its table; every mistake is answered with where it is, what was found,
what is allowed and the nearest known word.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from elbowroom.config.tables import Table, fill, part_table, section_table
from elbowroom.errors import ConfigError, did_you_mean
from elbowroom.parts import Catalogue, Option, Slot
from elbowroom.parts.building import as_table, is_part, unknown_option


@dataclass(frozen=True)
class Reader:
    """Checks tables against a catalogue.

    Args:
        parts: The parts that exist.
        trust: Whether a kind may be the import path of a person's own class.
    """

    parts: Catalogue
    trust: bool = False

    def top(self, name: str, raw: Any) -> Table:
        """Check a top-level table: a slot or a section."""
        if name in self.parts.slots:
            return self.slot(name, self.parts.slots[name], raw)
        return self.section(name, {} if raw is None else raw)

    def section(self, name: str, raw: Any) -> Table:
        """Check a section: its own options and the slots in it."""
        values = _mapping(name, raw)
        options = self.parts.options(name)
        slots = self.parts.slots_of(name)
        for key in values:
            if key not in options and key not in slots:
                raise ConfigError(self._unknown_key(name, key, [*options, *slots]))
        held = {key: self._held(f"{name}.{key}", slot, values) for key, slot in slots.items()}
        table = section_table(self.parts, name)
        return fill(table, name, {**values, **held}, options, self.parts)

    def slot(self, path: str, slot: Slot, raw: Any) -> Table:
        """Check the specification of one part."""
        if not isinstance(raw, str | Mapping):
            kinds = ", ".join(self.parts.parts(slot.name))
            raise ConfigError(f"{path} is {raw!r}; it takes one of {kinds}, or a table.")
        values = as_table(raw)
        kind = values.pop("kind", slot.default)
        if not isinstance(kind, str):
            kinds = ", ".join(self.parts.parts(slot.name))
            raise ConfigError(f"{path} does not say which kind: add kind = one of {kinds}.")
        part = self.parts.part(slot.name, kind, trust=self.trust, path=path)
        for key in values:
            if key not in part.options:
                raise ConfigError(unknown_option(path, part, key, self.parts))
        checked = {
            key: self._option(f"{path}.{key}", part.options[key], value)
            for key, value in values.items()
        }
        return fill(part_table(part), path, checked, part.options, self.parts)

    def _held(self, path: str, slot: Slot, values: Mapping[str, Any]) -> Any:
        raw = values.get(path.rpartition(".")[2])
        raw = slot.default if raw is None or raw == "auto" else raw
        if raw is None:
            return None
        if not slot.many:
            return self.slot(path, slot, raw)
        steps = [raw] if isinstance(raw, str | Mapping) else raw
        steps = () if list(steps) == ["none"] else steps
        return tuple(self.slot(f"{path}[{i}]", slot, step) for i, step in enumerate(steps))

    def _option(self, path: str, option: Option, value: Any) -> Any:
        if option.type.family is None or not is_part(option, value):
            return value
        return self.slot(path, self.parts.slots[option.type.family], value)

    def _unknown_key(self, section: str, key: str, known: list[str]) -> str:
        near = did_you_mean(key, known)
        home = next((name for name in self.parts.sections if key in self.parts.options(name)), "")
        hint = near or (f" It belongs in [{home}]." if home else "")
        return f"[{section}] has no key '{key}'; its keys are: {', '.join(known)}.{hint}"


def _mapping(path: str, raw: Any) -> Mapping[str, Any]:
    if not isinstance(raw, Mapping):
        raise ConfigError(f"{path} is {raw!r}; it must be a table, [{path}].")
    return raw
