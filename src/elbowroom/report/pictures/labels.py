"""What a conditional model makes of each label."""

from elbowroom.errors import IncompatibleError
from elbowroom.report import figures
from elbowroom.report.by_label import samples_by_label
from elbowroom.report.choice import need_prior
from elbowroom.report.material import Material
from elbowroom.report.plate import Plate

_CODES = 12


def labels(material: Material) -> Plate:
    """What a conditional model makes of the same codes for each label.

    Args:
        material: What the report is about.
    """
    need_prior(material, "labels")
    found = samples_by_label(material, _CODES)
    if found is None:
        raise IncompatibleError(
            "this model is not conditional: it knows nothing of labels. Train one that does with "
            "--model.condition labels"
        )
    names, made = found
    marks = [str(number + 1) for number in range(_CODES)]
    figure = figures.traversals(
        material.look, made, names, marks, along="codes drawn from the prior", of="label"
    )
    caption = (
        "The model is conditional: it is told the label. The same codes, decoded for each label: "
        "what stays the same along a column is what the code says, what changes is the label's."
    )
    return Plate("labels", figure, caption)
