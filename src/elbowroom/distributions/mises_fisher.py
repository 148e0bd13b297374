"""The von Mises-Fisher distribution: the normal distribution of the sphere.

    f(z) = exp(k mu'z) / C,     z, mu on the unit sphere of R^d,  k >= 0

with respect to the surface measure. The angle a between z and mu has the density

    h(a) = exp(-k (1 - cos a)) sin^(d-2) a  /  Z(k),    0 <= a <= pi
    C    = |S^(d-2)| exp(k) Z(k)

and given the angle, the direction of z across mu is uniform. Everything is taken from one
Gauss-Legendre rule over the angle, on the window where h has its mass: Z, the moments of 1 - cos a,
and the derivative of the distribution function H(a; k). In the angle there is no singularity in any
d >= 2, and 1 - cos a = |z - mu|^2 / 2 keeps its digits in float32 where mu'z would lose them. No
Bessel functions, so that all of it has derivatives and captures as one graph.

Angles are drawn by Ulrich's rejection sampler in the form of Wood (1994), a fixed number of
proposals at once. Their gradient is implicit (Figurnov et al. 2018): H(a; k) = u for the same u at
every k, so that

    da/dk = -(dH/dk) / h(a).

Davidson et al. (2018), 'Hyperspherical variational auto-encoders', who take the gradient of the
proposal and leave out the correction for its being accepted.
"""

from collections.abc import Callable
from math import pi

import numpy as np
import torch
from torch import Tensor
from torch.distributions import Distribution
from torch.nn.functional import normalize
from torch.types import _size

from elbowroom.distributions.sphere import log_surface, unit_sphere

_NODES = 64
_WINDOW = 10.0
"""Half-width of the window in units of the angle's spread: what is outside is below 1e-9."""
_PROPOSALS = 16
"""Each is accepted with a probability of 0.65 or more, so that none of them is in one of 2e7 draws:
the first is taken then, whose density is at most 1.6 times the right one."""
_SHORTEST, _LONGEST = 1e-15, pi - 1e-6
"""Angles from mu and from -mu in float32, where log sin a is still a number."""


def legendre() -> Tensor:
    """Return the nodes of the Gauss-Legendre rule on [-1, 1], and their weights, (2, nodes)."""
    return torch.from_numpy(np.stack(np.polynomial.legendre.leggauss(_NODES)))


