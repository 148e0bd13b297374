"""Values laid over a configuration: `model.latent = 20`, `objective.beta = "warmup"`.

A value may be text, as on the command line, and is then read as the option's type asks. Choosing
another kind for a slot drops the options of the old one; naming an option of a slot that nobody
has filled chooses the kind that has this option.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from elbowroom.errors import ConfigError
from elbowroom.parts import Catalogue, Option, Slot
from elbowroom.parts.building import is_part


def overlay(
    tree: Mapping[str, Any], values: Mapping[str, Any], parts: Catalogue, *, trust: bool = False
) -> dict[str, Any]:
    """Return a copy of a configuration with values laid over it.

    Args:
        tree: The configuration as nested dictionaries.
        values: Dotted path -> value. Shorter paths come first, so a kind is chosen before its
            options are set, in whatever order they were given.
        parts: The catalogue that says what the paths mean.
        trust: Whether a kind may be the import path of a person's own class.
    """
    over = _Overlay(parts, trust)
    result = dict(tree)
    for path, value in sorted(values.items(), key=lambda item: item[0].count(".")):
        head, *rest = path.replace("-", "_").split(".")
        result[head] = over.top(head, result.get(head), rest, value)
    return result


@dataclass(frozen=True)
class _Overlay:
    parts: Catalogue
    trust: bool

    def top(self, name: str, current: Any, rest: Sequence[str], value: Any) -> Any:
        if name in self.parts.slots:
            return self.slot(name, self.parts.slots[name], current, rest, value)
        if not rest:
            return {**(current or {}), **value} if isinstance(value, Mapping) else value
        key, *deeper = rest
        table = dict(current or {})
        slot = self.parts.slots.get(f"{name}.{key}")
        if slot is None:
            option = self.parts.options(name).get(key)
            table[key] = self.option(f"{name}.{key}", option, table.get(key), deeper, value)
        else:
            table[key] = self.slot(f"{name}.{key}", slot, table.get(key), deeper, value)
        return table

    def slot(self, path: str, slot: Slot, current: Any, rest: Sequence[str], value: Any) -> Any:
        if slot.many:
            return self.steps(path, slot, current, rest, value)
        if not rest or rest == ["kind"]:
            return self.chosen(slot, current, value)
        key, *deeper = rest
        table = _table(current) or {"kind": self.owner(path, slot, key, value)}
        part = self.parts.part(slot.name, table.get("kind", slot.default), trust=self.trust)
        option = part.options.get(key)
        table[key] = self.option(f"{path}.{key}", option, table.get(key), deeper, value)
        return table

    def steps(self, path: str, slot: Slot, current: Any, rest: Sequence[str], value: Any) -> Any:
        """Set a list of parts, or an option of the part of one kind in it."""
        if not rest:
            return [s.strip() for s in value.split(",")] if isinstance(value, str) else value
        kind, *deeper = rest
        wanted = self.parts.part(slot.name, kind, trust=self.trust).kind
        steps = [_table(step) or {} for step in current or ()]
        if wanted not in [step["kind"] for step in steps]:
            raise ConfigError(f"{path} has no step '{wanted}' to set {'.'.join(deeper)} of.")
        one = Slot(slot.name, slot.where, slot.base)
        return [
            self.slot(path, one, step, deeper, value) if step["kind"] == wanted else step
            for step in steps
        ]

    def option(
        self, path: str, option: Option | None, current: Any, rest: Sequence[str], value: Any
    ) -> Any:
        if option is None:
            return value  # not an option: the reader says so, with the nearest name
        family = option.type.family
        if rest and family:
            inner = _table(current) if is_part(option, current) else None
            return self.slot(path, self.parts.slots[family], inner, rest, value)
        if rest:
            raise ConfigError(f"{path} is a plain value; it has no option '{'.'.join(rest)}'.")
        read = option.type.parse(value) if isinstance(value, str) else value
        chosen = family and isinstance(read, str | Mapping)
        return self.chosen(self.parts.slots[family], current, read) if chosen else read

    def chosen(self, slot: Slot, current: Any, value: Any) -> Any:
        """Return a slot's table after a kind or a table was given for it."""
        before = _table(current)
        if value is None or value == "auto":
            return None
        given = _table(value) or {}
        if before is None or "kind" not in given:
            return {**(before or {}), **given}
        kinds = [self.parts.part(slot.name, t["kind"], trust=self.trust) for t in (before, given)]
        same = kinds[0].kind == kinds[1].kind
        return {**before, **given} if same else given

    def owner(self, path: str, slot: Slot, key: str, value: Any) -> str:
        """Return the kind that an option belongs to, where nobody has said the kind."""
        parts = self.parts.parts(slot.name).items()
        having = {kind: part.options[key].type for kind, part in parts if key in part.options}
        fitting = [kind for kind, type_ in having.items() if type_.fits(str(value))]
        owners = fitting or list(having)
        if slot.default in owners or not owners:
            return slot.default or next(iter(self.parts.parts(slot.name)), "")
        if len(owners) > 1:
            flag = path.replace("_", "-")
            raise ConfigError(
                f"{path}.{key} is an option of {', '.join(owners)}: say which one, "
                f"for example --{flag} {owners[0]} --{flag}.{key} ..."
            )
        return owners[0]


def _table(value: Any) -> dict[str, Any] | None:
    if isinstance(value, str):
        return {"kind": value}
    return dict(value) if isinstance(value, Mapping) else None
