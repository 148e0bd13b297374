"""InfoVAE, as an objective by name."""

from typing import Literal

from elbowroom.errors import ConfigError
from elbowroom.objectives.costs import Distortion, Rate, Weighted
from elbowroom.objectives.discrepancy import MeanDiscrepancy
from elbowroom.objectives.objective import Objective, Penalty, Sum


def info_vae(
    *,
    alpha: float = 0.9,
    weight: float = 100.0,
    kernel: Literal["gaussian", "inverse-multiquadratic", "laplace"] = "gaussian",
    scales: tuple[float, ...] = (1.0,),
    level: int = 0,
    samples: int = 1,
) -> Objective:
    """InfoVAE: less weight on the rate of each example, and one on how far all codes are from p(z).

    loss = distortion + (1 - alpha) * rate + (alpha + weight - 1) * MMD^2(q(z), p(z)), the first two
    in nats per example (Zhao, Song, Ermon 2019, 'InfoVAE: balancing learning and inference in
    variational autoencoders', whose lambda is the weight). The larger alpha, the less the cost is
    against codes that tell much about their examples; with alpha = 1 there is no rate at all, which
    is MMD-VAE. MMD^2 is 2 at most, and some hundredths where codes are near the prior, so that its
    weight is large where distortions are many nats. The weight means the same at every batch size,
    but the noise of MMD^2 grows as the batch shrinks: where weight / batch size is many nats, the
    noise drowns what the decoder asks of the encoder, and nothing is learned.

    Args:
        alpha: How much of the rate is left out, 1 at most; with 0 it has its full weight.
        weight: The paper's lambda, of the divergence.
        kernel: Kernel of the discrepancy.
        scales: Its widths, in units of the distance between two draws from the prior.
        level: Level of a ladder whose codes are meant, 0 for the topmost.
        samples: Codes drawn for each example.

    Raises:
        ConfigError: If an option is out of range, or alpha + weight below 1.

    Example:
        >>> info_vae(alpha=0.5, weight=100.0)
        Distortion() + Weighted(0.5, Rate()) + Weighted(99.5, MeanDiscrepancy('gaussian'))
    """
    if not (alpha <= 1 and alpha + weight >= 1):
        raise ConfigError(
            "InfoVAE weights the rate with 1 - alpha and the discrepancy with alpha + weight - 1, "
            f"neither below 0: alpha = {alpha:g} and weight = {weight:g} do not fit"
        )
    # Without a weight on the rate, codes without a density are fine.
    rate: list[Penalty] = [Weighted(1 - alpha, Rate())] if alpha < 1 else []
    discrepancy = MeanDiscrepancy(kernel, scales=scales, level=level)
    return Sum(Distortion(), *rate, Weighted(alpha + weight - 1, discrepancy), samples=samples)
