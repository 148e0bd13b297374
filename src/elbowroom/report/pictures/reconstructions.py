"""Examples beside what the model and PCA make of them."""

from typing import Any

from elbowroom.report import figures
from elbowroom.report.choice import chosen, examples_of
from elbowroom.report.material import Material
from elbowroom.report.plate import Plate
from elbowroom.report.words import counted

_SHOWN = 12


def reconstructions(material: Material, *, example: Any = None) -> Plate:
    """What the model keeps of examples: what it rebuilds from their codes, beside PCA.

    Args:
        material: What the report is about.
        example: Positions in the split; some of each class when not given.
    """
    shown = chosen(material, examples_of(material, example, _SHOWN))
    figure = figures.reconstructions(
        material.look,
        shown.originals,
        shown.made,
        material.pca_reconstructions(shown.originals),
        name=material.kind,
    )
    code = counted(material.run.model.latent, "number")
    redefined = material.run.preprocessing.redefines
    seen = ", as the model sees them after preprocessing" if redefined else ""
    by_class = material.data.label_names is not None
    picked = "the first of each class in turn" if by_class else "spaced evenly over the set"
    how = f" Nothing was picked: these are {picked}{seen}." if example is None else ""
    caption = (
        f"Examples of the {material.split} set, what the model rebuilds from the {code} it keeps "
        f"of each, and what principal component analysis (PCA) rebuilds from as many.{how}"
    )
    return Plate("reconstructions", figure, caption)
