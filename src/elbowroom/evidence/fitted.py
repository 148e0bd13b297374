"""A proposal fitted to each example: Student-t around the posterior mode, with a defensive part.

The encoder's q(z|x) is one network's guess for all examples, with independent units. For the
evidence of one example a better proposal costs little: climb from the best code known to the
mode m of log p(x, z) by Newton steps, and take the curvature there as the precision,

    L = -d2/dz2 log p(x, z) at m,      r(z) = (1 - a) t_nu(z; m, w^2 L^-1) + a N(z; mu, (w s)^2)

with w slightly above 1 and nu = 10, because a proposal with lighter tails than the posterior has
weights without a variance, and with a part a that keeps where the encoder would have looked
(mu, s: its moments). Only the units that the examples inform take part in the Newton steps; the
others keep mu and s. Pilot draws then move the centre from the mode to the mean.
"""

from dataclasses import dataclass, replace
from math import lgamma, log, log1p, pi
from typing import Self

import torch
from torch import Tensor
from torch.func import jacrev, vmap

from elbowroom.evidence.codes import CodeSpace
from elbowroom.evidence.proposals import DEFENSIVE, Normal

_WIDEN = 1.15
_DEGREES = 10.0
_NEWTON_STEPS = 3
_PRIOR_DRAWS = 10
_DAMPING = (1.0, 0.5, 0.25, 0.1, 0.03, 0.0)
_INFORMED = 0.9
"""A unit is informed where the posterior's scale is below this share of the prior's."""


@dataclass(frozen=True)
class Fitted:
    """Fitted proposals for B examples; a `Proposal`.

    Attributes:
        around: Where the encoder looks, widened: the defensive part.
        informed: Numbers of the d units that any of the examples informs.
        mode: Mode, or later mean, of the informed units, (B, d).
        lengths: w / sqrt(eigenvalues of L), (B, d).
        axes: Eigenvectors of L in columns, (B, d, d).
    """

    around: Normal
    informed: Tensor
    mode: Tensor
    lengths: Tensor
    axes: Tensor

    def only(self, which: Tensor) -> Self:
        """Return the proposals of some of the examples."""
        return replace(
            self,
            around=Normal(self.around.mean[which], self.around.scale[which]),
            mode=self.mode[which],
            lengths=self.lengths[which],
            axes=self.axes[which],
        )

    def recentred(self, z: Tensor, log_w: Tensor) -> Self:
        """Return the proposals around the weighted mean of draws instead of the mode.

        A skew posterior has its mean beside its mode, and from there the weights are far more
        even. The fewer draws count, the less the centre moves.

        Args:
            z: Draws from these proposals, (K, B, size).
            log_w: Their log-weights, (K, B). Weights of later draws do not depend on these, so
                that the estimate from those stays unbiased.
        """
        weight = torch.softmax(log_w.to(z.device), 0)
        mean = (weight[..., None] * z[..., self.informed]).sum(0).to(self.mode)
        ess = 1 / weight.square().sum(0)
        trust = (ess / (ess + _PRIOR_DRAWS))[:, None].to(self.mode)
        return replace(self, mode=self.mode + trust * (mean - self.mode))

    @property
    def scale(self) -> Tensor:
        """Standard deviations of the coordinates, (B, size)."""
        spread = (self.axes * self.lengths[:, None]).square().sum(-1).sqrt()
        return self.around.scale.index_copy(1, self.informed, spread)

    def draw(self, samples: int) -> Tensor:
        """Draw codes, (K, B, size)."""
        lead = (samples, *self.mode.shape)
        normal = self.around.draw(samples)
        # Student-t: a normal over the root of a mean square of nu others.
        shape = self.mode.new_full(lead[:2], _DEGREES / 2)
        mean_square = torch._standard_gamma(shape) / (_DEGREES / 2)
        t = torch.randn(lead, device=self.mode.device) / mean_square.sqrt()[..., None]
        moved = self.mode + _apply(self.axes, self.lengths * t)
        defensive = torch.rand(lead[:2], device=self.mode.device) < DEFENSIVE
        return torch.where(defensive[..., None], normal, normal.index_copy(2, self.informed, moved))

    def log_prob(self, z: Tensor) -> Tensor:
        """Return log r(z), (K, B)."""
        units = self.around.log_units(z)
        t = _apply(self.axes.mT, z[..., self.informed] - self.mode) / self.lengths
        d = t.shape[-1]
        constant = lgamma((_DEGREES + d) / 2) - lgamma(_DEGREES / 2) - d / 2 * log(_DEGREES * pi)
        heavy = constant - self.lengths.log().sum(-1)
        heavy = heavy - (_DEGREES + d) / 2 * torch.log1p(t.square().sum(-1) / _DEGREES)
        fitted = heavy + units.sum(-1) - units[..., self.informed].sum(-1)
        return torch.logaddexp(log1p(-DEFENSIVE) + fitted, log(DEFENSIVE) + units.sum(-1))


