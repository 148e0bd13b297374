"""Each unit of the aggregate posterior against the prior."""

from typing import Any

from elbowroom.report import figures
from elbowroom.report.aggregate import marginal_of
from elbowroom.report.choice import check_rows, need_prior, units_of
from elbowroom.report.material import Material
from elbowroom.report.plate import Plate

_UNITS = 4


def marginals(material: Material, *, units: Any = None) -> Plate:
    """Where the codes of examples lie on each unit, against where the prior has them.

    Args:
        material: What the report is about.
        units: The units; the four most used when not given.
    """
    need_prior(material, "marginals")
    shown = units_of(material, units, _UNITS)
    check_rows(len(shown), f"{len(shown)} units")
    figure = figures.marginals([marginal_of(material, unit, rate=True) for unit in shown])
    caption = (
        f"One code drawn from q(z|x) for each of {len(material.data):,} {material.split} examples, "
        "unit by unit, against the density of the prior. Where the histogram has a hole under the "
        "curve, samples of the prior land where the decoder has never been; a unit that is not "
        "used follows the prior exactly."
    )
    return Plate("marginals", figure, caption)
