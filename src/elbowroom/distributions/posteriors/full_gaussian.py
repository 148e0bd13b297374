"""The Gaussian posterior with full covariance."""

import torch
from torch import Tensor
from torch.distributions import Distribution

from elbowroom.distributions.correlated_normal import CorrelatedNormal
from elbowroom.distributions.family import Ability
from elbowroom.distributions.posteriors.posterior import Posterior


class FullGaussian(Posterior):
    """A normal distribution with correlated units: q(z|x) = N(z; mu(x), L(x) L(x)').

    The raw output is the mean, the d log-variances and the d (d - 1) / 2 entries of a strictly
    lower-triangular N, row by row:

        L = diag(sigma) (I + N),    sigma = exp(raw / 2)

    so that log det L is the sum of log sigma, correlations stay as they are while units sharpen,
    and N = 0 is the diagonal Gaussian. Kingma & Welling (2019), section 2.5.1.

    Args:
        latent: Number of latent units.

    Example:
        >>> raw = torch.tensor([0.0, 0.0, 0.0, 0.0, 1.0])  # means, log-variances, N
        >>> FullGaussian(2)(raw).scale_tril
        tensor([[1., 0.],
                [1., 1.]])
    """

    provides: frozenset[Ability] = frozenset({Ability.DENSITY, Ability.ANYWHERE})

    def __init__(self, latent: int) -> None:
        super().__init__(latent)
        self.places: Tensor
        self.register_buffer("places", _places(self.latent), persistent=False)

    @property
    def param_shape(self) -> tuple[int, ...]:
        """A mean and a log-variance for each unit, and a number for each pair of them."""
        return (2 * self.latent + self.latent * (self.latent - 1) // 2,)

    def forward(self, raw: Tensor) -> Distribution:
        """Return normal distributions, one for each leading index of `raw`."""
        d = self.latent
        mean, log_variance, pairs = raw.float().split((d, d, self.param_shape[0] - 2 * d), -1)
        values = torch.cat(
            [pairs, torch.zeros_like(mean[..., :1]), torch.ones_like(mean[..., :1])], -1
        )
        unit = values[..., self.places]
        return CorrelatedNormal(mean, (0.5 * log_variance).exp()[..., None] * unit)


def _places(size: int) -> Tensor:
    """Return where the entries of I + N are among N's, followed by a zero and a one, (d, d)."""
    pairs = size * (size - 1) // 2
    places = torch.full((size, size), pairs).fill_diagonal_(pairs + 1)
    below = torch.tril_indices(size, size, -1)
    places[below[0], below[1]] = torch.arange(pairs)
    return places
