"""A distribution without spread: the code of a plain autoencoder."""

from torch import Tensor
from torch.distributions import Distribution, constraints
from torch.types import _size

from elbowroom.errors import IncompatibleError


class Point(Distribution):
    """All mass on one value; it can be drawn from, but it has no density.

    Args:
        value: The value, of shape `batch_shape + event_shape`.
        event_dims: How many trailing dimensions make up one event.
    """

    has_rsample = True
    arg_constraints = {}
    support = constraints.real_vector

    def __init__(self, value: Tensor, event_dims: int = 1) -> None:
        self.value = value
        split = value.dim() - event_dims
        super().__init__(value.shape[:split], value.shape[split:], validate_args=False)

    @property
    def mean(self) -> Tensor:
        """The value itself."""
        return self.value

    @property
    def mode(self) -> Tensor:
        """The value itself."""
        return self.value

    @property
    def variance(self) -> Tensor:
        """Zero."""
        return self.value.new_zeros(()).expand_as(self.value)

    def rsample(self, sample_shape: _size = ()) -> Tensor:
        """Return the value, repeated."""
        return self.value.expand(*sample_shape, *self.value.shape)

    def log_prob(self, value: Tensor) -> Tensor:
        """Refuse: a point mass has no density.

        Raises:
            IncompatibleError: Always.
        """
        raise IncompatibleError(
            "a deterministic code has no density, so it has no rate and no ELBO: "
            "use the diagonal-gaussian posterior"
        )
