"""The Wasserstein autoencoder with a maximum mean discrepancy, as an objective by name."""

from typing import Literal

from elbowroom.objectives.costs import Distortion, Weighted
from elbowroom.objectives.discrepancy import MeanDiscrepancy
from elbowroom.objectives.objective import Objective, Sum
from elbowroom.objectives.schedules import Schedule


def wae(
    *,
    weight: float | Schedule = 100.0,
    kernel: Literal["gaussian", "inverse-multiquadratic", "laplace"] = "inverse-multiquadratic",
    scales: tuple[float, ...] = (1.0,),
    level: int = 0,
    samples: int = 1,
) -> Objective:
    """WAE-MMD: the codes of all examples match the prior, those of each example need not.

    loss = distortion + weight * MMD^2(q(z), p(z)), the first in nats per example, no rate
    (Tolstikhin, Bousquet, Gelly, Schoelkopf 2018, 'Wasserstein auto-encoders'; there with squared
    errors, which are the distortion of a Gaussian likelihood up to a factor and a constant). With
    the deterministic posterior it is the paper's: a relaxed optimal transport between data and
    samples. Codes of a random posterior are allowed; what keeps their noise is the decoder alone.
    The default kernel at scale 1 is the paper's, C / (C + |x - y|^2) with C = 2 d.

    Args:
        weight: The paper's lambda: a number, or a schedule (warmup, cyclical). MMD^2 is 2 at most.
        kernel: Kernel of the discrepancy.
        scales: Its widths, in units of the distance between two draws from the prior.
        level: Level of a ladder whose codes are meant, 0 for the topmost.
        samples: Codes drawn for each example.

    Raises:
        ConfigError: If an option is out of range.

    Example:
        >>> wae(weight=10.0)
        Distortion() + Weighted(10, MeanDiscrepancy('inverse-multiquadratic'))
    """
    discrepancy = MeanDiscrepancy(kernel, scales=scales, level=level)
    return Sum(Distortion(), Weighted(weight, discrepancy), samples=samples)