def informed_units(scale: Tensor, prior_scale: Tensor) -> Tensor:
    """Return the numbers of the units that any of the examples informs."""
    return (scale < _INFORMED * prior_scale).any(0).nonzero()[:, 0]


def fit_cost(informed: int) -> int:
    """Return the decoder evaluations of a fit.

    A gradient passes the decoder twice, a Hessian twice more for each unit, a tried step once.
    """
    hessian_cost = 2 + 2 * informed
    return _NEWTON_STEPS * (hessian_cost + 2 + len(_DAMPING)) + hessian_cost


def fit_proposal(
    space: CodeSpace, x: Tensor, around: Normal, best: Tensor, informed: Tensor, rows: int = 1024
) -> Fitted:
    """Climb to the mode of each example and measure the curvature there.

    Args:
        space: Code space of the model.
        x: Examples, (B, *event).
        around: Where the encoder looks.
        best: Code of each example to climb from, (B, size).
        informed: Numbers of the units that take part.
        rows: Decoder evaluations at a time; a Hessian takes one for each unit that takes part.
    """

    def log_joint(units: Tensor, code: Tensor, one: Tensor, number: Tensor) -> Tensor:
        return space.at(number).log_joint(code.index_copy(0, informed, units), one)

    # Reverse mode twice: forward mode is not there for every activation (silu, for one).
    at_once = max(rows // max(len(informed), 1), 1)
    slope = vmap(jacrev(log_joint))
    curvature = vmap(jacrev(jacrev(log_joint)), chunk_size=at_once)
    z, numbers = best, torch.arange(len(x), device=x.device)
    for _ in range(_NEWTON_STEPS):
        values, axes = _precision(curvature(z[:, informed], z, x, numbers))
        gradient = slope(z[:, informed], z, x, numbers)
        step = _apply(axes, _apply(axes.mT, gradient) / values)
        tried = torch.stack([z.index_add(1, informed, a * step) for a in _DAMPING])
        highest = space.log_joint(tried, x).nan_to_num(nan=float("-inf")).argmax(0)
        z = tried[highest, numbers]
    values, axes = _precision(curvature(z[:, informed], z, x, numbers))
    # Units that are not informed keep their scale: widening many of them adds up to heavy tails.
    scale = around.scale.index_copy(1, informed, _WIDEN * around.scale[:, informed])
    wide = Normal(around.mean, scale)
    return Fitted(wide, informed, z[:, informed], _WIDEN / values.sqrt(), axes)


def _precision(curvature: Tensor) -> tuple[Tensor, Tensor]:
    """Return eigenvalues, kept positive, and eigenvectors of -curvature.

    Where log p(x, z) curves upwards, the proposal is as wide as a unit of a standard normal prior
    and some more.
    """
    values, axes = torch.linalg.eigh(-curvature.nan_to_num())
    return values.clamp(min=0.5), axes


def _apply(matrices: Tensor, vectors: Tensor) -> Tensor:
    """Multiply (B, d, d) with (..., B, d)."""
    return (matrices @ vectors[..., None])[..., 0]
