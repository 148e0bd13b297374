"""Codes two units at a time."""

from typing import Any

import numpy as np

from elbowroom.errors import ConfigError, did_you_mean
from elbowroom.report import figures
from elbowroom.report.choice import unit_name, units_of
from elbowroom.report.figures import Colouring
from elbowroom.report.material import Material
from elbowroom.report.plate import Plate

_UNITS, _MOST = 4, 8


def pairs(material: Material, *, units: Any = None, colour: str | None = None) -> Plate:
    """Codes of examples two units at a time, coloured by label or factor.

    Args:
        material: What the report is about.
        units: The units, up to eight; the four most used when not given.
        colour: Name of the factor to colour by, or 'label'; the label when not given, or else the
            first factor.
    """
    shown = units_of(material, units, _UNITS)
    if len(shown) > _MOST:
        raise ConfigError(f"pairs takes up to {_MOST} units, {len(shown)} are given")
    colouring = _colouring(material, colour)
    radii = None
    if material.has_prior:
        mean, sd = material.prior()
        radii = mean[shown], sd[shown]
    names = [unit_name(material, unit) for unit in shown]
    figure = figures.pairs(material.codes[:, shown], names, colouring, radii)
    coloured = "" if colouring is None else f", coloured by {colouring.name}"
    ellipse = (
        " The dashed line is two standard deviations of the prior around its mean."
        if radii is not None and len(shown) > 1
        else ""
    )
    how = (
        "two units at a time; each unit alone on the diagonal"
        if len(shown) > 1
        else f"in {names[0]} alone: how many lie where. Two units or more show pairs as well"
    )
    caption = (
        f"The means of the codes of {len(material.data):,} {material.split} examples{coloured}, "
        f"{how}.{ellipse}"
    )
    return Plate("pairs", figure, caption)


def _colouring(material: Material, name: str | None) -> Colouring | None:
    known = _known(material)
    if name is None:
        return next(iter(known.values()), None)
    if name not in known:
        raise ConfigError(
            f"there is nothing called {name!r} to colour by.{did_you_mean(name, known)} There is: "
            f"{', '.join(known) or 'neither labels nor factors'}"
        )
    return known[name]


def _known(material: Material) -> dict[str, Colouring]:
    data, found = material.data, {}
    if data.labels is not None:
        found["label"] = Colouring("label", np.asarray(data.labels), data.label_names)
    if data.factors is not None:
        for factor in data.factors.factors:
            named = factor.kind == "categorical" and factor.meanings is not None
            classes = tuple(map(str, factor.meanings or ())) if named else None
            found[factor.name] = Colouring(factor.name, data.factors.column(factor.name), classes)
    return found
