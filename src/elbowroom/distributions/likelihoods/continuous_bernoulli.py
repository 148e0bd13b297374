"""The continuous Bernoulli likelihood: real numbers from 0 to 1."""

import torch
from torch import Tensor
from torch.distributions import Distribution, Independent, constraints
from torch.types import _size

from elbowroom.distributions.likelihoods.location_scale import RealValued
from elbowroom.distributions.support import Support

_NEAR = 0.5
"""Half-logits below which closed forms cancel, and five terms of the series are exact to 1e-8."""

_FARTHEST_START = 0.01
"""Distance of the mean from 0 and 1 at the start: a column of zeros has logits of -100 there."""


def _series(h: Tensor, *coefficients: float) -> Tensor:
    """Return c_0 + c_1 h^2 + c_2 h^4 + ..., for |h| up to 0.5 (beyond, a number of no use)."""
    square = h.clamp(-_NEAR, _NEAR).square()
    total = torch.zeros_like(h)
    for coefficient in reversed(coefficients):
        total = total * square + coefficient
    return total


def log_normaliser(logits: Tensor) -> Tensor:
    """Return A(l) = log((e^l - 1) / l), with A(0) = 0.

    With h = l / 2, A = h + log(sinh(h) / h): by its series near zero, and by
    max(l, 0) + log(1 - e^-|l|) - log |l| elsewhere.
    """
    h = logits / 2
    square = h.clamp(-_NEAR, _NEAR).square()
    near = h + square * _series(h, 1 / 6, -1 / 180, 1 / 2835, -1 / 37800, 1 / 467775)
    size = logits.abs().clamp(min=2 * _NEAR)
    far = logits.clamp(min=0) + (-(-size).expm1()).log() - size.log()
    return torch.where(h.abs() < _NEAR, near, far)


def mean_of(logits: Tensor) -> Tensor:
    """Return A'(l) = 1/2 + (coth h - 1/h) / 2 with h = l / 2, between 0 and 1."""
    h = logits / 2
    near = h * _series(h, 1 / 3, -1 / 45, 2 / 945, -1 / 4725, 2 / 93555)
    size = h.abs().clamp(min=_NEAR)
    far = (1 / size.tanh() - 1 / size) * h.sign()
    return 0.5 + 0.5 * torch.where(h.abs() < _NEAR, near, far)


def variance_of(logits: Tensor) -> Tensor:
    """Return A''(l) = (1/h^2 - 1/sinh(h)^2) / 4 with h = l / 2, at most 1/12."""
    h = logits / 2
    near = _series(h, 1 / 3, -1 / 15, 2 / 189, -1 / 675, 2 / 10395)
    size = h.abs().clamp(min=_NEAR)
    # 1 / sinh(h) = 2 e^-h / (1 - e^-2h) does not overflow.
    far = size.reciprocal().square() - (2 * (-size).exp() / -(-2 * size).expm1()).square()
    return 0.25 * torch.where(h.abs() < _NEAR, near, far)


@torch.no_grad()
def logits_of(mean: Tensor) -> Tensor:
    """Return the logits that have this mean, by bisection: the mean grows with the logits."""
    mean = mean.double()
    low, high = torch.full_like(mean, -200.0), torch.full_like(mean, 200.0)
    for _ in range(60):
        middle = (low + high) / 2
        below = mean_of(middle) < mean
        low, high = torch.where(below, middle, low), torch.where(below, high, middle)
    return (low + high) / 2


class ContinuousBernoulliValues(Distribution):
    """Independent continuous Bernoulli values.

    Args:
        logits: Natural parameter l = log(lambda / (1 - lambda)), any shape.
    """

    arg_constraints = {}
    support = constraints.unit_interval

    def __init__(self, logits: Tensor) -> None:
        self.logits = logits
        super().__init__(logits.shape, validate_args=False)

    @property
    def mean(self) -> Tensor:
        """The mean, which is not sigmoid(logits)."""
        return mean_of(self.logits)

    @property
    def mode(self) -> Tensor:
        """The end where the density is highest, 0 or 1."""
        return (self.logits > 0).to(self.logits.dtype)

    @property
    def variance(self) -> Tensor:
        """The variance."""
        return variance_of(self.logits)

    @torch.no_grad()
    def sample(self, sample_shape: _size = ()) -> Tensor:
        """Draw values by the inverse of the distribution function.

        For -a = -|l| it is x = -log(1 - u (1 - e^-a)) / a; for +a the value is 1 - x.
        """
        shape = torch.Size(sample_shape) + self.logits.shape
        size = self.logits.abs().clamp(min=1e-6)
        share = torch.rand(shape, dtype=size.dtype, device=size.device)
        x = (-(share * (-size).expm1()).log1p() / size).clamp(0, 1)
        return torch.where(self.logits > 0, 1 - x, x)

    def log_prob(self, value: Tensor) -> Tensor:
        """Return x l - A(l), in nats."""
        return value * self.logits - log_normaliser(self.logits)


class ContinuousBernoulli(RealValued):
    """Independent values from 0 to 1 with a density proportional to lambda^x (1 - lambda)^(1 - x).

    What 'cross-entropy on grey pixels' would need to be a log-likelihood: with the logits l,
    log p(x|z) = x l - log(1 + e^l) + log C(l), where C >= 2 makes it integrate to one. Leaving C
    out understates every value by log 2 or more, and by most where the decoder is sure
    (Loaiza-Ganem & Cunningham 2019). The mean is not sigmoid(l) but 1 / (1 - e^-l) - 1 / l.

    Its density at 0 and 1 grows without bound (by log |l|), and photographs have only 256 values,
    to which `Binomial` gives a proper probability: this one is for shares, probabilities and
    other numbers that really fill [0, 1].

    Args:
        event_shape: Shape of one example.

    Example:
        >>> p = ContinuousBernoulli((1,))(torch.tensor([[0.0], [2.0]]))
        >>> p.mean, p.log_prob(torch.tensor([0.5])).exp()
        (tensor([[0.5000],
                [0.6565]]), tensor([1.0000, 0.8509]))
    """

    @property
    def support(self) -> Support:
        """From 0 to 1."""
        return Support(0, 1)

    def forward(self, raw: Tensor) -> Distribution:
        """Return continuous Bernoulli distributions with logits `raw`."""
        base = ContinuousBernoulliValues(self.location(raw))
        return Independent(base, len(self.event_shape), validate_args=False)

    def start(self, mean: Tensor, variance: Tensor) -> Tensor:
        """Return the logits of the mean, kept inside [0.01, 0.99]."""
        return logits_of(mean.clamp(_FARTHEST_START, 1 - _FARTHEST_START)).to(mean.dtype)[None]
