"""The uniform distribution on the unit sphere.

All densities on the sphere S^(d-1) of R^d are with respect to its surface measure, of total mass

    |S^(d-1)| = 2 pi^(d/2) / Gamma(d/2):

2 pi on the circle, 4 pi on the ball's surface. Their integral over the sphere is one; their value
says nothing about a density in R^d, where the sphere has no volume.
"""

from math import lgamma, log, pi

import torch
from torch import Tensor
from torch.distributions import Distribution, constraints
from torch.types import _size


class _UnitSphere(constraints.Constraint):
    """Vectors of length one."""

    event_dim = 1

    def check(self, value: Tensor) -> Tensor:
        """Tell which vectors have length one."""
        return (value.square().sum(-1) - 1).abs() < 1e-4


unit_sphere = _UnitSphere()


def log_surface(size: int) -> float:
    """Return log |S^(d-1)|, the surface of the unit sphere in R^d.

    >>> round(log_surface(3), 4)  # log 4 pi
    2.531
    """
    return log(2) + size / 2 * log(pi) - lgamma(size / 2)


class UniformOnSphere(Distribution):
    """p(z) = 1 / |S^(d-1)| for unit vectors z.

    Args:
        like: Any tensor with the dtype and device that draws should have.
        size: Number d of values of a vector, 2 or more.

    Example:
        >>> UniformOnSphere(torch.zeros(()), 3).log_prob(torch.eye(3)[0])  # -log 4 pi
        tensor(-2.5310)
    """

    has_rsample = True
    arg_constraints = {}
    support = unit_sphere

    def __init__(self, like: Tensor, size: int) -> None:
        self.like = like
        super().__init__(torch.Size(), torch.Size((size,)), validate_args=False)

    @property
    def mean(self) -> Tensor:
        """Zero, which is not on the sphere."""
        return self.like.new_zeros(self.event_shape)

    @property
    def variance(self) -> Tensor:
        """1/d for each value."""
        return self.like.new_full(self.event_shape, 1 / self.event_shape[0])

    def rsample(self, sample_shape: _size = ()) -> Tensor:
        """Draw unit vectors: normal vectors have no preferred direction."""
        normal = torch.randn(
            (*sample_shape, *self.event_shape), dtype=self.like.dtype, device=self.like.device
        )
        return torch.nn.functional.normalize(normal, dim=-1)

    def log_prob(self, value: Tensor) -> Tensor:
        """Return -log |S^(d-1)| for each vector."""
        return value.new_full(value.shape[:-1], -log_surface(self.event_shape[0]))
