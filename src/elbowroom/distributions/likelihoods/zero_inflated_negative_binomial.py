"""The zero-inflated negative binomial likelihood: counts of which some were never seen."""

import torch
from torch import Tensor
from torch.distributions import Distribution, Independent, constraints
from torch.nn.functional import logsigmoid
from torch.types import _size

from elbowroom.distributions.likelihoods.counts import DispersedCounts
from elbowroom.distributions.likelihoods.negative_binomial import NegativeBinomialCounts

_START = -2.0
"""Logit of the share of extra zeros at the start: 12 %."""


class ZeroInflatedCounts(Distribution):
    """Counts of which a share is replaced by zeros.

    Args:
        zero_logits: Log-odds of the replacement.
        counts: What is counted where nothing is replaced, of the same batch shape.
    """

    arg_constraints = {}
    support = constraints.nonnegative_integer

    def __init__(self, zero_logits: Tensor, counts: NegativeBinomialCounts) -> None:
        self.zero_logits, self.counts = zero_logits, counts
        super().__init__(zero_logits.shape, validate_args=False)

    @property
    def mean(self) -> Tensor:
        """The mean of the counts times the share that is kept."""
        return (-self.zero_logits).sigmoid() * self.counts.mean

    @property
    def mode(self) -> Tensor:
        """The counts' own mode or 0, whichever is more probable."""
        own = self.counts.mode
        return torch.where(self.log_prob(own) > self.log_prob(torch.zeros_like(own)), own, 0.0)

    @property
    def variance(self) -> Tensor:
        """(1 - pi) (v + pi m^2), with m and v the moments of the counts."""
        share, kept = self.zero_logits.sigmoid(), (-self.zero_logits).sigmoid()
        return kept * (self.counts.variance + share * self.counts.mean.square())

    @torch.no_grad()
    def sample(self, sample_shape: _size = ()) -> Tensor:
        """Draw counts, then the ones to replace."""
        counts = self.counts.sample(sample_shape)
        return torch.where(torch.rand_like(counts) < self.zero_logits.sigmoid(), 0.0, counts)

    def log_prob(self, value: Tensor) -> Tensor:
        """Return log((1 - pi) p(k)), and log(pi + (1 - pi) p(0)) at zero, in nats."""
        kept = logsigmoid(-self.zero_logits)
        zero = torch.logaddexp(logsigmoid(self.zero_logits), kept + self.counts.log_prob_of_zero())
        return torch.where(value > 0, kept + self.counts.log_prob(value), zero)


class ZeroInflatedNegativeBinomial(DispersedCounts):
    """Negative binomial counts of which a share pi(z) is lost and reads 0.

    p(0|z) = pi + (1 - pi) NB(0), p(k|z) = (1 - pi) NB(k). The network gives two raw numbers for
    each value: the log-mean of the counts before the loss and the logit of pi (Lopez et al. 2018,
    'dropout'). Whether data need it is a question to ask of them: compare its evidence with that
    of `NegativeBinomial`, which many data sets of counts do not beat.

    Args:
        event_shape: Shape of one example.
        dispersion: Whether each value learns its own r ('per-dimension': a gene's own) or all
            values one ('shared').
        initial: Inverse dispersion r at the start.

    Raises:
        ConfigError: If the inverse dispersion is not positive.

    Example:
        >>> p = ZeroInflatedNegativeBinomial((1,))(torch.zeros(2, 1))  # NB(0) = 1/2, pi = 1/2
        >>> p.log_prob(torch.tensor([[0.0], [1.0]])).exp()
        tensor([0.7500, 0.1250], grad_fn=<ExpBackward0>)
    """

    @property
    def param_shape(self) -> tuple[int, ...]:
        """A log-mean and the logit of a zero for each value."""
        return (2, *self.event_shape)

    def forward(self, raw: Tensor) -> Distribution:
        """Return zero-inflated negative binomial distributions."""
        log_mean, zero_logits = raw.float().unbind(-len(self.event_shape) - 1)
        counts = NegativeBinomialCounts(log_mean, self.log_dispersion.expand_as(log_mean))
        base = ZeroInflatedCounts(zero_logits, counts)
        return Independent(base, len(self.event_shape), validate_args=False)

    def start(self, mean: Tensor, variance: Tensor) -> Tensor:
        """Return the log-mean that has this mean after a loss of 12 %, and the logit of the loss.

        Dispersion and loss both explain variance, and training has to tell them apart: starting
        from a small loss leaves zeros to the dispersion until the data say otherwise.
        """
        zero_logits = torch.full_like(mean, _START)
        (log_mean,) = super().start(mean, variance)
        return torch.stack([log_mean - logsigmoid(-zero_logits), zero_logits])
