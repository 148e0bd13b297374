"""A finite mixture of the distributions of one family.

    p(z) = sum_k pi_k p_k(z)

torch's own draws from every component to keep one of them; with hundreds of components that is
most of the work. Here the component is drawn first.
"""

import torch
from torch import Tensor
from torch.distributions import Distribution
from torch.types import _size

from elbowroom.distributions.family import Family

_VALUES = 2**21
"""Values of (value, component, unit) at a time: 8 MB."""


class Mixture(Distribution):
    """A mixture whose components are given by their raw parameters.

    It has no reparametrised draws: which component a draw is from does not change by degrees.

    Args:
        family: Family of the components.
        raw: Raw parameters of the K components, (K, *param_shape).
        logits: Log-weights of the components up to a constant, (K,).

    Example:
        >>> from elbowroom.distributions import DiagonalGaussian
        >>> raw = torch.tensor([[[-1.0], [0.0]], [[1.0], [0.0]]])  # N(-1, 1) and N(1, 1)
        >>> p = Mixture(DiagonalGaussian(1), raw, torch.zeros(2))
        >>> p.mean, p.variance, p.log_prob(torch.zeros(1))  # -1/2 - 1/2 log(2 pi)
        (tensor([0.]), tensor([2.]), tensor(-1.4189))
    """

    arg_constraints = {}

    def __init__(self, family: Family, raw: Tensor, logits: Tensor) -> None:
        self.family = family
        self.raw = raw
        self.log_weights = logits.float().log_softmax(-1)
        super().__init__(torch.Size(), torch.Size(family.event_shape), validate_args=False)

    @property
    def components(self) -> Distribution:
        """The components, of batch shape (K,)."""
        return self.family(self.raw)

    @property
    def mean(self) -> Tensor:
        """The weighted mean of the components' means."""
        return self._weighted(self.components.mean)

    @property
    def variance(self) -> Tensor:
        """The law of total variance: within the components and between their means."""
        components = self.components
        between = (components.mean - self._weighted(components.mean)).square()
        return self._weighted(components.variance + between)

    def sample(self, sample_shape: _size = ()) -> Tensor:
        """Draw a component, then a value from it."""
        count = torch.Size(sample_shape).numel()
        which = torch.multinomial(self.log_weights.detach().exp(), count, replacement=True)
        with torch.no_grad():
            drawn = self.family(self.raw[which]).sample()
        return drawn.reshape(*sample_shape, *self.event_shape)

    def log_prob(self, value: Tensor) -> Tensor:
        """Return log sum_k pi_k p_k(z), (*lead), of values (*lead, *event).

        Every value meets every component: some of the values at a time, so that memory is bounded.
        """
        components, dims = self.components, len(self.event_shape)
        flat = value.flatten(end_dim=-1 - dims) if value.dim() > dims else value[None]
        at_once = max(_VALUES // (len(self.raw) * self.event_shape.numel()), 1)
        parts = [
            (components.log_prob(part[:, None]) + self.log_weights).logsumexp(-1)
            for part in flat.split(at_once)
        ]
        return torch.cat(parts).reshape(value.shape[: value.dim() - dims])

    def _weighted(self, values: Tensor) -> Tensor:
        """Average (K, *event) over the components."""
        return torch.tensordot(self.log_weights.exp(), values, dims=1)
