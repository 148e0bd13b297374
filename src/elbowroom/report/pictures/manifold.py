"""A plane of the latent space, decoded."""

from typing import Any

import numpy as np

from elbowroom.distributions import Space
from elbowroom.errors import ConfigError, IncompatibleError
from elbowroom.report.choice import (
    check_count,
    chosen,
    examples_of,
    need_prior,
    two_units,
    unit_name,
)
from elbowroom.report.material import Material
from elbowroom.report.plate import Plate
from elbowroom.report.words import signed

_STEPS = 15


def manifold(
    material: Material, *, units: Any = None, example: Any = None, steps: int = _STEPS
) -> Plate:
    """What two latent units make together: a plane of codes at even quantiles of the prior.

    Args:
        material: What the report is about.
        units: The two units; the two most used when not given.
        example: Position in the split of the example that the other units are of; when not given,
            these are at the mean of the prior.
        steps: Pictures along a side.
    """
    need_prior(material, "a manifold")
    check_count("steps", steps, 2, 40)
    if material.model.space is Space.SPHERE:
        raise IncompatibleError(
            "the codes of this model lie on a sphere: a plane of two units, the others held still, "
            "leaves it, and the decoder was never trained there. Look at samples or interpolation"
        )
    first, second = two_units(material, units, "a manifold")
    shares = (np.arange(steps) + 0.5) / steps
    codes, given, others = _base(material, example)
    plane = np.broadcast_to(codes, (steps, steps, len(codes))).copy()
    values = [material.unit_prior.quantiles(unit, shares) for unit in (first, second)]
    plane[..., first] = values[0]
    plane[..., second] = values[1][::-1, None]
    marks = [_marks(shares, found) for found in values]
    figure = material.look.grid(
        material.decode(plane, given), marks[1][::-1], marks[0],
        along=f"{unit_name(material, first)}, at quantiles of the prior",
        of=unit_name(material, second),
    )  # fmt: skip
    # Of units that depend on each other, quantiles of each alone do not cut the plane evenly.
    share = (
        "so that each picture stands for the same share of what the prior draws"
        if material.unit_prior.exact is not None
        else "each of its unit alone: the prior's units depend on each other, so that some of "
        "these pictures are likelier than others"
    )
    caption = (
        f"Codes on a plane of two units, decoded. Along each side they stand at even quantiles of "
        f"the prior, from {shares[0]:.1%} to {shares[-1]:.1%}, {share}. {others}"
    )
    numbers = {"units": [material.units.labels[unit] for unit in (first, second)],
               "across": values[0].tolist(), "up": values[1].tolist()}  # fmt: skip
    return Plate("manifold", figure, caption, numbers)


def _base(material: Material, example: Any) -> tuple[np.ndarray, np.ndarray | None, str]:
    """Return the code whose other units are kept, its condition, and both in words."""
    numbers = examples_of(material, example)
    if len(numbers) != 1:
        raise ConfigError("a manifold is around one example; give one position")
    shown = chosen(material, numbers)
    given = shown.condition(0)
    told = "" if given is None else f" The label is that of {material.split} example {numbers[0]}."
    if example is not None:
        whose = f"The other units are those of {material.split} example {numbers[0]}."
        return shown.codes[0], given, whose + told
    if material.latent == 2:
        return material.prior()[0], given, "There are no other units." + told
    return material.prior()[0], given, "The other units are at the mean of the prior." + told


def _marks(shares: np.ndarray, values: np.ndarray) -> list[str]:
    """Return the value and the share at both ends and in the middle; nothing between."""
    shown = {0, len(shares) // 2, len(shares) - 1}
    return [
        f"{signed(value, 1)}\n({share:.0%})" if place in shown else ""
        for place, (share, value) in enumerate(zip(shares, values, strict=True))
    ]
