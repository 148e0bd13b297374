"""A VAE with structural similarity as its distortion, as an objective by name."""

from elbowroom.objectives.costs import Rate, Weighted
from elbowroom.objectives.objective import Objective, Sum
from elbowroom.objectives.schedules import Schedule
from elbowroom.objectives.structural_similarity import StructuralSimilarity, fitting_window


def ssim_vae(
    event_shape: tuple[int, ...],
    span: float = 1.0,
    *,
    weight: float | Schedule = 1.0,
    beta: float | Schedule = 1.0,
    window: int | None = None,
) -> Objective:
    """Structural similarity in place of the likelihood: reconstructions that look alike.

    loss = weight * D (1 - SSIM) + beta * rate, D the number of values of an image (Wang et al.
    2004; as a loss of autoencoders: Snell et al. 2017). The first term is no likelihood of x and
    has no nats, so weight sets what it is worth against the rate; p(x|z) is not trained, and an
    evaluation says so. Needs the extra 'perceptual'.

    Args:
        event_shape: Shape of one example.
        span: Largest minus smallest value that the data can have.
        weight: Weight of the dissimilarity: a number, or a schedule.
        beta: Weight of the rate: a number, or a schedule.
        window: Side of the window in pixels, an odd number; 11 when not given, or less for images
            that it does not fit into.

    Raises:
        ConfigError: If a weight is negative or the window is not an odd number, 3 or more.
        IncompatibleError: If the values have no bounds.
        MissingExtraError: If kornia is not installed.

    Example:
        >>> ssim_vae((1, 28, 28))
        Weighted(1, StructuralSimilarity(window=11)) + Weighted(1, Rate())
    """
    similarity = StructuralSimilarity(span, window=window or fitting_window(event_shape))
    return Sum(Weighted(weight, similarity), Weighted(beta, Rate()))
