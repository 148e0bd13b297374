r"""A logistic variable cut into levels: what discretised and ordinal likelihoods share.

A latent value y ~ Logistic(m, s) is seen only as the level between whose cuts it falls. With
a = (c_k - m)/s and b = (c_{k-1} - m)/s,

    P(k) = sigmoid(a) - sigmoid(b) = (1 - exp(-(a - b))) sigmoid(a) sigmoid(-b).

The product holds exactly, and its logarithm needs no difference of nearly equal numbers: it is
right, with its gradient, in both tails and for any scale, where implementations of the difference
switch between three approximations. The first level has no lower cut and the last no upper one, so
that they hold the tails, and the levels sum to one.
"""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import logsigmoid

from elbowroom.distributions.cuts import Cuts

_SMALLEST_VARIANCE = 1e-4
"""In squared levels; below it a law is a point, and its skewness noise."""


@dataclass(frozen=True)
class CutLogistic:
    """The law of the level of a logistic variable.

    Attributes:
        location: Location m of the logistic, any shape.
        scale: Its scale s, of the same shape.
        cuts: Where the levels meet.
    """

    location: Tensor
    scale: Tensor
    cuts: Cuts

    @property
    def shape(self) -> torch.Size:
        """Shape of the parameters."""
        return self.location.shape

    def log_mass(self, k: Tensor) -> Tensor:
        """Return log P(K = k) in nats."""
        upper, lower = self.cuts.above(k), self.cuts.above(k - 1)
        first, last = k <= 0, k >= self.cuts.last
        # Where there is no width a harmless one stands in, so that its gradient is not 0 * inf.
        width = torch.where(first | last, 1.0, upper - lower) / self.scale
        zero = torch.zeros((), dtype=width.dtype, device=width.device)
        return (
            torch.where(last, zero, logsigmoid((upper - self.location) / self.scale))
            + torch.where(first, zero, logsigmoid((self.location - lower) / self.scale))
            + torch.where(first | last, zero, torch.log(-torch.expm1(-width)))
        )

    def mean(self) -> Tensor:
        """Return E[K]."""
        return self.cuts.expected(self.location, self.scale)

    def variance(self) -> Tensor:
        """Return the variance of K."""
        return self._central_moments()[1]

    def two_points(self) -> tuple[Tensor, Tensor, Tensor]:
        """Return two numbers, and the probability of the first, with K's first three moments.

        This is Gauss's quadrature with two nodes: expectations of cubics in K are exact, and all
        expectations are where K takes two values.
        """
        mean, variance, third = self._central_moments()
        deviation = variance.clamp(min=_SMALLEST_VARIANCE).sqrt()
        half_skew = third / deviation.pow(3) / 2
        root = (1 + half_skew.square()).sqrt()
        return (
            mean + deviation * (half_skew - root),
            mean + deviation * (half_skew + root),
            (1 + half_skew / root) / 2,
        )

    def _central_moments(self) -> tuple[Tensor, Tensor, Tensor]:
        """Return the mean and the second and third central moments, by one sum over the cuts.

        About a whole number c near the mean, E[(K - c)^p] is the sum over j of the increments of
        (j - c)^p times P(K > j) for j >= c, and minus P(K <= j) below: small terms where the mass
        is not, and for p = 2 none that cancel.
        """
        mean = self.mean()
        centre = mean.detach().round()
        second, third = torch.zeros_like(mean), torch.zeros_like(mean)
        for j in range(self.cuts.last):
            offset = j - centre
            side = (2 * offset + 1).sign()
            cut = self.cuts.above(torch.full_like(mean, j))
            beyond = side * (side * (self.location - cut) / self.scale).sigmoid()
            second = second + (2 * offset + 1) * beyond
            third = third + (3 * offset * (offset + 1) + 1) * beyond
        shift = mean - centre
        return mean, second - shift.square(), third - 3 * shift * second + 2 * shift.pow(3)

    def mode(self) -> Tensor:
        """Return the most probable level."""
        candidates = iter(self.cuts.candidates(self.location))
        best = next(candidates)
        highest = self.log_mass(best)
        for k in candidates:
            log_mass = self.log_mass(k)
            best = torch.where(log_mass > highest, k, best)
            highest = torch.maximum(log_mass, highest)
        return best

    def draw(self, shape: torch.Size) -> Tensor:
        """Draw latent values and return their levels."""
        uniform = torch.rand(shape + self.shape, device=self.location.device)
        noise = torch.logit(uniform, eps=1e-7)
        return self.cuts.level(self.location + self.scale * noise)
