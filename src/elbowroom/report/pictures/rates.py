"""What each latent unit carries."""

from elbowroom.errors import IncompatibleError
from elbowroom.report import figures
from elbowroom.report.material import Material
from elbowroom.report.plate import Plate


def rates(material: Material) -> Plate:
    """How much each latent unit tells about an example, in nats, and which are used.

    Args:
        material: What the report is about.
    """
    if material.rates is None:
        raise IncompatibleError(
            "the rate of this model does not split over its units (a posterior without noise, or "
            "units that depend on each other): a bar for each would mean nothing. Look at "
            "marginals or pairs"
        )
    figure = figures.rates(material.rates, material.active, material.units.labels)
    caption = (
        "The rate of a unit is what it tells about an example, in nats (1 nat is 1.44 bits). "
        "A unit is active if its mean varies between examples (variance above 0.01); one that "
        "is not has been switched off by training and costs nothing."
    )
    numbers = {"rates": material.rates.tolist(), "active": material.active.tolist()}
    return Plate("rates", figure, caption, numbers)
