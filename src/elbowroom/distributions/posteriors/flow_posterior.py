"""What posteriors by normalising flows have in common."""

from abc import ABC

import torch
from torch import Tensor
from torch.distributions import Distribution, Independent, Normal

from elbowroom.distributions.flows import Bijection, Flow
from elbowroom.distributions.posteriors.posterior import Posterior


class FlowPosterior(Posterior, ABC):
    """A diagonal Gaussian whose draws go through a bijection that depends on the example.

        e ~ N(mu(x), diag(sigma(x)^2)),    z = f(e; h(x))

    The raw output is the mean, the log-variance, and the context h of the bijection.

    Args:
        latent: Number of latent units.
        context: Features of h.
        bijection: The map f; its weights are shared by all examples.
    """

    def __init__(self, latent: int, context: int, bijection: Bijection) -> None:
        super().__init__(latent)
        self.context = context
        self.bijection = bijection

    @property
    def param_shape(self) -> tuple[int, ...]:
        """A mean and a log-variance for each unit, and the context."""
        return (2 * self.latent + self.context,)

    def forward(self, raw: Tensor) -> Distribution:
        """Return flows, one for each leading index of `raw`."""
        raw = raw.to(torch.promote_types(raw.dtype, torch.float32))
        mean, log_variance, context = raw.split((self.latent, self.latent, self.context), -1)
        scale = (0.5 * log_variance).exp()
        base = Independent(Normal(mean, scale, validate_args=False), 1, validate_args=False)
        return Flow(base, self.bijection, context)
