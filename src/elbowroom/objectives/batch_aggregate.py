"""The aggregate posterior q(z) = 1/N sum_n q(z|x_n), estimated from a batch, with its gradient.

A batch holds M of the N examples, drawn without replacement, and z_i is a code of its example i:

    log q(z_i) ~ log sum_j w_ij q(z_i|x_j)

                    own, j = i     others, j != i
    stratified      1/N            (N-1) / (N (M-1))    weights of a row sum to 1
    weighted        1/(N M)        1/(N M)              they sum to 1/N
    exact           1/M            1/M                  the batch is the data set: N = M

Example i is in its batch for certain, any other one with the probability (M-1)/(N-1); stratified
weights undo that, so that the sum within the logarithm is unbiased, and for M = N they are exact.
Chen et al. (2018), appendix C, give one of the others (N-M')/(N M') and the rest 1/M', M' = M-1,
whose sum over all others is (N-1)/N: any such weights are unbiased, theirs depend on the order of
the batch, and their mean over all orders is the one above, with less noise and so with less bias
after the logarithm (Rao-Blackwell). Weighted ones give a lower bound of q(z) in expectation.

The logarithm makes all of them too low: E[log estimate] <= log E[estimate]. Stratified weights are
nowhere below weighted ones, so that weighted <= stratified <= the truth, in expectation. Where all
posteriors are alike the weighted estimate is log N too low, once for q(z) and once for each q(z_u).

A row's weights multiply the product of its units in q(z), and each unit's own density in q(z_u):
once each, never once for each unit.
"""

from collections.abc import Callable
from typing import Literal, NamedTuple, TypeAlias, get_args

import torch
from torch import Tensor
from torch.distributions import Distribution

from elbowroom.distributions.aggregate import log_prob_per_unit
from elbowroom.errors import ConfigError, did_you_mean

Estimator: TypeAlias = Literal["stratified", "weighted", "exact"]

_VALUES = 2**22
"""Values of (code, component, unit) at a time: 16 MB."""


class AggregateDensity(NamedTuple):
    """Log-densities of codes under the aggregate posterior, in nats.

    Attributes:
        joint: log q(z), (K, B).
        units: log q(z_u) of each unit's marginal, (K, B, units).
    """

    joint: Tensor
    units: Tensor


def _stratified(rows: int, dataset_size: int) -> tuple[float, float]:
    if rows == 1:  # without others there is nothing to say about them
        return 1.0, 0.0
    return 1 / dataset_size, (dataset_size - 1) / (dataset_size * (rows - 1))


def _weighted(rows: int, dataset_size: int) -> tuple[float, float]:
    return 1 / (dataset_size * rows), 1 / (dataset_size * rows)


def _exact(rows: int, dataset_size: int) -> tuple[float, float]:
    return 1 / rows, 1 / rows


_WEIGHTS: dict[str, Callable[[int, int], tuple[float, float]]] = {
    "stratified": _stratified,
    "weighted": _weighted,
    "exact": _exact,
}
"""Weights of a code's own posterior and of each other one, for M rows of N examples."""


def checked_estimator(estimator: Estimator) -> Estimator:
    """Return an estimator, or refuse one that does not exist.

    Raises:
        ConfigError: With those that do.
    """
    if estimator not in _WEIGHTS:
        raise ConfigError(
            f"estimator must be one of {', '.join(get_args(Estimator))}, got {estimator!r}."
            + did_you_mean(estimator, _WEIGHTS)
        )
    return estimator


def checked_size(dataset_size: int) -> int:
    """Return the number of training examples, or refuse one below 1.

    Raises:
        ConfigError: With the value found.
    """
    if dataset_size < 1:
        raise ConfigError(
            f"dataset_size is the number of training examples, 1 or more, got {dataset_size}"
        )
    return dataset_size


def weights(like: Tensor, rows: int, dataset_size: int, estimator: Estimator) -> Tensor:
    """Return w_ij of the formula above, (rows, rows).

    Args:
        like: Any tensor with the dtype and device that they should have.
        rows: Number M of examples in the batch. With one the stratified weight is 1: a single
            example is taken for the data set.
        dataset_size: Number N of examples that the batch is from.
        estimator: Which of the three.

    Example:
        >>> weights(torch.zeros(()), 3, 6, "stratified")
        tensor([[0.1667, 0.4167, 0.4167],
                [0.4167, 0.1667, 0.4167],
                [0.4167, 0.4167, 0.1667]])
    """
    own, other = _WEIGHTS[estimator](rows, dataset_size)
    return like.new_full((rows, rows), other).fill_diagonal_(own)


def batch_aggregate(
    q: Distribution, z: Tensor, dataset_size: int, estimator: Estimator
) -> AggregateDensity:
    """Return log q(z) and log q(z_u) of the codes of a batch, by the posteriors of that batch.

    Takes K B^2 x units densities; memory for their gradients grows so, too.

    Args:
        q: Posteriors of the examples, of batch shape (B,) and independent units.
        z: Their codes, (K, B, units): all K are used.
        dataset_size: Number N of examples that the batch is from.
        estimator: Which weights.

    Example:
        >>> from torch.distributions import Independent, Normal
        >>> q = Independent(Normal(torch.tensor([[0.0], [9.0]]), torch.ones(2, 1)), 1)
        >>> z = torch.tensor([[[0.0], [9.0]]])
        >>> batch_aggregate(q, z, 2, "exact").joint.exp()  # half of 1 / sqrt(2 pi)
        tensor([[0.1995, 0.1995]])
    """
    samples, rows, size = z.shape
    log_weights = weights(z, rows, dataset_size, estimator).log().repeat(samples, 1)
    at_once = max(_VALUES // (rows * size), 1)
    parts = [
        _mixed(log_prob_per_unit(q, codes[:, None]), each)
        for codes, each in zip(
            z.flatten(0, 1).split(at_once), log_weights.split(at_once), strict=True
        )
    ]
    joint, units = (torch.cat(column) for column in zip(*parts, strict=True))
    return AggregateDensity(joint.view(samples, rows), units.view(samples, rows, size))


def _mixed(units: Tensor, log_weights: Tensor) -> tuple[Tensor, Tensor]:
    """Mix densities (codes, B, units) with weights (codes, B): jointly, and unit by unit."""
    joint = (units.sum(-1) + log_weights).logsumexp(1)
    return joint, (units + log_weights[..., None]).logsumexp(1)
