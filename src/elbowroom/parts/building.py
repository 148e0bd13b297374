"""From a specification to an object: the moment that a part's code is imported and run."""

from collections.abc import Mapping
from typing import Any

from elbowroom.errors import ConfigError, did_you_mean
from elbowroom.parts.catalogue import Catalogue, Part, catalogue
from elbowroom.parts.signature import Option


def build(
    slot: str,
    spec: Any,
    context: Mapping[str, Any],
    *,
    trust: bool = False,
    parts: Catalogue | None = None,
) -> Any:
    """Build the object that a specification describes.

    Args:
        slot: The slot it fills, such as "model.likelihood".
        spec: A kind ("bernoulli"), or a table with the key `kind` and the part's options; for a
            slot that holds several parts, a list of these.
        context: Values for positional parameters, by name: `event_shape`, `latent`, ...
        trust: Whether a kind may be the import path of a person's own class.
        parts: The catalogue to build from, Elbowroom's own by default.

    Returns:
        The object; for a slot that holds several parts, a list of objects.

    Raises:
        ConfigError: If there is no such part or option, or the part refuses a value.
    """
    parts = parts or catalogue()
    if parts.slots[slot].many:
        return [_build_one(slot, step, context, trust=trust, parts=parts) for step in spec]
    return _build_one(slot, spec, context, trust=trust, parts=parts)


def as_table(spec: Any) -> dict[str, Any]:
    """Return a specification as a table: a bare kind becomes `{"kind": kind}`.

    >>> as_table("bernoulli")
    {'kind': 'bernoulli'}
    """
    return {"kind": spec} if isinstance(spec, str) else dict(spec)


def _build_one(
    slot: str, spec: Any, context: Mapping[str, Any], *, trust: bool, parts: Catalogue
) -> Any:
    table = as_table(spec)
    part = parts.part(slot, table.pop("kind"), trust=trust)
    for name in sorted(table.keys() - part.options.keys()):
        raise ConfigError(unknown_option(slot, part, name, parts))
    options = {
        name: build(family, value, context, trust=trust, parts=parts)
        if (family := part.options[name].type.family) and is_part(part.options[name], value)
        else value
        for name, value in table.items()
    }
    positional = _positional(part, context)
    try:
        return part.load()(*positional, **options)
    except ConfigError as error:
        raise type(error)(f"{slot} ({part.kind}): {error}") from error


def is_part(option: Option, value: Any) -> bool:
    """Return whether an option's value is the specification of a part, not a plain value."""
    return option.type.family is not None and isinstance(value, str | Mapping)


def unknown_option(path: str, part: Part, name: str, parts: Catalogue) -> str:
    """Return the sentence for an option that a part does not have."""
    owners = [p.kind for p in parts.parts(part.slot).values() if name in p.options]
    if owners:
        return (
            f"{path}: '{name}' is an option of {', '.join(owners)}, not of {part.kind}. "
            f"Choose that kind, or leave the option out."
        )
    known = ", ".join(part.options) or "none"
    return f"{path}: {part.kind} has no option '{name}'; its options are: {known}." + did_you_mean(
        name, part.options
    )


def _positional(part: Part, context: Mapping[str, Any]) -> list[Any]:
    values = []
    for parameter in part.context:
        if parameter.name in context:
            values.append(context[parameter.name])
        elif parameter.required:
            raise ConfigError(
                f"{part.slot}: {part.kind} needs '{parameter.name}', which is not known here "
                f"(known: {', '.join(sorted(context)) or 'nothing'})"
            )
        else:
            break
    return values
