"""What the units were while the model was learning."""

from collections.abc import Mapping

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
        "posterior being the prior; a mixed one is either, from example to example. "
        f"{_ending({name: line[-1] for name, line in shares.items()})}"
    )
    return Plate("regime", figure, caption, {"epochs": epochs, "shares": shares})


def _ending(shares: Mapping[str, float]) -> str:
    """Say what the units were after the last epoch, and whether that is the polarised regime.

    >>> _ending({"active": 0.125, "mixed": 0.875, "passive": 0.0})[:56]
    'In the end 12% are active, 88% are mixed, 0% are passive'
    """
    mixed = shares[str(Kind.MIXED)]
    told = ", ".join(f"{share:.0%} are {name}" for name, share in shares.items())
    judged = (
        "the polarised regime of VAEs is one without mixed units, and not this"
        if mixed
        else "that no unit is mixed is the polarised regime of VAEs"
    )
    return f"In the end {told}: {judged}."
