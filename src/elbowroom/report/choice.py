"""What a person chose to be shown: examples of a split, latent units, counts."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from elbowroom.errors import ConfigError, IncompatibleError
from elbowroom.report.chosen import Chosen

if TYPE_CHECKING:
    from elbowroom.report.material import Material

_ROWS = 48
"""Rows of examples up to which a picture can be looked at: four printed pages."""


def listed(given: Any) -> list[str]:
    """Return what was given, one, several, or a text with commas, as words.

    >>> listed("0, 3"), listed(5), listed([1, 2])
    (['0', '3'], ['5'], ['1', '2'])
    """
    if isinstance(given, str):
        return [word.strip() for word in given.split(",") if word.strip()]
    if isinstance(given, Iterable):
        return [str(one) for one in given]
    return [str(given)]


def examples_of(
    material: "Material", given: Any, count: int = 1, *, option: str = "example"
) -> list[int]:
    """Return which examples of the split are meant, or a few varied ones.

    Args:
        material: What the report is about.
        given: Positions in the split, from 0 on; None for the default.
        count: How many to take then.
        option: Name of the option, for the message.

    Raises:
        ConfigError: If one is no position.
    """
    if given is None:
        return material.places[material.varied(count)].tolist()
    size = len(material.whole)
    words = listed(given)
    for word in words or [""]:
        if not word.isdecimal() or int(word) >= size:
            raise ConfigError(
                f"{option} is {word!r}; it takes positions in the {material.split} split, whole "
                f"numbers from 0 to {size - 1:,}, several with commas between them"
            )
    return [int(word) for word in words]


def chosen(material: "Material", numbers: Sequence[int]) -> Chosen:
    """Return examples of the split with their codes."""
    return Chosen.of(material, material.whole.subset(list(numbers)))


def units_of(material: "Material", given: Any, most: int) -> list[int]:
    """Return which latent units are meant, or the most used ones.

    Args:
        material: What the report is about.
        given: Labels of units, as 'elbowroom encode' names them; None for the default.
        most: How many to take then, at most.

    Raises:
        ConfigError: If there is no such unit, or it is named twice.
    """
    if given is None:
        return material.by_use[:most]
    labels = list(material.units.labels)
    words = listed(given)
    for word in words or [""]:
        if word not in labels:
            raise ConfigError(
                f"there is no latent unit {word!r}. There are "
                f"{_in_brief(labels)}; several are given with commas between them"
            )
    if len(set(words)) < len(words):
        raise ConfigError(f"units is {', '.join(words)}; name each unit once")
    return [labels.index(word) for word in words]


def every_unit(material: "Material") -> list[int]:
    """Return all latent units, the most used first and those that are not used at the end."""
    rest = [unit for unit in range(material.latent) if unit not in material.by_use]
    return [*material.by_use, *rest]


def two_units(material: "Material", given: Any, what: str) -> tuple[int, int]:
    """Return the two units that are meant, or the two most used ones.

    Raises:
        IncompatibleError: If the model has one.
        ConfigError: If not two are given, or there is no such unit.
    """
    if material.latent < 2:
        raise IncompatibleError(
            f"{what} takes two latent units, and this model has one: look at traversals or "
            "marginals, which take one"
        )
    units = units_of(material, given, material.latent)
    if given is not None and len(units) != 2:
        raise ConfigError(f"{what} takes two units, such as --units 0,3; {len(units)} are given")
    if len(units) == 1:  # one that is used, and the next whatever it is
        units += [unit for unit in range(material.latent) if unit not in units]
    return units[0], units[1]


def check_count(name: str, count: int, least: int, most: int = 200) -> int:
    """Return a count if it is within bounds.

    Raises:
        ConfigError: If it is not.
    """
    if not least <= count <= most:
        raise ConfigError(f"{name} is {count}; it must be between {least} and {most}")
    return count


def check_rows(rows: int, what: str) -> None:
    """Refuse a picture that would be taller than anybody can look at, before the work.

    Args:
        rows: How many it has.
        what: What they are of, and which options they come from.

    Raises:
        ConfigError: If they are too many.
    """
    if rows > _ROWS:
        raise ConfigError(
            f"{rows:,} rows ({what}) are too many for one picture, which holds up to {_ROWS}: "
            "name fewer"
        )


def need_prior(material: "Material", what: str) -> None:
    """Refuse a model whose codes nothing ever compared with a prior.

    Raises:
        IncompatibleError: With the reason.
    """
    if not material.has_prior:
        raise IncompatibleError(
            f"{what}: this takes the prior p(z), and nothing in the training of this autoencoder "
            "brought its codes near one, so the picture would mean nothing. Fit a prior to the "
            f"codes (elbowroom refit {material.run.path}), or look at traversals, interpolation "
            "and pairs"
        )


def unit_name(material: "Material", unit: int) -> str:
    """Return what a unit is called on an axis."""
    return f"latent unit {material.units.labels[unit]}"


def in_words(numbers: Sequence[Any]) -> str:
    """Return a list as people say it.

    >>> in_words([1]), in_words([1, 2, 3])
    ('1', '1, 2 and 3')
    """
    words = [str(number) for number in numbers]
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def _in_brief(labels: list[str]) -> str:
    return ", ".join(labels) if len(labels) <= 12 else f"{labels[0]} to {labels[-1]}"