class MisesFisher(Distribution):
    """Unit vectors around a mean direction.

    Args:
        direction: Mean direction mu, unit vectors (*batch, d), d at least 2.
        concentration: k >= 0, (*batch); 0 is the uniform distribution.
        rule: What `legendre` returns, from who has it at hand on the right device.

    Example:
        >>> q = MisesFisher(torch.tensor([1.0, 0.0, 0.0]), torch.tensor(2.0))
        >>> q.mean  # coth(2) - 1/2 along mu
        tensor([0.5373, 0.0000, 0.0000])
        >>> q.rsample((5,)).norm(dim=-1).round(decimals=4)
        tensor([1., 1., 1., 1., 1.])
    """

    has_rsample = True
    arg_constraints = {}
    support = unit_sphere

    def __init__(
        self, direction: Tensor, concentration: Tensor, rule: Tensor | None = None
    ) -> None:
        self.rule = legendre().to(direction.device) if rule is None else rule
        self.direction = direction
        self.concentration = concentration
        self.size = direction.shape[-1]
        super().__init__(concentration.shape, torch.Size((self.size,)), validate_args=False)

    @property
    def mode(self) -> Tensor:
        """The mean direction."""
        return self.direction

    @property
    def mean(self) -> Tensor:
        """E[cos a] mu: inside the sphere, the nearer its surface the higher the concentration."""
        return (1 - self._mean(_rise))[..., None] * self.direction

    @property
    def variance(self) -> Tensor:
        """Variance of each value."""
        spread = self._mean(lambda a: _rise(a).square()) - self._mean(_rise).square()
        across = self._mean(lambda a: a.sin().square()) / (self.size - 1)
        along = self.direction.square()
        return spread[..., None] * along + across[..., None] * (1 - along)

    def log_prob(self, value: Tensor) -> Tensor:
        """Return the log-density of unit vectors with respect to the surface measure."""
        k, _, log_mass = self._rule(value.dtype)
        distance = (value - self.direction).square().sum(-1)
        return -0.5 * k * distance - log_mass.logsumexp(-1) - log_surface(self.size - 1)

    def rate_to_uniform(self) -> Tensor:
        """Return KL(f || uniform) = -k E[1 - cos a] - log Z(k) / Z(0), in nats."""
        _, _, log_mass = self._rule(self.concentration.dtype)
        flat = log_surface(self.size) - log_surface(self.size - 1)
        return flat - log_mass.logsumexp(-1) - self.concentration * self._mean(_rise)

    def rsample(self, sample_shape: _size = ()) -> Tensor:
        """Draw unit vectors, reparametrised in mean direction and concentration."""
        shape = torch.Size((*sample_shape, *self.batch_shape))
        angle = self._angle(shape)[..., None]
        mu = self.direction
        across = torch.randn(shape + self.event_shape, dtype=mu.dtype, device=mu.device)
        for _ in range(2):  # the second time removes what rounding left along mu
            across = normalize(across - (across * mu).sum(-1, keepdim=True) * mu, dim=-1)
        return angle.cos() * mu + angle.sin() * across

    def _angle(self, shape: torch.Size) -> Tensor:
        """Draw angles from h; the gradient in k is the implicit one."""
        k = self.concentration
        with torch.no_grad():
            angle = _drawn(k.expand(shape), self.size)
            slope = self._slope(angle) if k.requires_grad else None
        return angle if slope is None else angle + slope * (k - k.detach())

    def _slope(self, angle: Tensor) -> Tensor:
        """Return da/dk: the integral of (1 - cos - its mean) h from the near end to a, over h(a).

        Over all angles the integral is zero, so that the end may be chosen: the one on this side
        of the mode, from where nothing cancels and h does not exceed h(a).
        """
        k = self.concentration
        mode, low, high = _window(k, self.size)
        end = torch.where(angle < mode, low.expand_as(angle), high.expand_as(angle))
        nodes, weights = self.rule.to(angle.dtype)
        middle, half = (end + angle) / 2, (angle - end) / 2
        at = middle[..., None] + half[..., None] * nodes
        ratio = self._log_h(k[..., None], at) - self._log_h(k, angle)[..., None]
        excess = _rise(at) - self._mean(_rise)[..., None]
        return half * (weights * excess * ratio.exp()).sum(-1)

    def _mean(self, of: Callable[[Tensor], Tensor]) -> Tensor:
        """Return the mean of a function of the angle."""
        _, angles, log_mass = self._rule(self.concentration.dtype)
        return (log_mass.softmax(-1) * of(angles)).sum(-1)

    def _rule(self, dtype: torch.dtype) -> tuple[Tensor, Tensor, Tensor]:
        """Return k, the nodes and the log of weight times unnormalised h there, (*batch, nodes).

        The nodes move with k only to be where the mass is: no gradient passes through them.
        """
        k = self.concentration.to(dtype)
        _, low, high = _window(k.detach(), self.size)
        nodes, weights = self.rule.to(dtype)
        middle, half = (low + high)[..., None] / 2, (high - low)[..., None] / 2
        angles = middle + half * nodes
        return k, angles, self._log_h(k[..., None], angles) + (half * weights).log()

    def _log_h(self, k: Tensor, angle: Tensor) -> Tensor:
        """Return log h + log Z."""
        return (self.size - 2) * angle.sin().log() - k * _rise(angle)


def _rise(angle: Tensor) -> Tensor:
    """Return 1 - cos a, with all digits at small angles."""
    return 2 * (angle / 2).sin().square()


def _window(k: Tensor, size: int) -> tuple[Tensor, Tensor, Tensor]:
    """Return the mode of h, and the ends of the window that holds its mass.

    With s = r^(1/2) and r = 2 / (d - 2 + sqrt((d - 2)^2 + 4 k^2)), the mode has the cosine k r and
    the sine s sqrt(d - 2), and log h falls from it at least as fast as -(a - mode)^2 / (2 s^2) near
    by: s is the spread, exactly so for d = 2 and for k = 0.
    """
    free = size - 2
    r = 2 / (free + (free**2 + 4 * k.square()).sqrt()).clamp(min=1e-6)
    mode = torch.atan2((free * r).sqrt(), k * r)
    low = (mode - _WINDOW * r.sqrt()).clamp(min=_SHORTEST)
    return mode, low, (mode + _WINDOW * r.sqrt()).clamp(max=pi)


def _drawn(k: Tensor, size: int) -> Tensor:
    """Draw angles from h for concentrations of any shape.

    The proposal is a ratio of gamma variates, y = 1 - cos a = 2 b g1 / (g2 + b g1), kept as such
    because 1 - y would lose the digits of y at high concentrations.
    """
    m = size - 1
    b = m / (2 * k + (4 * k.square() + m**2).sqrt())
    gammas = torch._standard_gamma(k.new_full((2, _PROPOSALS, *k.shape), m / 2))
    y = 2 * b * gammas[0] / (gammas[1] + b * gammas[0])
    log_ratio = k * (2 * b / (1 + b) - y) + m * ((1 - b) * y / (2 * b)).log1p()
    accepted = torch.rand_like(y).log() <= log_ratio + m * ((1 + b) / 2).log()
    order = torch.arange(_PROPOSALS, 0, -1, device=k.device).reshape(-1, *[1] * k.dim())
    first = (accepted * order).argmax(0, keepdim=True)
    angle = 2 * (y.gather(0, first)[0] / 2).sqrt().clamp(max=1).asin()
    return angle.clamp(_SHORTEST, _LONGEST)
