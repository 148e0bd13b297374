"""Two units of the aggregate posterior against the prior."""

from typing import Any

from elbowroom.report import figures
from elbowroom.report.aggregate import pair_of, prior_density
from elbowroom.report.choice import need_prior, two_units
from elbowroom.report.material import Material
from elbowroom.report.plate import Plate


def aggregate_posterior(material: Material, *, units: Any = None) -> Plate:
    """Where the codes of examples lie on two units together, against the prior.

    Args:
        material: What the report is about.
        units: The two units; the two most used when not given.
    """
    need_prior(material, "the aggregate posterior")
    chosen = two_units(material, units, "the aggregate posterior")
    across, up = pair_of(material, *chosen)
    figure = figures.joint(across, up, prior_density(material, across, up, chosen))
    caption = (
        f"One code drawn from q(z|x) for each of {len(material.data):,} {material.split} examples: "
        "the stronger the colour, the more of them. The lines hold 50% and 90% of the prior's "
        "codes. Where codes lie outside, or the inside has holes, samples of the prior are worse "
        "than reconstructions."
    )
    return Plate("aggregate-posterior", figure, caption)
