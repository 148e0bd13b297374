"""A VAE whose examples are the raw parameters of their own posteriors, so that these are known."""

import torch
from torch import Tensor

from elbowroom.distributions import Gaussian
from elbowroom.models import VAE
from elbowroom.networks import MLP


def planted(means: Tensor, scales: Tensor | float) -> tuple[VAE, Tensor]:
    """Return a model and examples whose posteriors have the means and scales given.

    Args:
        means: Posterior means, (N, latent).
        scales: Posterior standard deviations, of that shape or one that broadcasts to it.
    """
    latent = means.shape[1]
    log_variances = 2 * torch.as_tensor(scales).log().expand_as(means)
    model = VAE.of(Gaussian((2 * latent,)), latent=latent, network=MLP(hidden=()))
    with torch.no_grad():
        encoder = model.encoder.network.body[-1]
        encoder.weight.copy_(torch.eye(2 * latent))
        encoder.bias.zero_()
    return model, torch.cat([means, log_variances], 1).float()


def correlated(count: int, correlation: float, scale: float) -> tuple[VAE, Tensor]:
    """Return a model whose codes of three units are correlated by their means, and its examples."""
    covariance = correlation * torch.ones(3, 3) + (1 - correlation) * torch.eye(3)
    return planted(torch.randn(count, 3) @ torch.linalg.cholesky(covariance).T, scale)


def grid(*axes: tuple[float, float, int]) -> tuple[list[Tensor], float]:
    """Return the coordinates of a grid, each of the grid's shape in float64, and its cell size."""
    lines = [torch.linspace(low, high, count, dtype=torch.float64) for low, high, count in axes]
    cell = 1.0
    for line in lines:
        cell *= float(line[1] - line[0])
    return list(torch.meshgrid(*lines, indexing="ij")), cell
