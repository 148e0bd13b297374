"""What the page is told of a run before it shows anything."""

from dataclasses import asdict, dataclass
from math import isfinite
from typing import Any

import numpy as np

from elbowroom.distributions import Ability
from elbowroom.errors import IncompatibleError
from elbowroom.explore.columns import Range, ShownColumn, columns_of, range_of
from elbowroom.explore.conditions import Condition, condition_of, conditioned
from elbowroom.explore.gallery import Gallery
from elbowroom.explore.latents import Latents
from elbowroom.explore.naming import names_of
from elbowroom.explore.parts import Part
from elbowroom.explore.pictures import cannot_read
from elbowroom.explore.seeing import SEED, drawing
from elbowroom.explore.survey import Survey
from elbowroom.explore.units import Unit, order_of, units_of
from elbowroom.explore.words import formula, sentence
from elbowroom.run import Run

FORMAT = 1

Can = dict[str, bool | str]
"""What can be asked: True, or a sentence that says why not."""


@dataclass(frozen=True)
class Level:
    """A level of codes.

    Attributes:
        name: z, or z2, z1 of several.
        first: Place of its first unit.
        count: Number of its units.
    """

    name: str
    first: int
    count: int


@dataclass(frozen=True)
class Labels:
    """What examples are labelled with: names of classes, or None for a quantity."""

    name: str
    choices: tuple[str, ...] | None


@dataclass(frozen=True)
class ShownFactor:
    """A factor that examples were made from."""

    name: str
    kind: str
    choices: tuple[str, ...] | None


@dataclass(frozen=True, eq=False)
class About:
    """A run as the page sees it; the names of the fields are those of the protocol.

    Attributes:
        run: Name of the run.
        data: Name of the data.
        split: Which of them are shown.
        model: The model, in words.
        formula: Its distributions.
        measure: Whether log p(x) is of a probability mass or a density: 'counting', 'lebesgue' or
            'mixed'. Numbers of unlike measures are never compared.
        kind: 'image' or 'table'.
        shape: Shape of one example.
        range: What is black and white.
        columns: The columns of a table.
        units: The latent units.
        order: Their places, the most used first.
        levels: The levels of codes, top first.
        space: 'real' or 'sphere': where the codes of the topmost level lie.
        condition: What the model can be given.
        probabilistic: Whether q(z|x) has a density, so that there are a rate and an evidence.
        count: Number of examples on the map.
        held: Of how many the values can be asked for.
        labels: What the examples are labelled with.
        factors: What they were made from.
        parts: The arrays that can be asked for: shape, title and more, by name.
        can: What can be asked.
    """

    run: str
    data: str
    split: str
    model: str
    formula: str
    measure: str
    kind: str
    shape: tuple[int, ...]
    range: Range
    columns: tuple[ShownColumn, ...] | None
    units: tuple[Unit, ...]
    order: tuple[int, ...]
    levels: tuple[Level, ...]
    space: str
    condition: Condition | None
    probabilistic: bool
    count: int
    held: int
    labels: Labels | None
    factors: tuple[ShownFactor, ...]
    parts: dict[str, dict[str, Any]]
    can: Can
    format: int = FORMAT

    def to_dict(self) -> dict[str, Any]:
        """Return everything as JSON can hold it; numbers that are not finite become null."""
        return _plain(asdict(self))


def about_of(gallery: Gallery, latents: Latents, found: Survey, parts: dict[str, Part]) -> About:
    """Return what the page is told of a run.

    Args:
        gallery: Its examples.
        latents: The codes of its model.
        found: What a pass over them found.
        parts: The arrays that can be asked for.
    """
    run = gallery.run
    model = conditioned(run, 1, None)
    units = units_of(model, found, names_of(run))
    factors = gallery.data.factors
    label = parts.get("colour/label")
    return About(
        run=run.name,
        data=str(run.facts["name"]),
        split=gallery.split,
        model=sentence(model),
        formula=formula(run.model),
        measure=str(run.model.likelihood.measure),
        kind=gallery.data.kind,
        shape=gallery.shape,
        range=range_of(gallery),
        columns=columns_of(gallery),
        units=units,
        order=order_of(units, found),
        levels=_levels(run),
        space="sphere" if latents.spherical[0] else "real",
        condition=condition_of(run),
        probabilistic=Ability.DENSITY in run.model.abilities,
        count=len(gallery),
        held=len(gallery),
        labels=None if label is None else Labels(label.title, label.categories),
        factors=tuple(
            ShownFactor(f.name, f.kind, parts[f"colour/factor:{f.name}"].categories)
            for f in (factors.factors if factors else ())
        ),
        parts={name: _described(part) for name, part in parts.items()},
        can=_abilities(run),
    )


def _levels(run: Run) -> tuple[Level, ...]:
    ends = np.cumsum((0, *run.model.units)).tolist()
    pairs = zip(run.model.level_names, ends, run.model.units, strict=False)
    return tuple(Level(name, first, count) for name, first, count in pairs)


def _described(part: Part) -> dict[str, Any]:
    more = {"unit": part.unit, "help": part.help, "categories": part.categories}
    there = {name: value for name, value in more.items() if value is not None}
    return {"shape": list(part.values.shape), "title": part.title, **there}


def _abilities(run: Run) -> Can:
    """Say what can be asked of a run, and why not what cannot."""
    everything = ("encode", "decode", "draw", "sample", "nearest", "read", "rename", "save")
    can: Can = dict.fromkeys(everything, True)
    if reason := cannot_read(run.domain):
        can["read"] = reason
    judged: bool | str = Ability.DENSITY in run.model.abilities or (
        "The codes of this model are points: q(z|x) has no density, so there are neither a rate "
        "nor an evidence."
    )
    noise: bool | str = Ability.DENSITY in run.model.abilities or (
        "The codes of this model are points: q(z|x) has no spread, so there is nothing to draw."
    )
    can |= {"score": judged, "evidence": judged, "around": noise}
    return can | ({"chances": True} if has_choices(run) else {})


def has_choices(run: Run) -> bool:
    """Tell whether p(x|z) gives a probability to each choice of some column."""
    with drawing(SEED):
        px = conditioned(run, 1, None).generate((1,)).px
        try:
            return run.model.likelihood.chances(px) is not None
        except IncompatibleError:
            return False


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return None if isinstance(value, float) and not isfinite(value) else value
