"""Scores of disentanglement beside what they are to be compared with."""

from elbowroom.errors import RunError
from elbowroom.report import figures
from elbowroom.report.figures.scores import CEILING
from elbowroom.report.material import Material
from elbowroom.report.plate import Plate
from elbowroom.report.words import counted


def disentanglement(material: Material) -> Plate:
    """How well the units and known factors match, beside floors and ceilings.

    Args:
        material: What the report is about.
    """
    found = material.disentangled
    if not found:
        raise RunError(
            f"the disentanglement of '{material.run.name}' has not been measured on the "
            f"{material.split} split: elbowroom disentangle {material.run.path}"
            f"{'' if material.split == 'test' else f' --split {material.split}'}"
        )
    figure = figures.scores(found["scores"], found["references"])
    floors = [name for name in found["references"] if name != CEILING]
    beside = (
        f" A score means something only where it is above all of {', '.join(floors)}, codes that "
        "nobody would call disentangled; the true factors are the ceiling."
        if floors else ""
    )  # fmt: skip
    factors = ", ".join(found["factors"])
    caption = (
        f"How well latent units and factors ({factors}) match on "
        f"{counted(found['examples'], found['split'] + ' example')}, by each metric, higher is "
        f"better.{beside}"
    )
    return Plate("disentanglement", figure, caption)
