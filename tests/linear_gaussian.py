"""The oracle: probabilistic PCA (Tipping & Bishop 1999), where log p(x) and p(z|x) are exact.

x = W z + mu + s e,    z ~ N(0, I_q),  e ~ N(0, I_D)
log p(x) = log N(x; mu, W W' + s^2 I)
p(z|x) = N(z; L^-1 W'(x - mu) / s^2, L^-1),    L = I + W'W / s^2
"""

from dataclasses import dataclass, replace
from functools import cache
from math import log, pi

import torch
from torch import Tensor

from elbowroom.data import load
from elbowroom.distributions import Gaussian
from elbowroom.models import VAE
from elbowroom.networks import MLP

# Mean log p(x) in nats at the maximum likelihood, on all digits divided by 16.
MAXIMUM = {2: 0.0057, 5: 8.9076, 10: 17.4519, 20: 27.2773}


@cache
def digits() -> Tensor:
    """Return scikit-learn's digits in [0, 1], (1797, 64), float64."""
    values = load("digits")
    return values.take(torch.arange(len(values))).flatten(1).double() / 16


@dataclass(frozen=True)
class LinearGaussian:
    """The model above, in float64."""

    weights: Tensor
    mean: Tensor
    variance: float

    @classmethod
    def fitted(cls, x: Tensor, q: int) -> "LinearGaussian":
        """Return the maximum-likelihood model; its columns are the principal axes, scaled."""
        mean = x.mean(0)
        values, axes = torch.linalg.eigh((x - mean).T @ (x - mean) / len(x))
        values, axes = values.flip(0), axes.flip(1)
        variance = float(values[q:].mean())
        return cls(axes[:, :q] * (values[:q] - variance).sqrt(), mean, variance)

    @classmethod
    def of(cls, model: VAE) -> "LinearGaussian":
        """Read the parameters of a VAE with a linear decoder."""
        linear = model.decoder.network.body[-1]
        return cls(
            linear.weight.detach().double(),
            linear.bias.detach().double(),
            float(model.likelihood.scale.detach().double() ** 2),
        )

    def rotated(self, seed: int = 0) -> "LinearGaussian":
        """Return the same p(x) with other axes, for which no diagonal posterior is exact."""
        q = self.weights.shape[1]
        generator = torch.Generator().manual_seed(seed)
        noise = torch.randn(q, q, generator=generator, dtype=torch.float64)
        rotation, _ = torch.linalg.qr(noise)
        return replace(self, weights=self.weights @ rotation)

    @property
    def precision(self) -> Tensor:
        """L, the precision of p(z|x)."""
        eye = torch.eye(self.weights.shape[1], dtype=torch.float64)
        return eye + self.weights.T @ self.weights / self.variance

    def log_evidence(self, x: Tensor) -> Tensor:
        """Return log p(x), (N,)."""
        eye = torch.eye(len(self.mean), dtype=torch.float64)
        covariance = self.weights @ self.weights.T + self.variance * eye
        shifted = (x - self.mean).T
        squares = (shifted * torch.linalg.solve(covariance, shifted)).sum(0)
        return -0.5 * (squares + torch.logdet(covariance) + len(self.mean) * log(2 * pi))

    def vae(self, wider: float = 1.0) -> VAE:
        """Return the model as a VAE whose q(z|x) has the exact mean and the precision diag(L).

        That is the best diagonal posterior, and the exact one where L is diagonal.

        Args:
            wider: What its standard deviations are multiplied with.
        """
        size, q = self.weights.shape
        likelihood = Gaussian((size,), scale="fixed", initial=self.variance**0.5)
        model = VAE.of(likelihood, latent=q, network=MLP(hidden=()))
        to_mean = torch.linalg.solve(self.precision, self.weights.T) / self.variance
        log_variance = 2 * log(wider) - self.precision.diagonal().log()
        with torch.no_grad():
            encoder, decoder = (net.network.body[-1] for net in (model.encoder, model.decoder))
            encoder.weight.copy_(torch.cat([to_mean, torch.zeros_like(to_mean)]))
            encoder.bias.copy_(torch.cat([-to_mean @ self.mean, log_variance]))
            decoder.weight.copy_(self.weights)
            decoder.bias.copy_(self.mean)
        return model

    @property
    def mean_field_gap(self) -> float:
        """log p(x) - ELBO of the best diagonal posterior: (sum log L_ii - log det L) / 2."""
        precision = self.precision
        return float(precision.diagonal().log().sum() - torch.logdet(precision)) / 2
