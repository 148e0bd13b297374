"""Running statistics of importance weights, in one pass and a fixed amount of memory.

For weights w_1..w_K of one example:

    log p-hat = log (1/K sum w)                       (biased low by Jensen's inequality)
    ESS       = (sum w)^2 / sum w^2,  f = ESS / K
    error     = sqrt((1/f - 1) / (K - 1))             delta method: sd(w) / (mean(w) sqrt K)
    bias      = -(1/f - 1) / (2 K)                    second order of the same expansion

All sums are kept as logarithms in float64.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from elbowroom.evidence.pareto import pareto_k, tail_length


@dataclass(frozen=True)
class WeightSummary:
    """What K importance weights say about log p(x), for each of B examples.

    Attributes:
        log_p: log p-hat(x) in nats, (B,).
        error: Its Monte Carlo standard error in nats.
        bias: Its bias in nats, to second order: negative.
        ess: Effective sample size.
        largest_share: Share of the largest weight in the sum.
        k: Pareto shape of the largest weights.
        log_w_mean: Mean of log w, the ELBO by sampling.
        log_w_variance: Variance of log w.
    """

    log_p: Tensor
    error: Tensor
    bias: Tensor
    ess: Tensor
    largest_share: Tensor
    k: Tensor
    log_w_mean: Tensor
    log_w_variance: Tensor


class RunningWeights:
    """Accumulates chunks of log-weights of the same B examples.

    Args:
        samples: Number K of weights that will come in all.
        examples: Number B of examples.

    Example:
        >>> running = RunningWeights(samples=4, examples=1)
        >>> running.add(torch.tensor([[0.5], [0.25]]).log())
        >>> running.add(torch.tensor([[0.5], [0.75]]).log())
        >>> round(running.summary().log_p.exp().item(), 6)
        0.5
    """

    def __init__(self, samples: int, examples: int) -> None:
        empty = torch.full((examples,), float("-inf"), dtype=torch.float64)
        self.samples = samples
        self.seen = 0
        self.log_sum, self.log_sum_squares = empty, empty
        self.mean, self.scatter = torch.zeros_like(empty), torch.zeros_like(empty)
        self.tail = empty[None, :].expand(0, -1)

    def add(self, log_w: Tensor) -> None:
        """Take in a chunk of log-weights, (k, B)."""
        log_w = log_w.double().cpu()
        self.log_sum = torch.logaddexp(self.log_sum, log_w.logsumexp(0))
        self.log_sum_squares = torch.logaddexp(self.log_sum_squares, (2 * log_w).logsumexp(0))
        self._add_moments(log_w)
        largest = torch.cat([self.tail, log_w])
        keep = min(tail_length(self.samples) + 1, largest.shape[0])
        self.tail = largest.topk(keep, 0).values
        self.seen += log_w.shape[0]

    def _add_moments(self, log_w: Tensor) -> None:
        """Chan et al.'s pairwise update of mean and sum of squared deviations."""
        chunk, total = log_w.shape[0], self.seen + log_w.shape[0]
        mean = log_w.mean(0)
        shift = mean - self.mean
        self.scatter = (
            self.scatter + (log_w - mean).square().sum(0) + shift**2 * self.seen * chunk / total
        )
        self.mean = self.mean + shift * chunk / total

    def summary(self) -> WeightSummary:
        """Return the statistics of all weights taken in."""
        seen = torch.tensor(float(self.seen), dtype=torch.float64)
        ess = (2 * self.log_sum - self.log_sum_squares).exp()
        excess = (seen / ess - 1).clamp(min=0)
        return WeightSummary(
            log_p=self.log_sum - seen.log(),
            error=(excess / (seen - 1)).sqrt(),
            bias=-excess / (2 * seen),
            ess=ess,
            largest_share=(self.tail[0] - self.log_sum).exp(),
            k=pareto_k(self.tail, self.seen),
            log_w_mean=self.mean,
            log_w_variance=self.scatter / (seen - 1),
        )
