"""The mean and the scale of a distribution, whether it knows them or not.

A flow does not: for it they are those of a fixed number of draws, by noise that is the same each
time and for each example, so that the code of an example is a function of the example.
"""

from typing import Literal

import torch
from torch import Tensor
from torch.distributions import Distribution

from elbowroom.distributions.flows import Flow
from elbowroom.distributions.sphere import unit_sphere

_DRAWS = 128
"""Noise and its negative, 64 each: the mean is off by less than a tenth of the scale."""
_SEED = 0


def known_moment(q: Distribution, moment: Literal["mean", "variance"]) -> Tensor | None:
    """Return a moment, or None where a distribution does not know it, as a flow does not.

    torch's distributions say so by NotImplementedError; nowhere else has to know that.
    """
    try:
        return getattr(q, moment)
    except NotImplementedError:
        return None


def mean_of(q: Distribution, *, draws: int = _DRAWS) -> Tensor:
    """Return the mean of a distribution, of shape `batch_shape + event_shape`.

    Args:
        q: The distribution.
        draws: Draws to take the mean of, an even number, where it does not know its own.

    Example:
        >>> from torch.distributions import Normal
        >>> mean_of(Normal(torch.tensor(2.0), 1.0))
        tensor(2.)
    """
    mean = known_moment(q, "mean")
    return _drawn(q, draws).mean(0) if mean is None else mean


def centre_of(q: Distribution) -> Tensor:
    """Return the one code that stands for all of q, of shape `batch_shape + event_shape`.

    The mean; on the sphere, whose mean lies inside it and is no code, the mode.

    Args:
        q: The distribution.
    """
    return q.mode if q.support is unit_sphere else mean_of(q)


def scale_of(q: Distribution, *, draws: int = _DRAWS) -> Tensor:
    """Return the standard deviations of a distribution, of shape `batch_shape + event_shape`.

    Args:
        q: The distribution.
        draws: Draws to measure them on, an even number, where it does not know its own.
    """
    variance = known_moment(q, "variance")
    return _drawn(q, draws).std(0) if variance is None else variance.sqrt()


def _drawn(q: Distribution, draws: int) -> Tensor:
    if isinstance(q, Flow):
        return q.sample_alike(draws, torch.Generator().manual_seed(_SEED))
    devices = [torch.cuda.current_device()] if torch.cuda.is_initialized() else []
    with torch.random.fork_rng(devices):
        torch.manual_seed(_SEED)
        return q.sample(torch.Size((draws,)))
