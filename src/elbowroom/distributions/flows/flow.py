"""A normalising flow: a simple distribution and a bijection of its draws.

    z = f(e), e ~ base,    log p(z) = log base(e) - log |det df/de|

Rezende & Mohamed (2015); Papamakarios et al. (2021) for all of it.
"""

import torch
from torch import Tensor
from torch.distributions import Distribution, constraints
from torch.types import _size

from elbowroom.distributions.flows.bijection import Bijection


class Flow(Distribution):
    """The distribution of a bijection of draws from a base distribution.

    It knows neither its mean nor its variance.

    Args:
        base: Distribution of vectors, of batch shape `batch`.
        bijection: Map from noise to codes.
        context: What the bijection depends on, (*batch, features).

    Example:
        >>> from torch.distributions import Independent, Normal
        >>> from elbowroom.distributions.flows import halves, stacked
        >>> f = stacked(halves, 2, layers=4, transform="spline", hidden=(16,))
        >>> p = Flow(Independent(Normal(torch.zeros(2), torch.ones(2)), 1), f)
        >>> z, log_p = p.rsample_and_log_prob((5,))
        >>> torch.allclose(log_p, p.log_prob(z), atol=1e-5)
        True
    """

    has_rsample = True
    arg_constraints = {}
    support = constraints.real_vector

    def __init__(
        self, base: Distribution, bijection: Bijection, context: Tensor | None = None
    ) -> None:
        self.base = base
        self.bijection = bijection
        self.context = context
        super().__init__(base.batch_shape, base.event_shape, validate_args=False)

    def rsample_and_log_prob(self, sample_shape: _size = ()) -> tuple[Tensor, Tensor]:
        """Draw codes and their log-density together: the bijection runs once, never backwards.

        Returns:
            Codes of shape `sample_shape + batch + event`, and log-densities in nats of shape
            `sample_shape + batch`.
        """
        noise = self.base.rsample(torch.Size(sample_shape))
        z, log_det = self.bijection(noise, self.context)
        return z, self.base.log_prob(noise) - log_det

    def rsample(self, sample_shape: _size = ()) -> Tensor:
        """Draw codes that carry gradients."""
        return self.rsample_and_log_prob(sample_shape)[0]

    def sample_alike(self, count: int, generator: torch.Generator) -> Tensor:
        """Draw codes by the same noise, and its negative, for each distribution of the batch.

        What is computed from them is a function of the distribution alone, whichever batch it is
        in, and noise that is common to all does not blur how they differ.

        Args:
            count: Number of codes, even.
            generator: Source of the noise.

        Returns:
            Codes, (count, *batch, *event).
        """
        shape = (count // 2, *(1 for _ in self.batch_shape), *self.event_shape)
        noise = torch.randn(shape, generator=generator, device=generator.device)
        noise = torch.cat([noise, -noise]).to(self.base.mean.device)
        with torch.no_grad():
            return self.bijection(self.base.mean + self.base.stddev * noise, self.context)[0]

    def log_prob(self, value: Tensor) -> Tensor:
        """Return the log-density at any codes, in nats.

        Raises:
            IncompatibleError: If the bijection goes in one direction only.
        """
        noise, log_det = self.bijection.inverse(value, self.context)
        return self.base.log_prob(noise) + log_det
