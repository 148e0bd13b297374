"""What the model makes up."""

from elbowroom.report import figures
from elbowroom.report.choice import need_prior
from elbowroom.report.material import Material
from elbowroom.report.plate import Plate

_SAMPLES, _DRAWN = 70, 2_000


def samples(material: Material) -> Plate:
    """What the model makes up: codes drawn from the prior, decoded.

    Args:
        material: What the report is about.
    """
    need_prior(material, "samples")
    made = material.samples(_DRAWN if material.look.draws else _SAMPLES)
    figure = figures.samples(material.look, made, material.originals)
    caption = f"Codes drawn at random from the prior, decoded. {material.look.reading}"
    return Plate("samples", figure, caption)
