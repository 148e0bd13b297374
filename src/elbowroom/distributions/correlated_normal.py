"""Normal distributions with correlated units: by a triangular scale, or by a few directions.

torch has both. Here a batch of scales meets many codes of each without being copied for each,
scales and codes may differ in precision, and everything captures as one graph.
"""

from math import log, pi

import torch
from torch import Tensor
from torch.distributions import Distribution, constraints
from torch.types import _size


class _AroundMean(Distribution):
    """A distribution of vectors that lies evenly around its mean.

    Args:
        loc: Mean, (*batch, d).
    """

    has_rsample = True
    arg_constraints = {}
    support = constraints.real_vector

    def __init__(self, loc: Tensor) -> None:
        self.loc = loc
        batch, event = torch.Size(loc.shape[:-1]), torch.Size(loc.shape[-1:])
        super().__init__(batch, event, validate_args=False)

    @property
    def mean(self) -> Tensor:
        """The mean."""
        return self.loc

    @property
    def mode(self) -> Tensor:
        """The mean."""
        return self.loc


class CorrelatedNormal(_AroundMean):
    """z = mu + L e,  e ~ N(0, I): N(mu, L L').

    Args:
        loc: Mean mu, (*batch, d).
        scale_tril: Lower-triangular L with a positive diagonal, (*batch, d, d).

    Example:
        >>> p = CorrelatedNormal(torch.zeros(2), torch.tensor([[1.0, 0.0], [1.0, 1.0]]))
        >>> p.variance
        tensor([1., 2.])
    """

    def __init__(self, loc: Tensor, scale_tril: Tensor) -> None:
        super().__init__(loc)
        self.scale_tril = scale_tril

    @property
    def variance(self) -> Tensor:
        """Variance of each unit: the diagonal of L L'."""
        return self.scale_tril.square().sum(-1)

    @property
    def covariance_matrix(self) -> Tensor:
        """L L', (*batch, d, d)."""
        return _product(self.scale_tril)

    @property
    def log_determinant(self) -> Tensor:
        """Log det L, (*batch)."""
        return self.scale_tril.diagonal(dim1=-2, dim2=-1).log().sum(-1)

    def rsample(self, sample_shape: _size = ()) -> Tensor:
        """Draw reparametrised codes."""
        return self.loc + _apply(self.scale_tril, _noise(self.loc, sample_shape, self.loc.shape))

    def log_prob(self, value: Tensor) -> Tensor:
        """Return the log-density, in nats."""
        scale = self.scale_tril.to(value.dtype)
        eye = torch.eye(scale.shape[-1], dtype=scale.dtype, device=scale.device)
        inverse = torch.linalg.solve_triangular(scale, eye, upper=False)
        white = _apply(inverse, value - self.loc)
        return _log_normal(white.square().sum(-1), self.log_determinant, len(eye))


class LowRankNormal(_AroundMean):
    """z = mu + s (e + U e'),  e ~ N(0, I_d),  e' ~ N(0, I_r): N(mu, S (I + U U') S), S = diag(s).

    Densities take the inverse of I_r + U'U only (Woodbury), so that nothing grows as d^2.

    Args:
        loc: Mean mu, (*batch, d).
        scale: s, (*batch, d), above 0.
        factor: U, (*batch, d, r).

    Example:
        >>> p = LowRankNormal(torch.zeros(2), torch.ones(2), torch.tensor([[0.0], [2.0]]))
        >>> p.variance
        tensor([1., 5.])
    """

    def __init__(self, loc: Tensor, scale: Tensor, factor: Tensor) -> None:
        super().__init__(loc)
        self.scale = scale
        self.factor = factor

    @property
    def variance(self) -> Tensor:
        """Variance of each unit."""
        return self.scale.square() * (1 + self.factor.square().sum(-1))

    @property
    def covariance_matrix(self) -> Tensor:
        """S (I + U U') S, (*batch, d, d)."""
        inner = _product(self.factor) + torch.eye(self.loc.shape[-1], device=self.loc.device)
        return self.scale[..., :, None] * inner * self.scale[..., None, :]

    @property
    def log_determinant(self) -> Tensor:
        """Half the log-determinant of the covariance, (*batch)."""
        root = self._root(self.factor)
        return self.scale.log().sum(-1) + root.diagonal(dim1=-2, dim2=-1).log().sum(-1)

    def rsample(self, sample_shape: _size = ()) -> Tensor:
        """Draw reparametrised codes."""
        own = _noise(self.loc, sample_shape, self.loc.shape)
        *batch, _, rank = self.factor.shape
        shared = _noise(self.loc, sample_shape, torch.Size((*batch, rank)))
        return self.loc + self.scale * (own + _apply(self.factor, shared))

    def log_prob(self, value: Tensor) -> Tensor:
        """Return the log-density, in nats."""
        factor = self.factor.to(value.dtype)
        root = self._root(factor)
        to_shared = torch.linalg.solve_triangular(root, factor.mT, upper=False)
        y = (value - self.loc) / self.scale
        explained = _apply(to_shared, y).square().sum(-1)
        return _log_normal(y.square().sum(-1) - explained, self.log_determinant, y.shape[-1])

    @staticmethod
    def _root(factor: Tensor) -> Tensor:
        """Return the Cholesky factor of I + U'U, (*batch, r, r)."""
        eye = torch.eye(factor.shape[-1], dtype=factor.dtype, device=factor.device)
        root, _ = torch.linalg.cholesky_ex(eye + _product(factor.mT))
        return root


def _noise(like: Tensor, sample_shape: _size, shape: torch.Size) -> Tensor:
    return torch.randn((*sample_shape, *shape), dtype=like.dtype, device=like.device)


def _apply(matrices: Tensor, vectors: Tensor) -> Tensor:
    """Multiply (*batch, n, m) with (*more, *batch, m), without copying the matrices for `more`."""
    # Under mixed precision products would be of 8 bits, where a density needs all 24.
    with torch.autocast(vectors.device.type, enabled=False):
        return torch.einsum("...nm,...m->...n", matrices, vectors)


def _product(matrices: Tensor) -> Tensor:
    """Return M M', (*batch, n, n)."""
    with torch.autocast(matrices.device.type, enabled=False):
        return matrices @ matrices.mT


def _log_normal(square: Tensor, log_determinant: Tensor, size: int) -> Tensor:
    return -0.5 * square - log_determinant - 0.5 * size * log(2 * pi)
