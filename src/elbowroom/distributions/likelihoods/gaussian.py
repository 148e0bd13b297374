"""Gaussian likelihoods: real-valued data, and what mean squared error stands for."""

import torch
from torch import Tensor
from torch.distributions import Distribution, Independent, Normal

from elbowroom.distributions.likelihoods.location_scale import (
    SMALLEST_SCALE,
    LocationScale,
    RealValued,
)


class Gaussian(LocationScale):
    """Independent normal values, p(x|z) = N(x; mu(z), s^2), with a fixed or learned scale s.

    With a fixed scale, -log p = SSE / (2 s^2) + D/2 log(2 pi s^2), SSE the squared error summed
    over the D values: this is 'mean squared error', and the choice of s is a choice of beta.
    'Loss = mean over D of the squared error + KL' is s^2 = D/2, far blurrier than people mean.

    Args:
        event_shape: Shape of one example.
        scale: 'fixed' at `initial`, learned and 'shared' by all values, or learned 'per-dimension'.
        initial: Scale at the start, in the units that the model sees.

    Raises:
        ConfigError: If the initial scale is not positive.

    Example:
        >>> p = Gaussian((2,), scale="fixed", initial=1.0)(torch.zeros(1, 1, 2))
        >>> round(p.log_prob(torch.zeros(2)).item(), 4)  # -log(2 pi)
        -1.8379
    """

    def around(self, location: Tensor, scale: Tensor) -> Distribution:
        """Return normal distributions."""
        return Normal(location, scale, validate_args=False)


class OptimalGaussian(RealValued):
    """Normal values whose one scale is always at its optimum (sigma-VAE, Rybkin et al. 2021).

    In training, s^2 is the mean squared error of the batch at hand, which maximises its
    likelihood; the negative log-likelihood is then D/2 (1 + log(2 pi MSE)) and nothing is tuned.
    That makes s a function of the batch, so outside training s^2 is an exponential average of the
    optima (decay 0.99), a constant, and log p(x|z) a density.

    The scale is detached: at its optimum its own gradient is zero, so that the gradient of the
    mean is the same.

    Args:
        event_shape: Shape of one example.
    """

    def __init__(self, event_shape: tuple[int, ...]) -> None:
        super().__init__(event_shape)
        self.variance: Tensor
        self.steps: Tensor
        self.register_buffer("variance", torch.ones(()))
        self.register_buffer("steps", torch.zeros(()))

    @property
    def scale(self) -> Tensor:
        """The scale s used outside training."""
        return self.variance.sqrt()

    def forward(self, raw: Tensor) -> Distribution:
        """Return normal distributions with means `raw`."""
        mean = self.location(raw)
        base = (
            _BatchOptimal(mean, self)
            if self.training
            else Normal(mean, self.scale.expand_as(mean), validate_args=False)
        )
        return Independent(base, len(self.event_shape), validate_args=False)

    @torch.no_grad()
    def optimum(self, squared_error: Tensor) -> Tensor:
        """Return this batch's optimal variance, and remember it for use outside training."""
        best = squared_error.mean().clamp(min=SMALLEST_SCALE**2)
        self.steps += 1
        # A plain mean over the first steps, then an average that forgets at rate 0.01.
        self.variance.lerp_(best, (1 / self.steps).clamp(min=0.01))
        return best


class _BatchOptimal(Normal):
    """A normal whose scale is set by the batch that it is asked about."""

    def __init__(self, mean: Tensor, family: OptimalGaussian) -> None:
        self.family = family
        super().__init__(mean, family.scale.expand_as(mean), validate_args=False)

    def log_prob(self, value: Tensor) -> Tensor:
        error = (value - self.loc).square()
        variance = self.family.optimum(error)
        return -0.5 * (error / variance + (2 * torch.pi * variance).log())
