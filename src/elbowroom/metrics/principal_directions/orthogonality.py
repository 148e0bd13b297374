"""How far the decoder's principal directions are from the latent axes.

    DtO = E_x [ min over signed permutations P of ||V(x) - P||_F ],    J = U S V'

(Rolinek et al. 2019). 0 says that each latent unit, moved alone, moves x along one principal
direction of the decoder. As ||V||_F^2 = ||P||_F^2 = D,

    ||V - P||_F^2 = 2 D - 2 tr(P'V) = 2 D - 2 sum_i |V_{i, pi(i)}|

at the best signs, so that the nearest P is an assignment of units to directions. Where V is any
rotation with equal probability (Haar's measure), the mean is 0.548 in two dimensions,
(16 sqrt(2) / pi) (1 - cos(pi / 8)), and 1.915 in six.
"""

from dataclasses import asdict, dataclass
from math import sqrt
from typing import Any

import torch
from torch import Tensor

from elbowroom.metrics.principal_directions.jacobian import decomposed

CLOSE = 0.05
"""Singular values closer than this share leave their directions to chance."""
_ROTATIONS = 10_000
_WORK = 4_000_000
"""Entries of random rotations that a reference may take: fewer rotations in high dimensions."""


def distance_to_orthogonality(V: Tensor) -> Tensor:
    """Return the Frobenius distance from each orthogonal matrix to its nearest signed permutation.

    Args:
        V: Orthogonal matrices, (B, D, D); order and signs of their columns are no matter.

    Returns:
        Distances, (B,), float64, on the CPU: 0 or more, at most sqrt(2 (D - sqrt(D))).

    Example:
        >>> turn = torch.tensor([[[0.8, -0.6], [0.6, 0.8]]])  # by 37 degrees
        >>> distance_to_orthogonality(turn)  # sqrt(4 - 4 * 0.8)
        tensor([0.8944], dtype=torch.float64)
    """
    sizes = V.cpu().double().abs()
    matched = sizes.gather(-1, nearest_directions(V)[..., None]).squeeze(-1).sum(-1)
    return (2 * (V.shape[-1] - matched)).clamp(min=0).sqrt()


def nearest_directions(V: Tensor) -> Tensor:
    """Return which column of V is assigned to each unit, (B, D): the permutation that is nearest.

    Args:
        V: Orthogonal matrices, (B, D, D), a row for each unit and a column for each direction.

    Example:
        >>> nearest_directions(torch.tensor([[[0.1, 0.9], [-0.9, 0.1]]]))
        tensor([[1, 0]])
    """
    from scipy.optimize import linear_sum_assignment

    sizes = V.detach().cpu().double().abs().numpy()
    columns = [linear_sum_assignment(one, maximize=True)[1] for one in sizes]
    return torch.stack([torch.from_numpy(one) for one in columns]).long()


def random_distance(dimension: int, *, seed: int = 0) -> tuple[float, float, int]:
    """Return mean and standard deviation of the distance of a random rotation, and their number.

    Rotations are drawn evenly (Haar's measure): the Q of QR with signs that make R's diagonal
    positive (Mezzadri 2007).

    Args:
        dimension: Number of units D.
        seed: Seed of the rotations.

    Example:
        >>> mean, deviation, count = random_distance(2)  # exactly 0.5483, 0.3132
        >>> abs(mean - 0.5483) < 4 * deviation / count**0.5
        True
    """
    count = max(min(_ROTATIONS, _WORK // dimension**2), 20)
    generator = torch.Generator().manual_seed(seed)
    noise = torch.randn(count, dimension, dimension, generator=generator, dtype=torch.float64)
    Q, R = torch.linalg.qr(noise)
    distances = distance_to_orthogonality(Q * R.diagonal(dim1=-2, dim2=-1).sign()[:, None])
    return float(distances.mean()), float(distances.std()), count


@dataclass(frozen=True)
class Orthogonality:
    """The distance to orthogonality of a decoder, beside that of random rotations.

    Attributes:
        units: Which units of the code were looked at.
        value: Mean over examples of the distance; 0 is the best.
        error: Its standard error over examples: of this model, not of training another one.
        examples: Number of examples.
        random: Mean distance of random rotations of the same dimension.
        random_spread: Standard deviation of the distance from one rotation to the next; a decoder
            whose V is the same everywhere is one of them.
        rotations: Number of random rotations.
        close: Share of the examples where two neighbouring singular values are within 5 %, or are
            both 0: V is arbitrary in the plane of the two.
        seed: Seed of the rotations.

    Example:
        >>> Orthogonality.of(torch.eye(2).expand(3, 2, 2) * torch.tensor([4.0, 1.0]))
        distance to orthogonality 0.000 +- 0.000 (random rotation 0.55 +- 0.31), 2 units, 3 examples
    """

    units: tuple[int, ...]
    value: float
    error: float
    examples: int
    random: float
    random_spread: float
    rotations: int
    close: float
    seed: int

    @classmethod
    def of(
        cls, grams: Tensor, units: tuple[int, ...] | None = None, *, seed: int = 0
    ) -> "Orthogonality":
        """Measure it on Jacobians given by J'J.

        Args:
            grams: J'J at the codes of examples, (N, D, D).
            units: Which units to look at, as if there were no others; all when not given.
            seed: Seed of the random rotations.
        """
        units = tuple(range(grams.shape[-1])) if units is None else units
        chosen = list(units)
        S, V = decomposed(grams.cpu().double()[:, chosen][:, :, chosen])
        distances = distance_to_orthogonality(V)
        random, spread, rotations = random_distance(len(units), seed=seed)
        return cls(
            units,
            float(distances.mean()),
            float(distances.std()) / sqrt(len(distances)) if len(distances) > 1 else float("nan"),
            len(distances),
            random,
            spread,
            rotations,
            close_share(S),
            seed,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values."""
        return {**asdict(self), "units": list(self.units), "best": 0.0}

    def __repr__(self) -> str:
        return (
            f"distance to orthogonality {self.value:.3f} +- {self.error:.3f} (random rotation "
            f"{self.random:.2f} +- {self.random_spread:.2f}), {len(self.units)} units, "
            f"{self.examples:,} examples"
        )


def close_share(S: Tensor, closeness: float = CLOSE) -> float:
    """Return the share of examples with two neighbouring singular values closer than a share.

    Args:
        S: Singular values, (N, D), from the largest to the smallest.
        closeness: The share of the larger one.

    Example:
        >>> close_share(torch.tensor([[3.0, 2.0, 1.0], [3.0, 2.9, 1.0]]))
        0.5
    """
    near = S[:, 1:] >= (1 - closeness) * S[:, :-1]
    return float(near.any(-1).double().mean())
