"""Maximum mean discrepancy: how far apart two sets of examples are, as a kernel sees them."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations_with_replacement, pairwise
from math import sqrt

import torch
from torch import Tensor

from elbowroom.metrics.sample_quality.kernels import GaussianKernel, Kernel
from elbowroom.metrics.sample_quality.rows import Examples, pair
from elbowroom.metrics.sample_quality.score import Score

_BLOCK = 1024


def mmd(
    real: Examples,
    generated: Examples,
    *,
    kernel: Kernel | None = None,
    permutations: int = 200,
    seed: int = 0,
) -> Score:
    """Return the unbiased estimate of the squared maximum mean discrepancy.

    MMD^2 = E k(x, x') - 2 E k(x, y) + E k(y, y'), x and x' real, y and y' generated, all
    independent; averages leave out pairs of an example with itself, so the expectation for equal
    distributions is 0 and values below 0 are right (Gretton et al. 2012,
    https://jmlr.org/papers/v13/gretton12a.html). The p-value is the share of random divisions of
    all examples into two sets whose value is at least as large. The error is that of a U-statistic
    of degree 2, terms of order 1/N and 1/N^2 both, so it holds near 0 and far from it.

    Args:
        real: Real examples, (N, ...), N at least 4.
        generated: Generated examples, (M, ...), in the same units.
        kernel: The kernel; None for a Gaussian whose bandwidth is the median distance of the real
            examples.
        permutations: Random divisions for the p-value and the spread of the null; 0 for none.
        seed: Seed of the divisions, and of the choice of examples for the bandwidth.

    Returns:
        MMD^2, in units of the kernel (the Gaussian's is at most 2).

    Raises:
        ShapeError: If the sets differ in the shape of an example.
        DataError: If there are too few examples or a value is not finite.

    Example:
        >>> import numpy as np
        >>> rng = np.random.default_rng(0)
        >>> score = mmd(rng.normal(size=(200, 5)), rng.normal(0.5, size=(200, 5)))
        >>> score.value > 10 * score.null_error, score.null, round(score.p_value, 3)
        (True, 0.0, 0.005)
    """
    x, y = (torch.from_numpy(rows) for rows in pair(real, generated, at_least=4))
    fitted = (kernel or GaussianKernel()).fit(x, seed)
    sums = _Sums.of(fitted, torch.cat([x, y]), _divisions(len(x), len(y), permutations, seed))
    values = sums.discrepancies()
    observed, shuffled = float(values[0]), values[1:]
    return Score(
        name="MMD^2",
        value=observed,
        error=sqrt(sums.variance()),
        null=0.0,
        null_error=float(shuffled.std()) if permutations > 1 else None,
        p_value=(1 + int((shuffled >= observed).sum())) / (1 + permutations)
        if permutations
        else None,
        real=len(x),
        generated=len(y),
        seed=seed,
    )


def _divisions(n: int, m: int, permutations: int, seed: int) -> Tensor:
    """Return who counts as real, (n + m, 1 + permutations) of 0 and 1; the truth comes first."""
    generator = torch.Generator().manual_seed(seed)
    truth = torch.cat([torch.ones(n), torch.zeros(m)]).double()
    shuffled = [
        truth[torch.randperm(n + m, generator=generator)] for _ in range(permutations)
    ]  # fmt: skip
    return torch.stack([truth, *shuffled], 1)


@dataclass(frozen=True)
class _Sums:
    """Sums of the kernel matrix A of all examples, its diagonal 0, over any divisions s.

    Attributes:
        n: Number of real examples.
        m: Number of generated examples.
        real: s'As for each division.
        rows: A s and A 1 of the true division, (n + m, 2).
        across: s'A1 for each division.
        squares: The same as `rows` for the squares of the elements of A.
    """

    n: int
    m: int
    real: Tensor
    rows: Tensor
    across: Tensor
    squares: Tensor

    @classmethod
    def of(cls, kernel: Kernel, pooled: Tensor, divisions: Tensor) -> "_Sums":
        truth = torch.stack([divisions[:, 0], torch.ones(len(pooled)).double()], 1)
        real = torch.zeros(divisions.shape[1]).double()
        rows, squares = torch.zeros_like(truth), torch.zeros_like(truth)
        n = int(divisions[:, 0].sum())
        for i, j, part in _blocks(kernel, pooled, n):
            real += (1 + (i != j)) * (divisions[i] * (part @ divisions[j])).sum(0)
            # The matrix is symmetric: a block off the diagonal stands for two.
            for a, b, block in [(i, j, part), (j, i, part.T)][: 1 + (i != j)]:
                rows[a] += block @ truth[b]
                squares[a] += block.square() @ truth[b]
        return cls(n, len(pooled) - n, real, rows, divisions.T @ rows[:, 1], squares)

    def discrepancies(self) -> Tensor:
        """Return MMD^2 for each division."""
        n, m = self.n, self.m
        mixed = self.across - self.real
        generated = self.rows[:, 1].sum() - self.real - 2 * mixed
        return self.real / (n * (n - 1)) + generated / (m * (m - 1)) - 2 * mixed / (n * m)

    def variance(self) -> float:
        """Return the variance of MMD^2, from the Hoeffding decomposition of its three averages.

        With f(x) = E k(x, X) - E k(x, Y), g alike for y, and r the rests of k without its means
        given either argument: 4 Var f / n + 4 Var g / m + 2 Var r_xx / (n (n - 1))
        + 2 Var r_yy / (m (m - 1)) + 4 Var r_xy / (n m).
        """
        n, m = self.n, self.m
        to_real, to_generated = self.rows[:, 0], self.rows[:, 1] - self.rows[:, 0]
        squares = torch.stack([self.squares[:, 0], self.squares[:, 1] - self.squares[:, 0]], 1)
        xx, xy = to_real[:n] / (n - 1), to_generated[:n] / m
        yx, yy = to_real[n:] / n, to_generated[n:] / (m - 1)
        rest_xx = _rest_within(xx, squares[:n, 0].sum() / (n * (n - 1)))
        rest_yy = _rest_within(yy, squares[n:, 1].sum() / (m * (m - 1)))
        total_xy = squares[:n, 1].sum() / (n * m) - xy.mean() ** 2
        rest_xy = ((total_xy - xy.var() - yx.var()) / (1 - 1 / n - 1 / m)).clamp(min=0)
        # Row means over finite sets hold noise of the rests, which is taken off again.
        f = ((xx - xy).var() - rest_xx / (n - 1) - rest_xy / m).clamp(min=0)
        g = ((yy - yx).var() - rest_yy / (m - 1) - rest_xy / n).clamp(min=0)
        second = rest_xx / (n * (n - 1)) + rest_yy / (m * (m - 1)) + 2 * rest_xy / (n * m)
        return float(4 * f / n + 4 * g / m + 2 * second)


def _rest_within(means: Tensor, mean_square: Tensor) -> Tensor:
    """Return Var r of a symmetric kernel within one set.

    Of Var k = 2 Var h + Var r, h the mean given one argument, and the variance of row means,
    Var h + Var r / (n - 1).
    """
    n = len(means)
    total = mean_square - means.mean() ** 2
    of_means = ((means.var() - total / (n - 1)) / (1 - 2 / (n - 1))).clamp(min=0)
    return (total - 2 * of_means).clamp(min=0)


def _blocks(kernel: Kernel, rows: Tensor, real: int) -> Iterator[tuple[slice, slice, Tensor]]:
    """Yield the blocks on and above the diagonal of the kernel matrix, its diagonal set to 0.

    A block holds real or generated rows only, so that distances within a set that lies far from the
    other keep their digits.
    """
    starts = [*range(0, real, _BLOCK), *range(real, len(rows), _BLOCK), len(rows)]
    parts = [slice(start, end) for start, end in pairwise(starts)]
    for i, j in combinations_with_replacement(parts, 2):
        block = kernel(rows[i], rows[j])
        yield i, j, block.fill_diagonal_(0) if i == j else block
