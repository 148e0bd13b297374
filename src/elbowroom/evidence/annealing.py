"""Annealed importance sampling (Neal 2001) on the path from a start q0(z) to p(x, z).

    log f_b(z) = (1 - b) log q0(z) + b log p(x, z),      0 = b_0 < b_1 < ... < b_T = 1
    log w      = sum_t [log f_{b_t}(z_{t-1}) - log f_{b_{t-1}}(z_{t-1})],   z_t ~ HMC at b_t

E[w] = p(x) exactly for any number of steps T, whatever q0 covers. The identity needs transitions
whose step size does not depend on the chain's own past, so the step sizes are adapted to a target
acceptance in pilot chains, and the chains that count use their geometric mean over the pilots, for
each example and temperature.
"""

from dataclasses import dataclass
from math import log
from typing import Literal

import torch
from torch import Tensor

from elbowroom.errors import ConfigError
from elbowroom.evidence.codes import CodeSpace
from elbowroom.evidence.hamiltonian import hmc
from elbowroom.evidence.proposals import Proposal

Spacing = Literal["sigmoid", "geometric", "linear"]
_FIRST_STEP = 0.3
_ADAPTATION = 1.1
_PILOT_SHARE = 0.25


def pilots(chains: int) -> int:
    """Return how many pilot chains tune the steps of so many chains."""
    return max(2, round(_PILOT_SHARE * chains))


def cost_of_move(leapfrog: int) -> int:
    """Return the decoder evaluations of a transition; a gradient passes the decoder twice."""
    return 2 * (leapfrog + 1)


def cost_of_tuning(steps: int, leapfrog: int, chains: int) -> int:
    """Return the decoder evaluations of the pilots for so many chains."""
    return pilots(chains) * steps * cost_of_move(leapfrog)


def cost_of_chains(steps: int, leapfrog: int, chains: int) -> int:
    """Return the decoder evaluations of so many forward chains.

    >>> cost_of_chains(steps=100, leapfrog=8, chains=1)
    1882
    """
    return chains * ((steps - 1) * cost_of_move(leapfrog) + steps)


def temperatures(steps: int, spacing: Spacing) -> Tensor:
    """Return b_0 = 0 < ... < b_T = 1: close together where the path turns.

    'sigmoid' crowds both ends (Grosse et al. 2015), 'geometric' the start, where a diffuse prior
    meets a sharp likelihood.

    Example:
        >>> temperatures(4, "linear").tolist()
        [0.0, 0.25, 0.5, 0.75, 1.0]
    """
    grid = torch.linspace(0, 1, steps + 1, dtype=torch.float64)
    if spacing == "linear":
        return grid
    if spacing not in ("sigmoid", "geometric"):
        raise ConfigError(f"spacing must be sigmoid, geometric or linear, got {spacing!r}")
    curve = (grid * log(1000.0)).exp() if spacing == "geometric" else (8 * (grid - 0.5)).sigmoid()
    return (curve - curve[0]) / (curve[-1] - curve[0])


@dataclass(frozen=True)
class Path:
    """The densities between the start and the joint, for one block of examples.

    Attributes:
        space: Code space of the model.
        x: Examples, (B, *event).
        start: q0(z), whose standard deviations are the units of length of the dynamics.
        betas: Temperatures, (T + 1,).
        leapfrog: Leapfrog steps of a transition.
    """

    space: CodeSpace
    x: Tensor
    start: Proposal
    betas: Tensor
    leapfrog: int

    def ends(self, z: Tensor) -> tuple[Tensor, Tensor]:
        """Return log q0(z) and log p(x, z), (C, B)."""
        return self.start.log_prob(z), self.space.log_joint(z, self.x)

    def rise(self, z: Tensor, t: int) -> Tensor:
        """Return log f_{b_t}(z) - log f_{b_{t-1}}(z), in float64."""
        start, joint = self.ends(z)
        return (self.betas[t] - self.betas[t - 1]) * (joint.double() - start.double())

    def move(self, z: Tensor, t: int, step: Tensor) -> tuple[Tensor, Tensor]:
        """Make one transition at b_t; return the chains and their acceptance."""
        beta = float(self.betas[t])

        def log_density(z: Tensor) -> Tensor:
            start, joint = self.ends(z)
            return (1 - beta) * start + beta * joint

        made = hmc(log_density, z, step.expand(z.shape[:-1]), self.start.scale, self.leapfrog)
        return made.z, made.accepted


class PathFromPrior(Path):
    """The path from the prior, whose density the joint holds already: one pass gives both."""

    def ends(self, z: Tensor) -> tuple[Tensor, Tensor]:
        """Return log p(z) and log p(x, z), (C, B)."""
        likelihood, prior = self.space.log_likelihood_and_prior(z, self.x)
        return prior, likelihood + prior


def tune(path: Path, chains: int, target: float) -> Tensor:
    """Run pilot chains and return a step size for each temperature and example, (T + 1, B).

    Each pilot chain grows its step after a likely acceptance and shrinks it after an unlikely one,
    in the ratio that makes the target acceptance the resting point.
    """
    z = path.start.draw(pilots(chains))
    log_step = torch.full(z.shape[:-1], log(_FIRST_STEP), device=z.device)
    steps = [log_step.mean(0)]
    for t in range(1, len(path.betas)):
        z, accepted = path.move(z, t, log_step.exp())
        log_step = (log_step + log(_ADAPTATION) * (accepted - target) / (1 - target)).clamp(-9, 1)
        steps.append(log_step.mean(0))
    return torch.stack(steps).exp()


def forward(path: Path, steps: Tensor, chains: int) -> tuple[Tensor, Tensor]:
    """Run chains from the start to the joint; return log w (C, B) and the mean acceptance (B,)."""
    z = path.start.draw(chains)
    log_w = torch.zeros(z.shape[:-1], dtype=torch.float64, device=z.device)
    acceptance = []
    last = len(path.betas) - 1
    for t in range(1, last + 1):
        log_w = log_w + path.rise(z, t)
        if t < last:  # a move after the last weight would change nothing
            z, accepted = path.move(z, t, steps[t])
            acceptance.append(accepted.mean(0))
    mean = torch.stack(acceptance).mean(0) if acceptance else torch.ones_like(log_w[0])
    return log_w, mean


def reverse(path: Path, steps: Tensor, z: Tensor) -> tuple[Tensor, Tensor]:
    """Run chains from exact posterior codes (C, B, size) back to the start.

    E[w] = 1 / p(x): a stochastic upper bound on log p(x) (Grosse et al. 2015).

    Returns:
        log w (C, B) and the mean acceptance (B,).
    """
    log_w = torch.zeros(z.shape[:-1], dtype=torch.float64, device=z.device)
    acceptance = []
    for t in range(len(path.betas) - 1, 0, -1):
        z, accepted = path.move(z, t, steps[t])
        acceptance.append(accepted.mean(0))
        log_w = log_w - path.rise(z, t)
    return log_w, torch.stack(acceptance).mean(0)
