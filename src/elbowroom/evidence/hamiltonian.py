"""Hamiltonian Monte Carlo (Neal 2011) for many chains at once, each with its own step size.

    H(z, v) = -log f(z) + v'v / 2,   z scaled by s so that a unit of every coordinate is alike

L leapfrog steps of size e, then acceptance with probability min(1, exp(-dH)); f is invariant for
every fixed e, L and s.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

LogDensity = Callable[[Tensor], Tensor]


@dataclass(frozen=True)
class Move:
    """One transition of all chains.

    Attributes:
        z: Where the chains are now, (..., D).
        accepted: Probability of acceptance of each chain's proposal, (...).
    """

    z: Tensor
    accepted: Tensor


def hmc(log_density: LogDensity, z: Tensor, step: Tensor, scale: Tensor, leapfrog: int) -> Move:
    """Make one transition that leaves the density invariant.

    Args:
        log_density: log f, from (..., D) to (...), up to a constant.
        z: Chains, (..., D).
        step: Step size of each chain, (...).
        scale: Length of a unit of each coordinate, broadcast to z.
        leapfrog: Number of leapfrog steps.
    """
    velocity = torch.randn_like(z)
    value, slope = _with_gradient(log_density, z)
    start = value - 0.5 * velocity.square().sum(-1)
    e, moved = step[..., None], z
    v = velocity + 0.5 * e * scale * slope
    for number in range(leapfrog):
        moved = moved + e * scale * v
        value, slope = _with_gradient(log_density, moved)
        v = v + (1.0 if number < leapfrog - 1 else 0.5) * e * scale * slope
    change = value - 0.5 * v.square().sum(-1) - start
    # A trajectory that left the numbers is a rejection.
    chance = change.exp().clamp(max=1).nan_to_num(nan=0.0)
    take = torch.rand_like(chance) < chance
    return Move(torch.where(take[..., None], moved, z), chance)


def _with_gradient(log_density: LogDensity, z: Tensor) -> tuple[Tensor, Tensor]:
    with torch.enable_grad():
        z = z.detach().requires_grad_()
        value = log_density(z)
        (slope,) = torch.autograd.grad(value.sum(), z)
    return value.detach(), slope
