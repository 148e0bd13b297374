"""The plain autoencoder, as an objective by name."""

from elbowroom.objectives.costs import Distortion
from elbowroom.objectives.objective import Objective, Sum


def autoencoder() -> Objective:
    """The plain autoencoder: distortion alone.

    With the deterministic posterior this is what people compare a VAE against; there is no rate
    and no bound on the evidence.

    Example:
        >>> autoencoder()
        Distortion()
    """
    return Sum(Distortion())
