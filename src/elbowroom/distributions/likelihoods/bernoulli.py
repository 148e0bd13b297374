"""The Bernoulli likelihood: black and white pixels, yes/no answers."""

import torch
from torch import Tensor
from torch.distributions import Bernoulli as TorchBernoulli
from torch.distributions import Distribution, Independent

from elbowroom.distributions.likelihoods.likelihood import Likelihood, Measure
from elbowroom.distributions.support import Support


class Bernoulli(Likelihood):
    """Independent binary values: p(x|z) = prod_i p_i^x_i (1 - p_i)^(1 - x_i), x_i in {0, 1}.

    Its negative logarithm is the 'binary cross-entropy', summed over pixels. On grey values that
    sum is the logarithm of no probability (it does not integrate to one), so grey data are
    refused: binarise them, or use `Binomial`, whose mass is proper and whose gradient is the same
    up to the factor levels - 1.

    Args:
        event_shape: Shape of one example.

    Example:
        >>> p = Bernoulli((3,))(torch.zeros(1, 3))
        >>> p.log_prob(torch.ones(3)).exp()
        tensor(0.1250)
    """

    measure = Measure.COUNTING

    @classmethod
    def for_data(cls, event_shape: tuple[int, ...], levels: int | None) -> "Bernoulli":
        """Build the likelihood for data of this shape."""
        return cls(event_shape)

    @property
    def param_shape(self) -> tuple[int, ...]:
        """One logit for each value."""
        return (1, *self.event_shape)

    @property
    def support(self) -> Support:
        """Zero and one."""
        return Support(0, 1, levels=2)

    def forward(self, raw: Tensor) -> Distribution:
        """Return Bernoulli distributions with logits `raw`."""
        logits = raw.float().squeeze(-len(self.event_shape) - 1)
        return Independent(
            TorchBernoulli(logits=logits, validate_args=False),
            len(self.event_shape),
            validate_args=False,
        )

    def start(self, mean: Tensor, variance: Tensor) -> Tensor:
        """Return the logit of the mean, kept inside [0.001, 0.999] (Burda et al. 2016)."""
        return torch.logit(mean.clamp(0.001, 0.999))[None]
