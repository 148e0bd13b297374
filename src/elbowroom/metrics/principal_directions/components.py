"""Principal components, and the linear VAE that they are.

A linear VAE, x = W z + m + s e with e ~ N(0, I), trained to the optimum with weight b on the rate,
is probabilistic PCA with the noise b s^2 (Tipping & Bishop 1999; Lucas et al. 2019). With the
eigenvalues l_1 >= l_2 >= ... of the covariance of x and its eigenvectors a_k as columns,

    W_k = a_k sqrt(l_k - b s^2)          unit k is dead exactly where l_k <= b s^2
    Var_x mu_k(x) = 1 - b s^2 / l_k      Var q(z_k|x) = b s^2 / l_k

The two variances add up to the prior's 1: the larger the eigenvalue, the nearer the means come to
it. Where s^2 is fitted as well (b = 1), it is the mean of the eigenvalues that are left out.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from elbowroom.errors import DataError
from elbowroom.metrics.principal_directions.jacobian import decomposed


@dataclass(frozen=True, eq=False)
class PrincipalComponents:
    """Eigenvalues and eigenvectors of the covariance of examples.

    Attributes:
        mean: Mean of the examples, (n,).
        values: Eigenvalues, largest first, (min(N, n),), float64; the rest are 0.
        axes: Eigenvectors as columns, (n, K).
        dimensions: Number n of values in an example.
    """

    mean: Tensor
    values: Tensor
    axes: Tensor
    dimensions: int

    @classmethod
    def of(cls, x: Tensor, count: int) -> "PrincipalComponents":
        """Decompose examples.

        Args:
            x: Examples, (N, *event), N at least 2; the covariance divides by N.
            count: Number K of axes; at most as many as there are.

        Raises:
            DataError: If there are fewer than 2 examples, or they are not finite.

        Example:
            >>> x = torch.tensor([[2.0, 0.0], [-2.0, 0.0], [0.0, 1.0], [0.0, -1.0]])
            >>> PrincipalComponents.of(x, 1).values
            tensor([2.0000, 0.5000], dtype=torch.float64)
        """
        rows = x.flatten(1).cpu().double()
        if len(rows) < 2:
            raise DataError("principal components need 2 examples or more, to have a covariance")
        refuse_not_finite(rows)
        mean = rows.mean(0)
        rows = rows - mean
        examples, n = rows.shape
        wide = n > examples  # the products of examples have the same eigenvalues, and are fewer
        products = (rows @ rows.T if wide else rows.T @ rows) / examples
        values, vectors = torch.linalg.eigh(products)
        values, vectors = values.flip(0).clamp(min=0), vectors.flip(1)[:, :count]
        axes = torch.linalg.qr(rows.T @ vectors)[0] if wide else vectors
        return cls(mean, values, axes, n)

    def left_out(self, count: int) -> float:
        """Return the maximum-likelihood noise of so many components: the mean of the others.

        0 where there are no others.
        """
        rest = self.dimensions - count
        return float(self.values[count:].sum()) / rest if rest > 0 else 0.0

    def predicted(self, noise: float, count: int) -> tuple[Tensor, Tensor]:
        """Return what a linear VAE at its optimum would have, (count,) both.

        Args:
            noise: b s^2, in the units of the examples squared.
            count: Number of units.

        Returns:
            Variances of the posterior means, 1 - b s^2 / l_k, and lengths of the columns of W;
            both 0 where l_k <= b s^2.
        """
        values = torch.zeros(count, dtype=torch.float64)
        known = min(count, len(self.values))
        values[:known] = self.values[:known]
        above = (values - noise).clamp(min=0)
        return torch.where(above > 0, above / values, 0.0), above.sqrt()


def cosines(grams: Tensor, projected: Tensor) -> Tensor:
    """Return the cosines of the angles between the columns of J and axes, (B, K, D).

    Args:
        grams: J'J, (B, D, D).
        projected: A'J, (B, K, D).

    Returns:
        Cosines; NaN for a column that is 0.
    """
    return projected / grams.diagonal(dim1=-2, dim2=-1).sqrt()[:, None]


def subspace_cosines(S: Tensor, V: Tensor, projected: Tensor) -> Tensor:
    """Return the cosines of the principal angles between the column space of J and some axes.

    As J = U S V' they are the singular values of A'U = A'J V / S (Bjorck & Golub 1973).

    Args:
        S: Singular values of J above 0, (B, D).
        V: Right singular vectors that belong to them, (B, n, D).
        projected: A'J, (B, K, n).

    Returns:
        Cosines, largest first, (B, min(K, D)).

    Example:
        >>> J = torch.eye(3)[:, :2].double()  # against the first axis and the third
        >>> A = torch.eye(3)[:, [0, 2]].double()
        >>> subspace_cosines(torch.ones(1, 2), torch.eye(2)[None].double(), (A.T @ J)[None])
        tensor([[1., 0.]], dtype=torch.float64)
    """
    return torch.linalg.svdvals(projected @ V / S[:, None]).clamp(max=1)


def mean_angles(grams: Tensor, projected: Tensor) -> tuple[int, tuple[float, ...]]:
    """Return the mean principal angles between what columns of J span and as many first axes.

    Means are over the examples where the columns span most: a unit that the decoder does not use
    has a column of 0 and adds no direction.

    Args:
        grams: J'J of D columns, (B, D, D).
        projected: A'J, (B, K, D), the axes A in order.

    Returns:
        Number of dimensions r <= D that the columns span, and min(K, r) angles in degrees, smallest
        first.

    Example:
        >>> J = torch.eye(3)[:, :2].double() * torch.tensor([2.0, 0.0])  # the second is not used
        >>> mean_angles((J.T @ J)[None], J[None])
        (1, (0.0,))
    """
    if not grams.shape[-1]:
        return 0, ()
    S, V = decomposed(grams)
    ranks = (S > 0).sum(-1)
    rank = int(ranks.max())
    if not rank:
        return 0, ()
    most = ranks == rank
    found = subspace_cosines(S[most][:, :rank], V[most][:, :, :rank], projected[most][:, :rank])
    return rank, tuple(found.arccos().rad2deg().mean(0).tolist())


def refuse_not_finite(x: Tensor) -> None:
    """Raise for examples that hold NaN or infinity.

    Raises:
        DataError: With their number and the first of them.
    """
    finite = x.flatten(1).isfinite().all(1)
    if not finite.all():
        raise DataError(
            f"{int((~finite).sum()):,} of {len(x):,} examples hold NaN or infinity, the first at "
            f"index {int((~finite).int().argmax())}: leave them out, or fill in what is missing"
        )
