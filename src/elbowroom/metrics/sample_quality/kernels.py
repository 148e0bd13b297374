"""Kernels k(x, y) that compare examples; their scale is chosen on real examples only."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import Self

import torch
from torch import Tensor

from elbowroom.errors import ConfigError, DataError

_ROWS_FOR_SCALE = 1000


class Kernel(ABC):
    """A positive definite function of two examples."""

    @abstractmethod
    def fit(self, real: Tensor, seed: int) -> Self:
        """Return the kernel with a scale chosen for real examples (N, D), where none was given."""

    @abstractmethod
    def __call__(self, x: Tensor, y: Tensor) -> Tensor:
        """Return k(x_i, y_j), (N, M), for rows (N, D) and (M, D)."""


@dataclass(frozen=True)
class GaussianKernel(Kernel):
    """k(x, y) = exp(-|x - y|^2 / (2 s^2)).

    Args:
        bandwidth: s in the units of the data; None for the median distance of real examples.

    Raises:
        ConfigError: If the bandwidth is not positive.

    Example:
        >>> GaussianKernel(bandwidth=1.0)(torch.zeros(1, 2), torch.ones(1, 2))
        tensor([[0.3679]])
    """

    bandwidth: float | None = None

    def __post_init__(self) -> None:
        _check_scale("bandwidth", self.bandwidth)

    def fit(self, real: Tensor, seed: int) -> Self:
        """Set the bandwidth to the median distance, if it was not given."""
        return self if self.bandwidth else replace(self, bandwidth=median_distance(real, seed))

    def __call__(self, x: Tensor, y: Tensor) -> Tensor:
        """Return k(x_i, y_j), (N, M)."""
        scale = _fitted(self.bandwidth)
        return squared_distances(x, y).mul_(-0.5 / scale**2).exp_()


@dataclass(frozen=True)
class RationalQuadraticKernel(Kernel):
    """k(x, y) = mean over a of (1 + |x - y|^2 / (2 a s^2))^-a: many bandwidths at once.

    The mixture of Binkowski et al. 2018 (https://arxiv.org/abs/1801.01401), in units of s.

    Args:
        scale: s in the units of the data; None for the median distance of real examples.
        powers: The values of a.

    Raises:
        ConfigError: If the scale or a power is not positive.

    Example:
        >>> RationalQuadraticKernel(scale=1.0, powers=(1.0,))(torch.zeros(1, 2), torch.ones(1, 2))
        tensor([[0.5000]])
    """

    scale: float | None = None
    powers: tuple[float, ...] = (0.2, 0.5, 1.0, 2.0, 5.0)

    def __post_init__(self) -> None:
        _check_scale("scale", self.scale)
        if not self.powers or min(self.powers) <= 0:
            raise ConfigError(f"the powers of the kernel must be positive, got {self.powers}")

    def fit(self, real: Tensor, seed: int) -> Self:
        """Set the scale to the median distance, if it was not given."""
        return self if self.scale else replace(self, scale=median_distance(real, seed))

    def __call__(self, x: Tensor, y: Tensor) -> Tensor:
        """Return k(x_i, y_j), (N, M)."""
        far = squared_distances(x, y) / (2 * _fitted(self.scale) ** 2)
        terms = [torch.log1p(far / a).mul_(-a).exp_() for a in self.powers]
        return torch.stack(terms).mean(0)


@dataclass(frozen=True)
class PolynomialKernel(Kernel):
    """k(x, y) = (x'y / D + 1)^p, the kernel of KID (Binkowski et al. 2018), which is for features.

    It compares moments up to order p only, and it is not invariant to shifts and units: meant for
    the features of a network, whose values are of order 1.

    Args:
        degree: p.

    Example:
        >>> PolynomialKernel()(torch.ones(1, 2), torch.ones(1, 2))
        tensor([[8.]])
    """

    degree: int = 3

    def __post_init__(self) -> None:
        if self.degree < 1:
            raise ConfigError(f"the degree of the kernel must be 1 or more, got {self.degree}")

    def fit(self, real: Tensor, seed: int) -> Self:
        """Return the kernel as it is: nothing is chosen."""
        return self

    def __call__(self, x: Tensor, y: Tensor) -> Tensor:
        """Return k(x_i, y_j), (N, M)."""
        return (x @ y.T).div_(x.shape[1]).add_(1).pow_(self.degree)


def squared_distances(x: Tensor, y: Tensor) -> Tensor:
    """Return |x_i - y_j|^2, (N, M), by one matrix product."""
    # Of values far from 0 the squares would leave nothing of the differences.
    centre = x.mean(0)
    x, y = x - centre, y - centre
    squares = x.square().sum(1)[:, None] + y.square().sum(1)
    return squares.addmm_(x, y.T, alpha=-2).clamp_(min=0)


def median_distance(real: Tensor, seed: int) -> float:
    """Return the median distance between different real examples, on 1,000 of them at most.

    Pairs of equal examples are left out, of which tables of few values have many.

    Raises:
        DataError: If all examples are equal.
    """
    chosen = torch.randperm(len(real), generator=torch.Generator().manual_seed(seed))
    distances = torch.pdist(real[chosen[:_ROWS_FOR_SCALE]])
    distances = distances[distances > 0]
    if not len(distances):
        raise DataError(
            "all real examples are equal, so there is no scale to compare by: give other examples, "
            "or the kernel's bandwidth"
        )
    return float(distances.median())


def _check_scale(name: str, scale: float | None) -> None:
    if scale is not None and not scale > 0:
        raise ConfigError(f"the {name} of a kernel must be positive, got {scale}")


def _fitted(scale: float | None) -> float:
    if scale is None:
        raise ConfigError("this kernel has no scale yet: give one, or call fit with real examples")
    return scale
