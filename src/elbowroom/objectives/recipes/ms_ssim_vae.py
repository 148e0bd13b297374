"""A VAE with multi-scale structural similarity as its distortion, as an objective by name."""

from elbowroom.objectives.costs import Rate, Weighted
from elbowroom.objectives.objective import Objective, Sum
from elbowroom.objectives.schedules import Schedule
from elbowroom.objectives.structural_similarity import (
    MultiScaleStructuralSimilarity,
    fitting_sigmas,
)


def ms_ssim_vae(
    event_shape: tuple[int, ...],
    span: float = 1.0,
    *,
    weight: float | Schedule = 1.0,
    beta: float | Schedule = 1.0,
    sigmas: tuple[float, ...] | None = None,
) -> Objective:
    """Multi-scale structural similarity in place of the likelihood.

    loss = weight * D (1 - MS-SSIM) + beta * rate, D the number of values of an image, with the
    scales of Zhao et al. (2017); as a loss of autoencoders: Snell et al. (2017). The first term is
    no likelihood of x and has no nats, so weight sets what it is worth against the rate; p(x|z) is
    not trained, and an evaluation says so. Needs the extra 'perceptual'.

    Args:
        event_shape: Shape of one example.
        span: Largest minus smallest value that the data can have.
        weight: Weight of the dissimilarity: a number, or a schedule.
        beta: Weight of the rate: a number, or a schedule.
        sigmas: Standard deviations of the windows in pixels, the widest last; those of 0.5, 1,
            2, 4 and 8 that fit when not given. A width of s needs 2 int(2 s) + 1 pixels a side.

    Raises:
        ConfigError: If a weight is negative or sigmas do not rise.
        IncompatibleError: If the values have no bounds.
        MissingExtraError: If kornia is not installed.

    Example:
        >>> ms_ssim_vae((1, 8, 8))
        Weighted(1, MultiScaleStructuralSimilarity(sigmas=(0.5, 1))) + Weighted(1, Rate())
    """
    sigmas = fitting_sigmas(event_shape) if sigmas is None else sigmas
    similarity = MultiScaleStructuralSimilarity(span, sigmas=sigmas)
    return Sum(Weighted(weight, similarity), Weighted(beta, Rate()))
