"""The Laplace likelihood: real-valued data, and what mean absolute error stands for."""

from torch import Tensor
from torch.distributions import Distribution
from torch.distributions import Laplace as TorchLaplace

from elbowroom.distributions.likelihoods.location_scale import LocationScale


class Laplace(LocationScale):
    """Independent Laplace values, p(x|z) = exp(-|x - mu(z)| / b) / (2 b), b fixed or learned.

    With a fixed scale, -log p = SAE / b + D log(2 b), SAE the absolute error summed over the D
    values: this is 'L1 loss' or 'mean absolute error', with the weight against the rate that the
    scale b says. Its best mu(z) is a median, which a few wild values do not move; the deviation
    from it is b sqrt(2).

    Args:
        event_shape: Shape of one example.
        scale: 'fixed' at `initial`, learned and 'shared' by all values, or learned 'per-dimension'.
        initial: Scale b at the start, in the units that the model sees.

    Raises:
        ConfigError: If the initial scale is not positive.

    Example:
        >>> import torch
        >>> p = Laplace((2,), scale="fixed", initial=1.0)(torch.zeros(1, 1, 2))
        >>> round(p.log_prob(torch.tensor([3.0, 0.0])).item(), 4)  # -3 - 2 log 2
        -4.3863
    """

    def around(self, location: Tensor, scale: Tensor) -> Distribution:
        """Return Laplace distributions."""
        return TorchLaplace(location, scale, validate_args=False)
