"""A ladder of two levels whose log p(x) is exact, to show that estimators work for several levels.

z1 ~ N(0, I),    z2 | z1 ~ N(A z1, s^2 I),    x | z2 ~ N(W z2 + mu, t^2 I)
log p(x) = log N(x; mu, W (A A' + s^2 I) W' + t^2 I)

The posterior goes top down, q(z1|x) q(z2|x, z1), both with the exact means and independent units.
"""

import torch
from torch import Tensor, nn
from torch.distributions import Distribution, Independent, MultivariateNormal, Normal

from elbowroom.distributions import Ability, Gaussian, Likelihood
from elbowroom.models import Codes, LatentModel, Level, Trace, by_level

TOP, LOWER, SIZE = 2, 3, 6


def units(mean: Tensor, scale: Tensor | float) -> Distribution:
    """Return independent normal units."""
    scale = torch.as_tensor(scale).expand_as(mean)
    return Independent(Normal(mean, scale, validate_args=False), 1, validate_args=False)


class TwoLevels(LatentModel):
    """The ladder above, with weights drawn from a seed.

    Args:
        s: Noise of the lower code.
        t: Noise of the examples.
        wider: What the posterior's standard deviations are multiplied with.
    """

    def __init__(self, *, s: float = 0.7, t: float = 0.5, wider: float = 1.1, seed: int = 0):
        super().__init__()
        generator = torch.Generator().manual_seed(seed)
        self.a = nn.Parameter(torch.randn(LOWER, TOP, generator=generator))
        self.w = nn.Parameter(0.5 * torch.randn(SIZE, LOWER, generator=generator))
        self.mu = nn.Parameter(torch.randn(SIZE, generator=generator))
        self.s, self.t, self.wider = s, t, wider
        self.family = Gaussian((SIZE,), scale="fixed", initial=t)

    @property
    def likelihood(self) -> Likelihood:
        return self.family

    @property
    def abilities(self) -> frozenset[Ability]:
        return frozenset({Ability.DENSITY})

    def forward(self, x: Tensor, samples: int = 1, given: Codes | None = None) -> Trace:
        covariance, mean = self._posterior(x)
        top, across = covariance[:TOP, :TOP], covariance[TOP:, :TOP]
        slope = torch.linalg.solve(top, across.T).T
        left = (covariance[TOP:, TOP:] - slope @ across.T).diagonal()
        q1 = units(mean[:, :TOP], self.wider * top.diagonal().sqrt())
        z1 = q1.rsample(torch.Size((samples,))) if given is None else by_level(given)[0]
        q2 = units(mean[:, TOP:] + (z1 - mean[:, :TOP]) @ slope.T, self.wider * left.sqrt())
        z2 = q2.rsample() if given is None else by_level(given)[1]
        return self._trace(x, z1, z2, q1, q2)

    def generate(self, shape: tuple[int, ...] = (), given: Codes | None = None) -> Trace:
        if given is None:
            z1 = torch.randn(*shape, TOP)
            given = z1, z1 @ self.a.T + self.s * torch.randn(*shape, LOWER)
        return self._trace(None, *by_level(given))

    def log_evidence(self, x: Tensor) -> Tensor:
        """Return log p(x) in closed form, (N,), float64."""
        a, w, mu = (value.detach().double() for value in (self.a, self.w, self.mu))
        code = a @ a.T + self.s**2 * torch.eye(LOWER)
        covariance = w @ code @ w.T + self.t**2 * torch.eye(SIZE)
        return MultivariateNormal(mu, covariance).log_prob(x.double())

    def _trace(
        self, x: Tensor | None, z1: Tensor, z2: Tensor,
        q1: Distribution | None = None, q2: Distribution | None = None,
    ) -> Trace:  # fmt: skip
        levels = (
            Level(z1, units(torch.zeros(TOP), 1.0), q1),
            Level(z2, units(z1 @ self.a.T, self.s), q2),
        )
        return Trace(x, self.family((z2 @ self.w.T + self.mu)[..., None, :]), levels)

    def _posterior(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return covariance and means of p(z1, z2 | x)."""
        up = self.a / self.s**2
        precision = torch.cat([
            torch.cat([torch.eye(TOP) + self.a.T @ up, -up.T], 1),
            torch.cat([-up, torch.eye(LOWER) / self.s**2 + self.w.T @ self.w / self.t**2], 1),
        ])  # fmt: skip
        pull = torch.cat([torch.zeros(len(x), TOP), (x - self.mu) @ self.w / self.t**2], 1)
        covariance = torch.linalg.inv(precision)
        return covariance, pull @ covariance
