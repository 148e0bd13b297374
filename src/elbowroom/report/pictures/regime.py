"""What the units were while the model was learning."""

from elbowroom.errors import IncompatibleError
from elbowroom.experiment.unit_rates import kinds_over_training
from elbowroom.metrics.principal_directions import Kind
from elbowroom.report import figures
from elbowroom.report.material import Material
from elbowroom.report.plate import Plate


def regime(material: Material) -> Plate:
    """Which share of the units was active, passive and mixed while the model was learning.

    Args:
        material: What the report is about.
    """
    history = kinds_over_training(material.run)
    if len(history) < 2:
        raise IncompatibleError(
            "what the units were was not noted at two epochs or more of this training: that takes "
            "a posterior with noise whose variance is known, and a run of this version"
        )
    epochs = [line.epoch for line in history]
    shares = {str(kind): [line.share(kind) for line in history] for kind in Kind}
    figure = figures.regime(epochs, shares)
    caption = (
        "What the units were on held-out examples while the model was learning. An active unit "
        "says something precise about every example, a passive one nothing about any, its "
        "posterior being the prior; a mixed one is either, from example to example. That hardly "
        "any are mixed is the polarised regime of VAEs."
    )
    return Plate("regime", figure, caption, {"epochs": epochs, "shares": shares})
