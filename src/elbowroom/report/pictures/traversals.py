"""What each latent unit does: the units as knobs."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from elbowroom.errors import IncompatibleError
from elbowroom.report import figures
from elbowroom.report.choice import (
    check_count,
    check_rows,
    chosen,
    examples_of,
    in_words,
    need_prior,
    units_of,
)
from elbowroom.report.chosen import Chosen
from elbowroom.report.material import Material
from elbowroom.report.plate import Motion, MovingPlate
from elbowroom.report.words import counted, nats, signed

_UNITS, _STEPS = 8, 11
_DEVIATIONS = 3.0
_PERCENTILES = 0.01, 0.99


_OWN = (
    " That is how much of the unit the example leaves open: the more precise the code, the less "
    "changes. What a unit does over its whole range, with the other units at the example's code, "
    "is shown around the prior."
)


@dataclass(frozen=True, eq=False)
class _Range:
    """Between which values each unit moves.

    Args:
        low: Least value of each unit for each example, (examples, latent).
        high: Largest.
        along: What the values are, in words.
        ends: What the two ends are called; standard deviations when not given.
        meant: What such a range shows, as a sentence.
    """

    low: np.ndarray
    high: np.ndarray
    along: str
    ends: tuple[str, str] | None = None
    meant: str = ""

    def at(self, example: int, unit: int, shares: np.ndarray) -> np.ndarray:
        """Return the values of a unit that are so far along, (n,)."""
        low, high = self.low[example, unit], self.high[example, unit]
        return low + shares * (high - low)

    def marked(self, steps: int) -> list[str]:
        """Return a mark for each step."""
        if self.ends:
            return [self.ends[0], *[""] * (steps - 2), self.ends[1]]
        marks = [signed(place) for place in np.linspace(-_DEVIATIONS, _DEVIATIONS, steps)]
        # With many steps only every other has room for its mark.
        return [
            mark.replace("0.0", "0") if place % (1 + steps // 16) == 0 else ""
            for place, mark in enumerate(marks)
        ]


def traversals(
    material: Material,
    *,
    example: Any = None,
    units: Any = None,
    steps: int = _STEPS,
    around: Literal["prior", "example"] | None = None,
) -> MovingPlate:
    """What each latent unit does: one moves, the others stay, most used first.

    Args:
        material: What the report is about.
        example: Positions in the split of the examples whose codes are turned.
        units: Units to turn; the eight most used when not given, in the order of their rate.
        steps: Number of values of each unit.
        around: Over the range of the prior, or only that of the example's own posterior; when not
            given that of the prior, or, of an autoencoder, that of its codes. The other units stay
            at the example's code either way.
    """
    check_count("steps", steps, 2, 40)
    numbers = examples_of(material, example)
    turned = units_of(material, units, _UNITS)
    check_rows(
        len(numbers) * len(turned),
        f"{counted(len(turned), 'unit')} of {counted(len(numbers), 'example')}: units, example",
    )
    shown = chosen(material, numbers)
    span = _range(material, shown, around)
    shares = np.linspace(0, 1, steps)
    frames = _frames(material, shown, turned, span, shares)  # (units, examples, steps, *shape)
    names = [material.units.labels[unit] for unit in turned]
    several = len(numbers) > 1
    rows = [
        f"{name}, example {number}" if several else name
        for name in _with_rates(material, turned) for number in numbers
    ]  # fmt: skip
    figure = figures.traversals(
        material.look,
        frames.reshape(-1, *frames.shape[2:]),
        rows,
        span.marked(steps),
        along=span.along,
        group=len(numbers) if several else 0,
    )

    def motion(shares: np.ndarray) -> Motion:
        moving = _frames(material, shown, turned, span, shares).swapaxes(0, 2)
        named = [f"example {number}" for number in numbers] if several else []
        return material.look.moving(moving, named, names, of="latent unit")

    caption = _caption(material, numbers, turned, span, by_use=units is None)
    return MovingPlate(
        "traversals", figure, caption, {"examples": numbers, "units": names}, motion=motion
    )


def _with_rates(material: Material, turned: list[int]) -> list[str]:
    """Return what the units are called, and what each tells where that is known."""
    names = [material.units.labels[unit] for unit in turned]
    if material.rates is None:
        return names
    told = (nats(float(material.rates[unit])) for unit in turned)
    return [f"{name} ({rate} nats)" for name, rate in zip(names, told, strict=True)]


def _range(material: Material, shown: Chosen, around: str | None) -> _Range:
    if around == "example":
        if not shown.scales.any():
            raise IncompatibleError(
                "around an example means over the range of its posterior q(z|x), and the code of "
                "this autoencoder has no noise, so that its posterior is one point: leave "
                "--around out"
            )
        away = _DEVIATIONS * shown.scales
        along = "value of the unit, in standard deviations of the example's own posterior q(z|x)"
        return _Range(shown.codes - away, shown.codes + away, along, meant=_OWN)
    shape = shown.codes.shape
    if around == "prior":
        need_prior(material, "a traversal around the prior")
    if material.has_prior:
        mean, sd = material.prior()
        low, high = (
            np.broadcast_to(mean + side * sd, shape) for side in (-_DEVIATIONS, _DEVIATIONS)
        )
        return _Range(low, high, "value of the unit, in standard deviations of the prior")
    low, high = (np.broadcast_to(np.quantile(material.codes, share, axis=0), shape)
                 for share in _PERCENTILES)  # fmt: skip
    along = "value of the unit, from its 1st to its 99th percentile"
    return _Range(low, high, along, ("lowest", "highest"))


def _frames(
    material: Material, shown: Chosen, turned: list[int], span: _Range, shares: np.ndarray
) -> np.ndarray:
    """Return what is decoded, (units, examples, steps, *shape)."""
    codes = np.stack([
        [
            material.units.turned(code, unit, span.at(number, unit, shares))
            for number, code in enumerate(shown.codes)
        ]
        for unit in turned
    ])  # fmt: skip
    given = None if shown.conditions is None else shown.conditions[None, :, None]
    return material.decode(codes, given)


def _caption(
    material: Material, numbers: list[int], turned: list[int], span: _Range, *, by_use: bool
) -> str:
    whose = (
        f"The code of {material.split} example {numbers[0]}"
        if len(numbers) == 1
        else f"The codes of {material.split} examples {in_words(numbers)}"
    )
    order = "rate" if material.rates is not None else "variance"
    which = (
        f"Shown are {len(turned)} of {counted(material.latent, 'unit')}, in the order of their "
        f"{order}: the most used first."
        if by_use
        else f"Shown are {len(turned)} of {counted(material.latent, 'unit')}."
    )
    below = (
        " A unit 2_3 is the fourth of level z2; the levels below it are what the prior expects."
        if material.units.deep else ""
    )  # fmt: skip
    return (
        f"{whose} with one unit changed at a time, the others as they are, decoded: the units as "
        f"knobs. {which} Along a row goes the {span.along}.{span.meant}{below}"
    )
