"""The oracle for ladders: two linear-Gaussian levels, with inference in both directions.

z2 ~ N(0, I),    z1 | z2 ~ N(A z2, s^2 I),    x | z1 ~ N(W z1 + mu, t^2 I)
log p(x) = log N(x; mu, W (A A' + s^2 I) W' + t^2 I)

Where A and the columns of W are orthogonal, every posterior that either direction asks for has
independent units and a mean linear in what it is given: inference is exact and every draw has the
weight p(x). Elsewhere the units get the exact conditional precisions.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.distributions import MultivariateNormal

from elbowroom.distributions import DiagonalGaussian, Gaussian
from elbowroom.models import LadderVAE, Neural, StandardNormal
from elbowroom.models.bottom_up import BottomUp
from elbowroom.models.inference import Inference
from elbowroom.models.top_down import TopDown
from elbowroom.networks import MLP, Network

TOP, LOWER, SIZE = 2, 3, 6


@dataclass(frozen=True)
class LinearLadder:
    """The model above, in float64."""

    a: Tensor
    w: Tensor
    mu: Tensor
    s: float = 0.7
    t: float = 0.5

    @classmethod
    def random(cls, seed: int = 0, *, orthogonal: bool = False) -> "LinearLadder":
        """Draw the weights; with orthogonal columns, for which inference can be exact."""
        generator = torch.Generator().manual_seed(seed)
        a = torch.randn(LOWER, TOP, generator=generator, dtype=torch.float64)
        w = 0.5 * torch.randn(SIZE, LOWER, generator=generator, dtype=torch.float64)
        mu = torch.randn(SIZE, generator=generator, dtype=torch.float64)
        if orthogonal:
            w = torch.linalg.qr(w)[0] * torch.tensor([1.2, 0.8, 0.5], dtype=torch.float64)
            a = torch.eye(LOWER, TOP, dtype=torch.float64) * torch.tensor([1.5, -0.7])
        return cls(a, w, mu)

    @property
    def prior_covariance(self) -> Tensor:
        """Of z1, its top level marginalised."""
        return self.a @ self.a.T + self.s**2 * torch.eye(LOWER)

    def log_evidence(self, x: Tensor) -> Tensor:
        """Return log p(x), (N,)."""
        covariance = self.w @ self.prior_covariance @ self.w.T + self.t**2 * torch.eye(SIZE)
        return MultivariateNormal(self.mu, covariance).log_prob(x.double())

    def model(self, direction: str, wider: float = 1.0) -> LadderVAE:
        """Return the model as a ladder; q's standard deviations are multiplied with `wider`."""
        likelihood = Gaussian((SIZE,), scale="fixed", initial=self.t)
        body = _linear(self.w, self.mu).body
        decoder = Network(body, (LOWER,), likelihood.param_shape)
        inference = {"top-down": self._top_down, "bottom-up": self._bottom_up}[direction](wider)
        given_above = [_gaussian(self.a, torch.zeros(LOWER), torch.full((LOWER,), self.s**-2))]
        return LadderVAE(inference, given_above, Neural(decoder, likelihood), StandardNormal(TOP))

    def _top_down(self, wider: float) -> Inference:
        # What x says of z1 alone: the likelihood as a density of z1.
        said = self.w.T @ self.w / self.t**2
        to_lower = torch.linalg.solve(said, self.w.T) / self.t**2
        # What x says of z2, z1 being marginalised.
        slope = self.w @ self.a
        noise = self.s**2 * self.w @ self.w.T + self.t**2 * torch.eye(SIZE)
        pull = torch.linalg.solve(noise, slope).T
        precision = torch.eye(TOP) + pull @ slope
        to_top = torch.linalg.solve(precision, pull)
        way = [Network(nn.Flatten(), (SIZE,), (SIZE,)) for _ in range(2)]
        readings = [
            _gaussian(m, -m @ self.mu, p.diagonal() / wider**2)
            for m, p in ((to_lower, said), (to_top, precision))
        ]
        return TopDown(way, readings)

    def _bottom_up(self, wider: float) -> Inference:
        lower = torch.linalg.inv(self.prior_covariance) + self.w.T @ self.w / self.t**2
        to_lower = torch.linalg.solve(lower, self.w.T) / self.t**2
        top = torch.eye(TOP) + self.a.T @ self.a / self.s**2
        to_top = torch.linalg.solve(top, self.a.T) / self.s**2
        return BottomUp([
            _gaussian(to_lower, -to_lower @ self.mu, lower.diagonal() / wider**2),
            _gaussian(to_top, torch.zeros(TOP), top.diagonal() / wider**2),
        ])  # fmt: skip


def _linear(weight: Tensor, bias: Tensor) -> Network:
    network = MLP(hidden=()).down((weight.shape[1],), (weight.shape[0],))
    with torch.no_grad():
        network.body[-1].weight.copy_(weight)
        network.body[-1].bias.copy_(bias)
    return network


def _gaussian(mean: Tensor, bias: Tensor, precision: Tensor) -> Neural:
    """Return independent normal units of a linear mean and a fixed precision."""
    outputs, inputs = mean.shape
    network = _linear(
        torch.cat([mean, torch.zeros_like(mean)]), torch.cat([bias, -precision.log()])
    )
    return Neural(Network(network.body, (inputs,), (2, outputs)), DiagonalGaussian(outputs))
