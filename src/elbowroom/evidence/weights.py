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

from elbowroom.evidence.pareto import pareto_k, smoothed_tail, tail_length, threshold


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
        samples: Number K of weights.
        flag: Whether k says that these are too few.
    """

    log_p: Tensor
    error: Tensor
    bias: Tensor
    ess: Tensor
    largest_share: Tensor
    k: Tensor
    log_w_mean: Tensor
    log_w_variance: Tensor
    samples: Tensor
    flag: Tensor

    def columns(self) -> dict[str, Tensor]:
        """Return the statistics as columns of an estimate's per-example table."""
        names = ("ess", "largest_share", "k", "log_w_variance", "samples", "flag")
        return {
            "value": self.log_p, "error": self.error, "bias": self.bias,
            **{name: getattr(self, name) for name in names},
        }  # fmt: skip


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

    def summary(self, *, smooth: bool = False) -> WeightSummary:
        """Return the statistics of all weights taken in.

        Args:
            smooth: Replace the largest weights by the quantiles of the Pareto distribution that
                fits them (PSIS): less variance for a little bias.
        """
        log_sum, log_sum_squares = self.log_sum, self.log_sum_squares
        k = pareto_k(self.tail, self.seen)
        if smooth:
            log_sum, log_sum_squares = self._smoothed(k)
        seen = torch.tensor(float(self.seen), dtype=torch.float64)
        excess = (seen * (log_sum_squares - 2 * log_sum).exp() - 1).clamp(min=0)
        return WeightSummary(
            log_p=log_sum - seen.log(),
            error=(excess / (seen - 1)).sqrt(),
            bias=-excess / (2 * seen),
            ess=(2 * log_sum - log_sum_squares).exp(),
            largest_share=(self.tail[0] - self.log_sum).exp(),
            k=k,
            log_w_mean=self.mean,
            log_w_variance=self.scatter / (seen - 1),
            samples=seen.expand_as(k),
            flag=(k > threshold(self.seen)) | k.isnan(),
        )

    def _smoothed(self, k: Tensor) -> tuple[Tensor, Tensor]:
        """Exchange the tail in both sums; the sum of its differences is small, hence exact."""
        top = self.tail[0]
        old = (self.tail[:-1] - top).exp()
        new = smoothed_tail(self.tail, k)
        total = (self.log_sum - top).exp() + (new - old).sum(0)
        squares = (self.log_sum_squares - 2 * top).exp() + (new**2 - old**2).sum(0)
        return top + total.log(), 2 * top + squares.log()
