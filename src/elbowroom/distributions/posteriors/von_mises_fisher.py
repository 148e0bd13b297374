"""The von Mises-Fisher posterior: codes on the sphere."""

from math import log

import torch
from torch import Tensor
from torch.distributions import Distribution
from torch.nn.functional import normalize

from elbowroom.distributions.family import Ability
from elbowroom.distributions.mises_fisher import MisesFisher, legendre
from elbowroom.distributions.posteriors.posterior import Posterior
from elbowroom.distributions.space import Space
from elbowroom.errors import ConfigError

MOST_CONCENTRATED = 1e4
_NUDGE = 1e-6


class VonMisesFisher(Posterior):
    """Codes on the unit sphere: q(z|x) = exp(k(x) mu(x)'z) / C(k(x)) (Davidson et al. 2018).

    With the sphere-uniform prior no code is nearer to the prior's centre than another, because
    there is none: the rate does not pull codes together, it only blurs them. `latent` counts the
    values of a code, so that it has latent - 1 degrees of freedom; densities are with respect to
    the sphere's surface measure.

    The raw output is a vector in the mean direction mu, of any length, and one number that is to
    the concentration k what the log-variance is to a Gaussian:

        1 / k = exp(raw) / latent + 1 / 10,000

    k is at most 10,000, a spread of 0.01 in each direction, where float32 still holds.

    Args:
        latent: Number of values of a code, 2 or more.

    Raises:
        ConfigError: If latent is below 2: a sphere on the line is two points.

    Example:
        >>> q = VonMisesFisher(3)(torch.tensor([0.0, 5.0, 0.0, -1.0]))
        >>> q.mode.round(decimals=4), round(q.concentration.item(), 2)
        (tensor([0., 1., 0.]), 8.15)
    """

    provides: frozenset[Ability] = frozenset({Ability.DENSITY, Ability.ANYWHERE})
    space: Space = Space.SPHERE

    def __init__(self, latent: int) -> None:
        super().__init__(latent)
        if self.latent < 2:
            raise ConfigError(
                f"a von Mises-Fisher posterior needs latent 2 or more, got {latent}: the unit "
                "sphere in R^1 is the two points -1 and 1, between which nothing can be learned "
                "by gradients"
            )
        self.nudge: Tensor
        self.rule: Tensor
        self.register_buffer("rule", legendre(), persistent=False)
        self.register_buffer("nudge", _NUDGE * torch.eye(self.latent)[0], persistent=False)

    @property
    def param_shape(self) -> tuple[int, ...]:
        """A direction and a concentration."""
        return (self.latent + 1,)

    def forward(self, raw: Tensor) -> Distribution:
        """Return von Mises-Fisher distributions, one for each leading index of `raw`."""
        vector, width = raw.float().split((self.latent, 1), -1)
        # The zero vector has no direction: next to it, the first axis is as good as any.
        direction = normalize(vector + self.nudge, dim=-1)
        logit = log(self.latent / MOST_CONCENTRATED) - width[..., 0]
        return MisesFisher(direction, MOST_CONCENTRATED * logit.sigmoid(), self.rule)
