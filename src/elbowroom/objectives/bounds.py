"""Lower bounds on log p(x) by importance weights, as costs.

For K codes of an example, with l_k = log w_k = log p(x, z_k) - log q(z_k|x):

    evidence bound      ELBO  = 1/K sum_k l_k                                 (Kingma & Welling)
    importance bound    L_K   = log 1/K sum_k exp l_k                         (Burda et al. 2016)
    Renyi bound         L_a   = 1/(1-a) log 1/K sum_k exp (1-a) l_k           (Li & Turner 2016)

E[ELBO] <= E[L_K] <= log p(x), and E[L_K] grows with K. With a = 0 the Renyi bound is the
importance bound, for a -> 1 it is the evidence bound.

Each bound L also says how its gradient falls on the codes, which the estimators of `gradients`
need: dL = sum_k share_k dl_k, and d share_k / d l_k = share_k (1 - damping_k).

    evidence      share = 1/K                       damping = 1
    importance    share = softmax(l)                damping = softmax(l)
    Renyi         share = softmax((1-a) l)          damping = a + (1-a) softmax((1-a) l)
"""

from abc import abstractmethod
from math import isfinite, log
from typing import NamedTuple

import torch
from torch import Tensor

from elbowroom.distributions import Ability
from elbowroom.errors import ConfigError
from elbowroom.models import LatentModel, Trace
from elbowroom.objectives.objective import Cost, Penalty


class Shares(NamedTuple):
    """How the gradient of a bound falls on the codes, each (K, B) without a gradient.

    Attributes:
        share: dL / d log w_k.
        damping: 1 - (d share_k / d log w_k) / share_k.
    """

    share: Tensor
    damping: Tensor


class Bound(Penalty):
    """A lower bound on log p(x) as a cost: the negative of its mean over examples, in nats."""

    requires = frozenset({Ability.DENSITY})
    scores_likelihood = True

    @abstractmethod
    def of(self, log_w: Tensor) -> Tensor:
        """Return the bound of each example, (B,), from log-weights (K, B)."""

    @abstractmethod
    def shares(self, log_w: Tensor) -> Shares:
        """Return how the gradient falls on the codes, from log-weights (K, B)."""

    def forward(self, model: LatentModel, trace: Trace) -> Cost:
        """Return the negative bound."""
        log_px, minus_rate = trace.log_px, log_ratio(trace)
        value = -self.of(log_px + minus_rate).mean()
        return Cost(value, logs=bound_logs(value, log_px, minus_rate))


def log_ratio(trace: Trace) -> Tensor:
    """Return log p(z) - log q(z|x) summed over levels, (K, B): minus the rate in expectation."""
    return trace.log_p - trace.log_q


def bound_logs(value: Tensor, log_px: Tensor, minus_rate: Tensor) -> dict[str, Tensor]:
    """Return the bound and its two parts, rates by samples."""
    return {
        "bound": -value.detach(),
        "distortion": -log_px.detach().mean(),
        "rate": -minus_rate.detach().mean(),
    }


class EvidenceBound(Bound):
    """The ELBO by samples alone: no closed form of the rate is used.

    `Distortion() + Rate()` has the same mean and, far from the exact posterior, less variance;
    this one has none at the exact posterior (see `StickingTheLanding`).

    Example:
        >>> EvidenceBound().of(torch.tensor([[0.0], [-1.0]]))
        tensor([-0.5000])
    """

    def of(self, log_w: Tensor) -> Tensor:
        """Return the mean log-weight."""
        return log_w.mean(0)

    def shares(self, log_w: Tensor) -> Shares:
        """Return equal shares."""
        return Shares(torch.full_like(log_w, 1 / len(log_w)), torch.ones_like(log_w))

    def __repr__(self) -> str:
        return "EvidenceBound()"


class ImportanceBound(Bound):
    """The bound of importance-weighted autoencoders, L_K = log 1/K sum_k w_k.

    With groups, the mean of as many bounds of fewer codes each: M groups of K codes make MIWAE
    (Rainforth et al. 2018), whose gradient for the encoder has more signal to its noise.

    Args:
        groups: Number M of groups that the codes of an example are split into.

    Raises:
        ConfigError: If groups is below 1, or the codes cannot be split evenly.

    Example:
        >>> ImportanceBound().of(torch.tensor([[0.0], [0.0], [0.6931], [0.6931]])).exp()
        tensor([1.5000])
    """

    def __init__(self, *, groups: int = 1) -> None:
        super().__init__()
        if groups < 1:
            raise ConfigError(f"groups must be 1 or more, got {groups}")
        self.groups = groups

    def of(self, log_w: Tensor) -> Tensor:
        """Return the mean over groups of the log of the group's mean weight."""
        grouped = self._grouped(log_w)
        return (grouped.logsumexp(1) - log(grouped.shape[1])).mean(0)

    def shares(self, log_w: Tensor) -> Shares:
        """Return the normalised weights within each group."""
        within = self._grouped(log_w).softmax(1).view_as(log_w)
        return Shares(within / self.groups, within)

    def _grouped(self, log_w: Tensor) -> Tensor:
        """Return log-weights of shape (M, K, B)."""
        codes, examples = log_w.shape
        if codes % self.groups:
            raise ConfigError(
                f"{codes} codes cannot be split into {self.groups} equal groups: make samples a "
                "multiple of groups"
            )
        return log_w.reshape(self.groups, codes // self.groups, examples)

    def __repr__(self) -> str:
        return f"ImportanceBound({f'groups={self.groups}' if self.groups > 1 else ''})"


class RenyiBound(Bound):
    """The variational Renyi bound, L_a = 1/(1-a) log 1/K sum_k w_k^(1-a).

    It falls as alpha grows: 0 is the importance bound, 1 the evidence bound. Below 0 and with
    enough codes it is no longer below log p(x).

    Args:
        alpha: Order a of Renyi's divergence, any number but 1.

    Raises:
        ConfigError: If alpha is 1 or not finite.

    Example:
        >>> RenyiBound(0.5).of(torch.tensor([[0.0], [-2.0]]))
        tensor([-0.7598])
    """

    def __init__(self, alpha: float) -> None:
        super().__init__()
        if alpha == 1:
            raise ConfigError(
                "alpha = 1 divides by zero: the Renyi bound then is the evidence lower bound, "
                "use the objective elbo (in Python: EvidenceBound())"
            )
        if not isfinite(alpha):
            raise ConfigError(f"alpha must be a finite number, got {alpha}")
        self.alpha = float(alpha)

    def of(self, log_w: Tensor) -> Tensor:
        """Return the log of the mean of w^(1-a), over 1-a."""
        power = 1 - self.alpha
        return ((power * log_w).logsumexp(0) - log(len(log_w))) / power

    def shares(self, log_w: Tensor) -> Shares:
        """Return the normalised w^(1-a), and a + (1-a) times it."""
        share = ((1 - self.alpha) * log_w).softmax(0)
        return Shares(share, self.alpha + (1 - self.alpha) * share)

    def __repr__(self) -> str:
        return f"RenyiBound({self.alpha:g})"
